//! Reports: what an authoritative engine says of messages that it does not process (RFC 3412 §7.1).

use super::{Authority, Protect, UsmHeader, V3Message};
use super::{Counters, Report, count};
use crate::ber::{TooLarge, Writer};
use crate::message::{Decoder, Level, PduHeader, PduKind, ScopedPduRef};
use crate::usm::Protection;
use crate::value::{Counter32, Value, VarBind};
use std::net::IpAddr;

impl Authority {
    /// Counts what is wrong with a message, and writes the Report about it; `Ok(false)` when its sender is not to be
    /// told. `source` is where it came from, if its transport has addresses; `scoped` is its PDU, if it has come as far as
    /// that.
    pub(crate) fn report(
        &self,
        source: Option<IpAddr>,
        message: &V3Message<'_>,
        report: Report,
        scoped: Option<&ScopedPduRef<'_>>,
        counters: &Counters,
        writer: &mut Writer,
    ) -> Result<bool, TooLarge> {
        let value = counters.reports().count(report);
        let mut decoder = Decoder::default();
        // Of an encrypted message nothing is known but what its sender says.
        let read = if scoped.is_none() && !message.level.has_privacy() {
            message.scoped(&mut decoder, &[]).ok().map(|(scoped, _)| scoped)
        } else {
            None
        };
        let scoped = scoped.or(read.as_ref());
        let expected = match scoped {
            Some(scoped) => scoped.pdu.header.kind.is_confirmed(),
            None => message.message.header.flags.is_reportable(),
        };
        let Some(name) = report.oid().filter(|_| expected) else { return Ok(false) };
        if !self.may_report(message.now, source, report) {
            count(&counters.reports_withheld);
            #[cfg(feature = "net")]
            tracing::debug!(target: crate::logs::SECURITY, peer = ?source, report = report.counter(), "a Report is withheld: its receiver has had too many");
            return Ok(false);
        }
        // Signed where a clock is to be moved by it; then the user is known, and its digest was right.
        let user = message.usm.user;
        let users = self.users();
        let protection = match users.protection(user, Level::AuthNoPriv) {
            Some(signed) if report == Report::NotInTimeWindow => signed,
            _ => Protection::None,
        };
        let header = UsmHeader {
            msg_id: message.message.header.msg_id,
            reportable: false,
            context_engine_id: self.engine_id().as_bytes(),
            context_name: scoped.map_or(&[], |scoped| scoped.context_name),
        };
        let request_id = scoped.map_or(0, |scoped| scoped.pdu.header.request_id);
        let varbind = VarBind { name, value: Value::Counter32(Counter32(value)) };
        let pdu = PduHeader::new(PduKind::Report, request_id);
        let state = self.state(user, self.clock(message.now), protection);
        state.generate(&header, writer, |writer| pdu.write(writer, [varbind.as_ref()]))?;
        #[cfg(feature = "net")]
        tracing::debug!(target: crate::logs::SECURITY, peer = ?source, report = report.counter(), "a message is answered with a Report");
        Ok(true)
    }
}
