//! Notifications that their receiver confirms.

use super::Session;
use super::error::Error;
use super::request::Step;
use crate::message::{ErrorStatus, PduHeader, PduKind, Version};
use crate::value::VarBind;
use std::io;
use std::time::Duration;

impl Session {
    /// Sends an inform to a receiver of notifications, and waits until it is acknowledged (RFC 3416 §4.2.7). The varbinds
    /// begin with sysUpTime.0 and snmpTrapOID.0; [`trap_sender::notification`](crate::trap_sender::notification) puts them
    /// there. The target's port is 162 with most receivers.
    ///
    /// # Errors
    ///
    /// [`Error::Status`] if the receiver refuses it; no answer. [`Error::Send`] to a target of SNMPv1, which has no
    /// informs.
    pub async fn inform(&self, varbinds: &[VarBind]) -> Result<(), Error> {
        let step = Step { header: PduHeader::new(PduKind::Inform, 0), number: 1 };
        if self.version() == Version::V1 {
            let source = io::Error::new(io::ErrorKind::Unsupported, "SNMPv1 has no informs");
            return Err(Error::Send { at: self.at(step, 0, Duration::ZERO), source });
        }
        let response = self.exchange(step, self.deadline(), varbinds.iter().map(VarBind::as_ref)).await?;
        if response.error_status == ErrorStatus::NO_ERROR {
            return Ok(());
        }
        let place = usize::try_from(response.error_index).ok().and_then(|index| index.checked_sub(1));
        let name = place.and_then(|place| varbinds.get(place)).map(|varbind| varbind.name.clone());
        Err(self.status(step, &response, name))
    }
}
