//! Levels and models as the MIBs have them.

use mibc_generated::snmp_framework_mib::{SnmpSecurityLevel, SnmpSecurityModel};
use mibc_runtime::access::Model;
use mibc_runtime::message::Level;

pub(super) fn level_of(level: SnmpSecurityLevel) -> Level {
    match level {
        SnmpSecurityLevel::AUTH_PRIV => Level::AuthPriv,
        SnmpSecurityLevel::AUTH_NO_PRIV => Level::AuthNoPriv,
        _ => Level::NoAuthNoPriv,
    }
}

pub(super) fn to_level(level: Level) -> SnmpSecurityLevel {
    match level {
        Level::AuthPriv => SnmpSecurityLevel::AUTH_PRIV,
        Level::AuthNoPriv => SnmpSecurityLevel::AUTH_NO_PRIV,
        Level::NoAuthNoPriv => SnmpSecurityLevel::NO_AUTH_NO_PRIV,
    }
}

/// The MIB has no negative models.
pub(super) fn model_of(model: SnmpSecurityModel) -> Model {
    Model(u32::try_from(model.0).unwrap_or_default())
}

pub(super) fn to_model(model: Model) -> SnmpSecurityModel {
    SnmpSecurityModel(i32::try_from(model.0).unwrap_or(i32::MAX))
}
