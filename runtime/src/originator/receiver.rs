//! Who gets a notification, and how.

use std::fmt;
use std::sync::Arc;

use super::filter::Filter;
use super::rows::NotifyType;
use crate::access::{Model, Principal};
use crate::engine::Retry;
use crate::message::{Level, Version};
use crate::net::TransportAddress;
#[cfg(feature = "usm")]
use crate::usm::{Credentials, EngineId};

/// A receiver of notifications, with all that its rows say: a row of snmpTargetAddrTable that a row of snmpNotifyTable
/// selects, or one that the application names itself.
pub(crate) struct Receiver {
    /// snmpTargetAddrName; empty for one that the application names.
    pub(super) name: Vec<u8>,
    pub(super) address: TransportAddress,
    pub(super) notify_type: NotifyType,
    pub(super) retry: Retry,
    /// Largest message in octets.
    pub(super) limit: usize,
    pub(super) model: Model,
    pub(super) security_name: Vec<u8>,
    pub(super) level: Level,
    pub(super) security: Security,
    pub(super) filter: Option<Arc<Filter>>,
    /// The context of notifications that name none.
    pub(super) context: Option<Vec<u8>>,
    /// Where access control has no entry for it, it may see everything: it is not in the tables.
    pub(super) is_unlisted: bool,
}

/// How messages to a receiver are made.
pub(super) enum Security {
    Community {
        version: Version,
        community: Community,
    },
    #[cfg(feature = "usm")]
    /// All users of the name; at least one.
    V3(Vec<V3User>),
    Unusable(Unusable),
}

/// A user in whose name notifications are sent.
#[cfg(feature = "usm")]
#[derive(Clone)]
pub(super) struct V3User {
    /// The only engine that it is for.
    pub(super) engine_id: Option<EngineId>,
    /// As it was made known: what is found out about engines belongs to this one.
    pub(super) known: Arc<Credentials>,
    /// At the level that is to be used.
    pub(super) credentials: Arc<Credentials>,
}

/// Where the community string of a message comes from.
pub(super) enum Community {
    /// From snmpCommunityTable, by security name and context.
    Table,
    /// The application has named it.
    Given(Vec<u8>),
}

/// Why nothing can be sent with some parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unusable {
    /// snmpTargetAddrParams names no row.
    #[error("its parameters (snmpTargetAddrParams) are not in snmpTargetParamsTable")]
    NoParams,
    /// The models do not go together, or are not known.
    #[error(
        "message processing model {mp_model} and security model {security_model} do not go together: 0 with 1 \
         (SNMPv1), 1 with 2 (SNMPv2c) and 3 with 3 (SNMPv3 with users) do"
    )]
    Models {
        /// snmpTargetParamsMPModel.
        mp_model: u32,
        /// snmpTargetParamsSecurityModel.
        security_model: u32,
    },
    /// A level that SNMPv1 and SNMPv2c do not have.
    #[error("SNMPv1 and SNMPv2c have no security level but noAuthNoPriv: found {0}")]
    CommunityLevel(Level),
    /// The user is not known.
    #[error("its user (snmpTargetParamsSecurityName) is not known here")]
    NoUser,
    /// The user has no keys for the level.
    #[error("its user has no keys for {0} (snmpTargetParamsSecurityLevel)")]
    UserLevel(Level),
}

impl Receiver {
    /// One that the application names, with the community string.
    pub(crate) fn with_community(
        address: TransportAddress,
        notify_type: NotifyType,
        retry: Retry,
        version: Version,
        community: Vec<u8>,
    ) -> Self {
        let model = if version == Version::V1 { Model::V1 } else { Model::V2C };
        let security = Security::Community { version, community: Community::Given(community) };
        let security_name = UNLISTED.to_vec();
        Self::unlisted(address, notify_type, retry, model, security_name, Level::NoAuthNoPriv, security)
    }

    /// One that the application names, with the user.
    #[cfg(feature = "usm")]
    pub(crate) fn with_user(
        address: TransportAddress,
        notify_type: NotifyType,
        retry: Retry,
        user: Arc<Credentials>,
        context: Vec<u8>,
    ) -> Self {
        let (name, level) = (user.name().to_vec(), user.level());
        let security =
            Security::V3(vec![V3User { engine_id: None, known: Arc::clone(&user), credentials: user }]);
        let receiver = Self::unlisted(address, notify_type, retry, Model::USM, name, level, security);
        Self { context: Some(context), ..receiver }
    }

    fn unlisted(
        address: TransportAddress,
        notify_type: NotifyType,
        retry: Retry,
        model: Model,
        security_name: Vec<u8>,
        level: Level,
        security: Security,
    ) -> Self {
        Self {
            name: Vec::new(),
            address: address.canonical(),
            notify_type,
            retry,
            limit: crate::ber::MAX_MESSAGE,
            model,
            security_name,
            level,
            security,
            filter: None,
            context: None,
            is_unlisted: true,
        }
    }

    /// Whether it acknowledges what it gets.
    pub(super) fn is_confirmed(&self) -> bool {
        self.notify_type == NotifyType::Inform
    }

    /// In whose name it gets notifications of a context.
    pub(super) fn principal<'r>(&'r self, context: &'r [u8]) -> Principal<'r> {
        Principal::new(self.model, self.security_name.as_slice()).level(self.level).context(context)
    }
}

/// The security name of receivers that the application names with a community string.
pub(crate) const UNLISTED: &[u8] = b"sink";

/// Without names, communities and keys.
impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("name", &String::from_utf8_lossy(&self.name))
            .field("address", &self.address)
            .field("notify_type", &self.notify_type)
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}
