//! Writes the response to one request.

use crate::ber::{TooLarge, Writer, varbind_len};
use crate::engine::Report;
use crate::entity::{Failure, Retrieval};
use crate::message::{ErrorStatus, PduHeader, PduKind, PduRef, Version};
use crate::security::{CommunityState, Protect};
#[cfg(feature = "usm")]
use crate::security::{UsmHeader, UsmState};
use crate::value::{Counter32, Value, VarBind};

/// The varbinds of a response.
pub(super) enum Answer<'a> {
    /// What was found, all or tooBig; of GETBULK as much as fits.
    Found(&'a mut Retrieval),
    /// Those of the request.
    Echo,
    /// None: they would not fit.
    TooBig,
}

/// What a response goes into.
pub(super) enum Envelope<'m> {
    Community(CommunityState<'m>),
    #[cfg(feature = "usm")]
    V3(UsmState<'m>, UsmHeader<'m>),
}

/// Where a response is written.
pub(super) struct Reply<'w, 'm> {
    pub(super) writer: &'w mut Writer,
    pub(super) envelope: Envelope<'m>,
    pub(super) request: &'m PduRef<'m>,
    pub(super) limit: usize,
}

impl Reply<'_, '_> {
    /// Octets that the varbinds may take; a bit less than is possible.
    pub(super) fn budget(&self) -> usize {
        let overhead = match &self.envelope {
            Envelope::Community(state) => state.overhead(&()),
            #[cfg(feature = "usm")]
            Envelope::V3(state, header) => state.overhead(header),
        };
        self.limit.saturating_sub(overhead)
    }

    pub(super) fn is_v1(&self) -> bool {
        matches!(self.envelope, Envelope::Community(CommunityState { version: Version::V1, .. }))
    }

    pub(super) fn write(&mut self, answer: Answer<'_>) -> Result<(), TooLarge> {
        let done = self.header(ErrorStatus::NO_ERROR, 0);
        match answer {
            Answer::Found(retrieval) => loop {
                let written = self.message(|writer| {
                    let mark = writer.mark();
                    retrieval.write(|octets| writer.octets(octets));
                    done.wrap(writer, mark);
                });
                if written.is_ok() || !retrieval.shorten() {
                    return written;
                }
            },
            Answer::Echo => self.echo(done),
            Answer::TooBig => Err(TooLarge { limit: self.limit }),
        }
    }

    /// What somebody else has answered. GETBULK is cut off where it becomes too long.
    pub(super) fn pass_back(
        &mut self,
        status: ErrorStatus,
        index: i32,
        varbinds: &[VarBind],
    ) -> Result<(), TooLarge> {
        let header = PduHeader::response(self.request.header.request_id, status, index);
        let mut varbinds = varbinds;
        if self.request.header.kind == PduKind::GetBulk && status == ErrorStatus::NO_ERROR {
            let mut left = self.budget();
            let fits = varbinds.iter().take_while(|varbind| {
                let octets = varbind_len(varbind.name.as_ber(), varbind.value.as_ref());
                left.checked_sub(octets).inspect(|rest| left = *rest).is_some()
            });
            varbinds = varbinds.get(..fits.count()).unwrap_or_default();
        }
        self.message(|writer| header.write(writer, varbinds.iter().map(VarBind::as_ref)))
    }

    /// A Report, which only SNMPv3 has. It is of the engine's own context (RFC 3412 §7.1 (3)).
    pub(super) fn report(&mut self, report: Report, value: u32) -> Result<(), TooLarge> {
        #[cfg(feature = "usm")]
        if let Envelope::V3(state, header) = &mut self.envelope {
            header.context_engine_id = state.engine_id;
        }
        self.pass_report(report, value)
    }

    /// A Report of somebody else, of the context that the request asked for (RFC 3413 §3.5.1.3 (4)).
    pub(super) fn pass_report(&mut self, report: Report, value: u32) -> Result<(), TooLarge> {
        let header = PduHeader::new(PduKind::Report, self.request.header.request_id);
        let varbind = report.oid().map(|name| VarBind { name, value: Value::Counter32(Counter32(value)) });
        self.message(|writer| header.write(writer, varbind.iter().map(VarBind::as_ref)))
    }

    /// An error-status with the varbinds of the request.
    pub(super) fn fail(&mut self, failure: Failure) -> Result<(), TooLarge> {
        self.echo(self.header(failure.status, failure.index))
    }

    /// tooBig: without varbinds in SNMPv2c (RFC 3416 §4.2.1), with those of the request in SNMPv1 (RFC 1157 §4.1.2).
    pub(super) fn too_big(&mut self) -> Result<(), TooLarge> {
        let header = self.header(ErrorStatus::TOO_BIG, 0);
        if self.is_v1() {
            return self.echo(header);
        }
        self.message(|writer| header.write(writer, []))
    }

    fn header(&self, status: ErrorStatus, index: usize) -> PduHeader {
        // A message cannot hold more varbinds than an i32 counts.
        let index = i32::try_from(index).unwrap_or(i32::MAX);
        PduHeader::response(self.request.header.request_id, status, index)
    }

    fn echo(&mut self, header: PduHeader) -> Result<(), TooLarge> {
        let varbinds = self.request.varbinds.as_bytes();
        self.message(|writer| {
            let mark = writer.mark();
            writer.octets(varbinds);
            header.wrap(writer, mark);
        })
    }

    fn message(&mut self, pdu: impl FnOnce(&mut Writer)) -> Result<(), TooLarge> {
        self.writer.set_limit(self.limit);
        match &self.envelope {
            Envelope::Community(state) => state.generate(&(), self.writer, pdu),
            #[cfg(feature = "usm")]
            Envelope::V3(state, header) => state.generate(header, self.writer, pdu),
        }
    }
}
