//! The privacy protocols (RFC 3414 §8, RFC 3826, and the drafts that equipment implements).

use super::UnknownProtocol;
use core::fmt;
use core::str::FromStr;

/// A privacy protocol of the user-based security model.
///
/// AES-192 and AES-256 need more key than the older hashes give, and two drafts extend it differently.
/// Net-SNMP and most others follow Blumenthal; Cisco and its followers follow Reeder. Nothing in a
/// message tells which: with the wrong one the peer reports a decryption error or stays silent. From
/// SHA-256 on AES-256 needs no extension, and from SHA-224 on neither does AES-192: both are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Privacy {
    /// CBC-DES (RFC 3414 §8). Only for old devices: 56 bits are searched in hours.
    Des,
    /// 3DES-EDE in CBC mode (draft-reeder-snmpv3-usm-3desede-00); its key is extended as Reeder says.
    TripleDes,
    /// CFB128-AES-128 (RFC 3826).
    Aes128,
    /// CFB128-AES-192, key extended as in draft-blumenthal-aes-usm-04.
    Aes192,
    /// CFB128-AES-192, key extended as in draft-reeder-snmpv3-usm-3desede-00.
    Aes192Reeder,
    /// CFB128-AES-256, key extended as in draft-blumenthal-aes-usm-04.
    Aes256,
    /// CFB128-AES-256, key extended as in draft-reeder-snmpv3-usm-3desede-00.
    Aes256Reeder,
}

/// How a key that is too short is made longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extension {
    Blumenthal,
    Reeder,
}

impl Privacy {
    /// Every protocol.
    pub const ALL: [Privacy; 7] = [
        Privacy::Des,
        Privacy::TripleDes,
        Privacy::Aes128,
        Privacy::Aes192,
        Privacy::Aes192Reeder,
        Privacy::Aes256,
        Privacy::Aes256Reeder,
    ];

    /// Octets of its localized key: what the cipher takes, and for DES and 3DES the pre-IV.
    pub const fn key_len(self) -> usize {
        match self {
            Privacy::Des | Privacy::Aes128 => 16,
            Privacy::Aes192 | Privacy::Aes192Reeder => 24,
            Privacy::TripleDes | Privacy::Aes256 | Privacy::Aes256Reeder => 32,
        }
    }

    pub(super) const fn extension(self) -> Extension {
        match self {
            Privacy::TripleDes | Privacy::Aes192Reeder | Privacy::Aes256Reeder => Extension::Reeder,
            Privacy::Des | Privacy::Aes128 | Privacy::Aes192 | Privacy::Aes256 => Extension::Blumenthal,
        }
    }

    /// The same cipher with the other key extension, if there are two.
    pub const fn other_extension(self) -> Option<Privacy> {
        match self {
            Privacy::Aes192 => Some(Privacy::Aes192Reeder),
            Privacy::Aes192Reeder => Some(Privacy::Aes192),
            Privacy::Aes256 => Some(Privacy::Aes256Reeder),
            Privacy::Aes256Reeder => Some(Privacy::Aes256),
            Privacy::Des | Privacy::TripleDes | Privacy::Aes128 => None,
        }
    }

    /// The name that users know: `DES`, `3DES`, `AES-128`, `AES-192`, `AES-192-Reeder` and so on.
    pub const fn as_str(self) -> &'static str {
        match self {
            Privacy::Des => "DES",
            Privacy::TripleDes => "3DES",
            Privacy::Aes128 => "AES-128",
            Privacy::Aes192 => "AES-192",
            Privacy::Aes192Reeder => "AES-192-Reeder",
            Privacy::Aes256 => "AES-256",
            Privacy::Aes256Reeder => "AES-256-Reeder",
        }
    }
}

impl fmt::Display for Privacy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Reads the names of [`as_str`](Privacy::as_str) in any case, with or without hyphens; `AES` is
/// `AES-128`, and the names of net-snmp and pysnmp for the Reeder forms, `AES-192-C` and `AES-256-C`,
/// are known as well.
impl FromStr for Privacy {
    type Err = UnknownProtocol;

    fn from_str(text: &str) -> Result<Self, UnknownProtocol> {
        let plain = super::plain_name(text);
        let known = Privacy::ALL.into_iter().find(|p| super::plain_name(p.as_str()) == plain);
        known
            .or(match plain.as_str() {
                "AES" => Some(Privacy::Aes128),
                "AES192C" => Some(Privacy::Aes192Reeder),
                "AES256C" => Some(Privacy::Aes256Reeder),
                "3DESEDE" | "TRIPLEDES" => Some(Privacy::TripleDes),
                _ => None,
            })
            .ok_or_else(|| {
                let expected = "DES, 3DES, AES, AES-192, AES-256, AES-192-Reeder or AES-256-Reeder";
                UnknownProtocol::new(text, "a privacy protocol", expected)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for privacy in Privacy::ALL {
            assert_eq!(privacy.as_str().parse(), Ok(privacy));
        }
        assert_eq!("aes".parse(), Ok(Privacy::Aes128));
        assert_eq!("AES256c".parse(), Ok(Privacy::Aes256Reeder));
        assert!("AES-512".parse::<Privacy>().is_err());
    }
}
