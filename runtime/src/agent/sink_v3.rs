//! The user of a sink.

use std::sync::{Arc, OnceLock};

use crate::usm::{Credentials, KeyCache, User, UserError};

/// The user that notifications are sent in the name of. Clones share the keys.
#[derive(Clone)]
pub(super) struct Sender {
    user: User,
    pub(super) context_name: Vec<u8>,
    credentials: Arc<OnceLock<Arc<Credentials>>>,
}

impl Sender {
    pub(super) fn new(user: User) -> Self {
        Self { user, context_name: Vec::new(), credentials: Arc::default() }
    }

    /// Its keys. What is found out about a receiver belongs to them.
    pub(super) fn credentials(&self) -> Result<Arc<Credentials>, UserError> {
        if let Some(credentials) = self.credentials.get() {
            return Ok(Arc::clone(credentials));
        }
        let credentials = Arc::new(Credentials::new(&self.user, &KeyCache::new())?);
        Ok(Arc::clone(self.credentials.get_or_init(|| credentials)))
    }
}
