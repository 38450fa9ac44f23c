//! Requests of others, which go out as they are.

use super::Session;
use super::error::Error;
use super::request::Step;
use crate::engine::Response;
use crate::message::PduHeader;
use crate::value::VarBind;

impl Session {
    /// Sends a request that is neither split nor read, and gives the response whatever its error-status. The request-id is a
    /// new one.
    pub(crate) async fn pass(&self, header: PduHeader, varbinds: &[VarBind]) -> Result<Response, Error> {
        let step = Step { header, number: 1 };
        self.exchange(step, self.deadline(), varbinds.iter().map(VarBind::as_ref)).await
    }
}
