//! The authentication protocols (RFC 3414 §6 and §7, RFC 7860).

use core::fmt;
use core::str::FromStr;

/// An authentication protocol of the user-based security model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Auth {
    /// HMAC-MD5-96 (RFC 3414 §6). Only for old devices: MD5 is broken in other uses, and weak here.
    Md5,
    /// HMAC-SHA-96 (RFC 3414 §7).
    Sha1,
    /// HMAC-128-SHA-224 (RFC 7860).
    Sha224,
    /// HMAC-192-SHA-256 (RFC 7860).
    Sha256,
    /// HMAC-256-SHA-384 (RFC 7860).
    Sha384,
    /// HMAC-384-SHA-512 (RFC 7860).
    Sha512,
}

impl Auth {
    /// Every protocol, from the oldest on.
    pub const ALL: [Auth; 6] =
        [Auth::Md5, Auth::Sha1, Auth::Sha224, Auth::Sha256, Auth::Sha384, Auth::Sha512];

    /// Octets of a digest, and so of a master or localized key.
    pub const fn key_len(self) -> usize {
        match self {
            Auth::Md5 => 16,
            Auth::Sha1 => 20,
            Auth::Sha224 => 28,
            Auth::Sha256 => 32,
            Auth::Sha384 => 48,
            Auth::Sha512 => 64,
        }
    }

    /// Octets of msgAuthenticationParameters: the digest, cut.
    pub const fn mac_len(self) -> usize {
        match self {
            Auth::Md5 | Auth::Sha1 => 12,
            Auth::Sha224 => 16,
            Auth::Sha256 => 24,
            Auth::Sha384 => 32,
            Auth::Sha512 => 48,
        }
    }

    /// The value of usmUserAuthProtocol.
    pub const fn oid(self) -> [u32; 10] {
        let last = match self {
            Auth::Md5 => 2,
            Auth::Sha1 => 3,
            Auth::Sha224 => 4,
            Auth::Sha256 => 5,
            Auth::Sha384 => 6,
            Auth::Sha512 => 7,
        };
        [1, 3, 6, 1, 6, 3, 10, 1, 1, last]
    }

    /// The name that users know: `MD5`, `SHA`, `SHA-224` and so on.
    pub const fn as_str(self) -> &'static str {
        match self {
            Auth::Md5 => "MD5",
            Auth::Sha1 => "SHA",
            Auth::Sha224 => "SHA-224",
            Auth::Sha256 => "SHA-256",
            Auth::Sha384 => "SHA-384",
            Auth::Sha512 => "SHA-512",
        }
    }
}

impl fmt::Display for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is not a protocol's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not {what}; expected {expected}")]
pub struct UnknownProtocol {
    /// The name, or its beginning.
    pub found: String,
    /// What it should have been.
    pub what: &'static str,
    /// The names that are known.
    pub expected: &'static str,
}

/// Longest name that an error repeats.
const MAX_FOUND: usize = 64;

impl UnknownProtocol {
    pub(super) fn new(found: &str, what: &'static str, expected: &'static str) -> Self {
        Self { found: found.chars().take(MAX_FOUND).collect(), what, expected }
    }
}

/// Reads the names of [`as_str`](Auth::as_str) in any case, with hyphens, underscores or neither; `SHA1` is `SHA`.
impl FromStr for Auth {
    type Err = UnknownProtocol;

    fn from_str(text: &str) -> Result<Self, UnknownProtocol> {
        let plain = super::plain_name(text);
        Auth::ALL
            .into_iter()
            .find(|auth| super::plain_name(auth.as_str()) == plain)
            .or((plain == "SHA1").then_some(Auth::Sha1))
            .ok_or_else(|| {
                let expected = "MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512";
                UnknownProtocol::new(text, "an authentication protocol", expected)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// U17.
    #[test]
    fn lengths_and_oids() {
        let macs = Auth::ALL.map(Auth::mac_len);
        assert_eq!(macs, [12, 12, 16, 24, 32, 48]);
        assert_eq!(Auth::ALL.map(|auth| auth.oid()[9]), [2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn names() {
        for auth in Auth::ALL {
            assert_eq!(auth.as_str().parse(), Ok(auth));
            assert_eq!(auth.as_str().to_lowercase().replace('-', "").parse(), Ok(auth));
        }
        assert_eq!(("sha1".parse(), "sha_512".parse()), (Ok(Auth::Sha1), Ok(Auth::Sha512)));
        let error = "SHA-3".parse::<Auth>().expect_err("it is not known").to_string();
        let expected = "`SHA-3` is not an authentication protocol; expected MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512";
        assert_eq!(error, expected);
        assert!("x".repeat(10_000).parse::<Auth>().is_err_and(|error| error.to_string().len() < 200));
    }
}
