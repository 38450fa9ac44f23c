//! Protocols of users by the OIDs that stand for them.

use mibc_generated::snmp_user_based_sm_mib::{
    USM_DES_PRIV_PROTOCOL, USM_NO_AUTH_PROTOCOL, USM_NO_PRIV_PROTOCOL,
};
use mibc_generated::snmp_usm_aes_mib::USM_AES_CFB128_PROTOCOL;
use mibc_generated::snmpv2_tc::AutonomousType;
use mibc_runtime::oid::Oid;
use mibc_runtime::usm::{Auth, Privacy};

/// All authentication protocols.
const AUTH: [Auth; 6] = [Auth::Md5, Auth::Sha1, Auth::Sha224, Auth::Sha256, Auth::Sha384, Auth::Sha512];

/// usm3DESPrivProtocol of the draft, below snmpPrivProtocols.
const TRIPLE_DES: &[u32] = &[1, 3, 6, 1, 6, 3, 10, 1, 2, 3];
/// Those with longer keys have the OIDs that net-snmp gives them; no standard has any.
const AES_192: &[u32] = &[1, 3, 6, 1, 4, 1, 14832, 1, 3];
const AES_256: &[u32] = &[1, 3, 6, 1, 4, 1, 14832, 1, 4];
const AES_192_REEDER: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 12, 6, 1, 1];
const AES_256_REEDER: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 12, 6, 1, 2];

/// A protocol that an OID stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol<P> {
    /// usmNoAuthProtocol or usmNoPrivProtocol.
    None,
    Is(P),
    Unknown,
}

impl<P> Protocol<P> {
    pub(super) fn known(self) -> Option<P> {
        match self {
            Self::Is(protocol) => Some(protocol),
            Self::None | Self::Unknown => None,
        }
    }
}

pub(super) fn auth_of(oid: &AutonomousType) -> Protocol<Auth> {
    if is(oid, USM_NO_AUTH_PROTOCOL.arcs()) {
        return Protocol::None;
    }
    let found = AUTH.into_iter().find(|auth| is(oid, &auth.oid()));
    found.map_or(Protocol::Unknown, Protocol::Is)
}

pub(super) fn privacy_of(oid: &AutonomousType) -> Protocol<Privacy> {
    if is(oid, USM_NO_PRIV_PROTOCOL.arcs()) {
        return Protocol::None;
    }
    let found = Privacy::ALL.into_iter().find(|privacy| is(oid, privacy_arcs(*privacy)));
    found.map_or(Protocol::Unknown, Protocol::Is)
}

pub(super) fn auth_oid(auth: Option<Auth>) -> AutonomousType {
    match auth {
        Some(auth) => oid(&auth.oid()),
        None => oid(USM_NO_AUTH_PROTOCOL.arcs()),
    }
}

pub(super) fn privacy_oid(privacy: Option<Privacy>) -> AutonomousType {
    oid(privacy.map_or(USM_NO_PRIV_PROTOCOL.arcs(), privacy_arcs))
}

fn privacy_arcs(privacy: Privacy) -> &'static [u32] {
    match privacy {
        Privacy::Des => USM_DES_PRIV_PROTOCOL.arcs(),
        Privacy::TripleDes => TRIPLE_DES,
        Privacy::Aes192 => AES_192,
        Privacy::Aes192Reeder => AES_192_REEDER,
        Privacy::Aes256 => AES_256,
        Privacy::Aes256Reeder => AES_256_REEDER,
        // Any other one has come after this was written, and nobody can be made to use it.
        _ => USM_AES_CFB128_PROTOCOL.arcs(),
    }
}

fn is(oid: &AutonomousType, arcs: &[u32]) -> bool {
    oid.0.arcs().eq(arcs.iter().copied())
}

fn oid(arcs: &[u32]) -> AutonomousType {
    AutonomousType(Oid::from_arcs(arcs).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_protocol_has_an_oid_of_its_own() {
        for auth in AUTH {
            assert_eq!(auth_of(&auth_oid(Some(auth))), Protocol::Is(auth));
        }
        for privacy in Privacy::ALL {
            assert_eq!(privacy_of(&privacy_oid(Some(privacy))), Protocol::Is(privacy));
        }
        assert_eq!(auth_of(&auth_oid(None)), Protocol::None);
        assert_eq!(privacy_of(&privacy_oid(None)), Protocol::None);
        assert_eq!(auth_of(&privacy_oid(None)), Protocol::Unknown);
    }
}
