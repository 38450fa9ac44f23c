//! Keys in place of passphrases (net-snmp: -3m, -3M, -3k, -3K).

use super::Failure;
use clap::Args;
use mibc_runtime::usm::Secret;
use std::fmt;

/// Keys that a command line gives, in hexadecimal.
#[derive(Args)]
pub(super) struct Keys {
    /// Authentication master key (Ku) in place of a passphrase, in hexadecimal (net-snmp: -3m).
    #[arg(long, value_name = "HEX", help_heading = "Credentials")]
    auth_master_key: Option<String>,
    /// Privacy master key, in hexadecimal (net-snmp: -3M).
    #[arg(long, value_name = "HEX", help_heading = "Credentials")]
    priv_master_key: Option<String>,
    /// Authentication key localized to the agent's engine (Kul), in hexadecimal (net-snmp: -3k).
    #[arg(long, value_name = "HEX", help_heading = "Credentials")]
    auth_local_key: Option<String>,
    /// Privacy key localized to the agent's engine, in hexadecimal (net-snmp: -3K).
    #[arg(long, value_name = "HEX", help_heading = "Credentials")]
    priv_local_key: Option<String>,
}

/// Leaves out the secrets.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

impl Keys {
    /// The key for authentication, if one is given.
    pub(super) fn auth(&self) -> Result<Option<Secret>, Failure> {
        secret(self.auth_local_key.as_deref(), self.auth_master_key.as_deref(), "authentication")
    }

    /// The key for privacy, if one is given.
    pub(super) fn privacy(&self) -> Result<Option<Secret>, Failure> {
        secret(self.priv_local_key.as_deref(), self.priv_master_key.as_deref(), "privacy")
    }
}

fn secret(local: Option<&str>, master: Option<&str>, purpose: &str) -> Result<Option<Secret>, Failure> {
    // The key itself does not belong into a message.
    let octets = |text: &str| {
        octets(text)
            .ok_or_else(|| Failure::from(format!("the {purpose} key is not pairs of hexadecimal digits")))
    };
    match (local, master) {
        (Some(local), _) => Ok(Some(Secret::localized(octets(local)?))),
        (None, Some(master)) => Ok(Some(Secret::master(octets(master)?))),
        (None, None) => Ok(None),
    }
}

/// Octets that stand in hexadecimal, with 0x in front or without.
pub(super) fn octets(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text).as_bytes();
    let digit = |c: &u8| char::from(*c).to_digit(16);
    let pair = |pair: &[u8]| match pair {
        [high, low] => u8::try_from(digit(high)? << 4 | digit(low)?).ok(),
        _ => None,
    };
    (!digits.is_empty()).then(|| digits.chunks(2).map(pair).collect())?
}

#[cfg(test)]
mod tests {
    use super::octets;

    #[test]
    fn hexadecimal() {
        assert_eq!(octets("0x00aF"), Some(vec![0, 0xaf]));
        assert_eq!(octets("00af"), Some(vec![0, 0xaf]));
        for wrong in ["", "0x", "0", "zz", "+1", "é", "0x0"] {
            assert_eq!(octets(wrong), None, "{wrong}");
        }
    }
}
