//! From requests of a master agent to answers.

use std::time::Duration;

use mibc_runtime::access::{Model, Principal};
use mibc_runtime::agent::{Inquiry, SearchRange, Served};
use mibc_runtime::message::ErrorStatus;
use mibc_runtime::oid::Oid;
use tokio::time::timeout;

use crate::pdu::{Body, Envelope, Range, Status, Writer};

/// How many octets of varbinds, as SNMP counts them, one answer to GETBULK has at most: as many as fit a datagram.
const BULK: usize = 65_507;

/// Who asks: AgentX does not tell.
pub(super) fn principal(transaction_id: u32, context: Option<&[u8]>) -> Principal<'static> {
    let mut who = Principal::new(Model::ANY, &b""[..]).context(context.unwrap_or_default().to_vec());
    who.request = transaction_id;
    who
}

/// Asks what serves, which may not have the answer at once. `false`: it is not a request that reads.
pub(super) fn begin(served: &Served, inquiry: &mut Inquiry, to: Envelope, body: &Body) -> bool {
    let who = |context: &Option<Vec<u8>>| principal(to.transaction_id, context.as_deref());
    match body {
        Body::Get(search) => {
            served.get(inquiry, who(&search.context), search.ranges.iter().map(|range| range.start.as_ref()));
        }
        Body::GetNext(search) => {
            served.next(inquiry, who(&search.context), search.ranges.iter().map(borrowed))
        }
        Body::GetBulk(bulk) => {
            let ranges = bulk.search.ranges.iter().map(borrowed);
            let counts = (bulk.non_repeaters.into(), bulk.max_repetitions.into());
            served.bulk(inquiry, who(&bulk.search.context), ranges, counts, BULK);
        }
        _ => return false,
    }
    true
}

fn borrowed(range: &Range) -> SearchRange<'_> {
    SearchRange {
        start: range.start.as_ref(),
        include: range.include,
        end: range.end.as_ref().map(Oid::as_ref),
    }
}

/// Writes the answer, if it is there.
pub(super) fn write(inquiry: &Inquiry, to: Envelope, out: &mut Vec<u8>) -> bool {
    let Some(outcome) = inquiry.outcome() else { return false };
    if let Err(failure) = outcome {
        if !failure.is_silent {
            let index = u16::try_from(failure.index).unwrap_or(0);
            plain(Status::from(failure.status), index, to, out);
        }
        return true;
    }
    let mut writer = Writer::response(out, to, 0, Status::NO_ERROR, 0);
    for varbind in inquiry.varbinds() {
        writer.varbind(varbind.name, varbind.value);
    }
    if writer.finish().is_err() {
        plain(Status::from(ErrorStatus::TOO_BIG), 0, to, out);
    }
    true
}

/// Writes an answer without varbinds.
pub(super) fn plain(status: Status, index: u16, to: Envelope, out: &mut Vec<u8>) {
    // It is short.
    let _ = Writer::response(out, to, 0, status, index).finish();
}

/// Waits for the answer, but not for ever, and writes it.
pub(super) async fn finish(mut inquiry: Inquiry, to: Envelope, deadline: Duration) -> Vec<u8> {
    if timeout(deadline, inquiry.settled()).await.is_err() {
        inquiry.expire();
    }
    let mut out = Vec::new();
    write(&inquiry, to, &mut out);
    out
}
