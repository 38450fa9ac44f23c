//! Users of SNMPv3 and what they may do.

use std::collections::BTreeMap;

use super::grant::Grant;
use crate::access::{AccessIndex, Model, Tables};
use crate::message::Level;
use crate::usm::User;

/// A user of the agent and what requests in its name may do.
///
/// What is granted holds for requests at the user's own level, the highest that it has keys for: requests at a lower
/// level are answered with authorizationError, unless [`at_level`](Self::at_level) grants them something.
///
/// ```
/// use mibc_runtime::agent::{Account, Grant};
/// use mibc_runtime::message::Level;
/// use mibc_runtime::usm::{Auth, Privacy, User};
///
/// let operator = User::new("operator").auth(Auth::Sha256, "maplesyrup").privacy(Privacy::Aes128, "pancakes");
/// let operator = Account::read_write(operator)
///     .at_level(Level::NoAuthNoPriv, Grant::read_only().view(["1.3.6.1.2.1.1".parse()?]));
/// # let _ = operator;
/// # Ok::<(), mibc_runtime::oid::OidError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Account {
    user: User,
    grants: BTreeMap<Level, Grant>,
}

impl Account {
    /// A user that may read.
    #[must_use]
    pub fn read_only(user: User) -> Self {
        Self::new(user, Grant::read_only())
    }

    /// A user that may read and write.
    #[must_use]
    pub fn read_write(user: User) -> Self {
        Self::new(user, Grant::read_write())
    }

    /// A user with this grant at its own level.
    #[must_use]
    pub fn new(user: User, grant: Grant) -> Self {
        let grants = BTreeMap::from([(user.level(), grant)]);
        Self { user, grants }
    }

    /// Grants something to requests from `level` on, up to the next level that has a grant of its own.
    #[must_use]
    pub fn at_level(mut self, level: Level, grant: Grant) -> Self {
        self.grants.insert(level, grant);
        self
    }

    pub(super) fn user(&self) -> &User {
        &self.user
    }

    /// Adds what access control has to know; `number` tells users apart.
    pub(super) fn fill(&self, tables: &mut Tables, number: usize) {
        let group = format!("user-{number}");
        tables.set_group(Model::USM, self.user.name(), group.clone());
        for (level, grant) in &self.grants {
            let index = AccessIndex {
                group: group.clone().into_bytes(),
                context_prefix: Vec::new(),
                model: Model::USM,
                level: *level,
            };
            grant.fill(tables, index, &format!("{group}-{level:?}"));
        }
    }
}
