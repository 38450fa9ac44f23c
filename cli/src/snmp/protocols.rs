//! Names of protocols, as net-snmp and the RFCs spell them.

use mibc_runtime::usm::{Auth, EngineId, Privacy, UnknownProtocol};

/// An authentication protocol: `MD5`, `SHA`, `SHA-256` …
pub(super) fn auth(name: &str) -> Result<Auth, String> {
    name.parse().map_err(|error: UnknownProtocol| error.to_string())
}

/// A privacy protocol: `DES`, `AES`, `AES-256`, `AES-256-Reeder` …
pub(super) fn privacy(name: &str) -> Result<Privacy, String> {
    name.parse().map_err(|error: UnknownProtocol| error.to_string())
}

/// An engine ID in hexadecimal, with or without `0x`; `any` for one that need not be one by the standard.
pub(super) fn engine_id(text: &str, any: bool) -> Result<EngineId, String> {
    let digits: String = text.trim_start_matches("0x").chars().filter(|c| !matches!(c, ':' | ' ')).collect();
    let pairs = digits.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
        // A sign counts as part of a number there.
        let pair = pair.bytes().all(|c| c.is_ascii_hexdigit()).then_some(pair)?;
        u8::from_str_radix(pair, 16).ok()
    });
    let octets: Option<Vec<u8>> = pairs.collect();
    let octets = octets
        .ok_or_else(|| format!("`{text}` is not an engine ID in hexadecimal such as 0x80001f8804686f7374"))?;
    if any {
        return EngineId::odd(&octets).map_err(|error| format!("engine ID {text}: {error}"));
    }
    EngineId::new(&octets).map_err(|error| match EngineId::odd(&octets) {
        Ok(_) => format!("engine ID {text}: {error}; --any-engine-id takes it anyway"),
        Err(_) => format!("engine ID {text}: {error}"),
    })
}

#[cfg(test)]
mod tests {
    use super::{auth, engine_id, privacy};
    use mibc_runtime::usm::{Auth, Privacy};

    #[test]
    fn spellings() {
        assert_eq!(auth("SHA"), Ok(Auth::Sha1));
        assert_eq!(auth("sha-512"), Ok(Auth::Sha512));
        assert!(auth("SHA-3").is_err_and(|error| error.contains("SHA-256")));
        assert_eq!(privacy("AES-256"), Ok(Privacy::Aes256));
        assert_eq!(privacy("aes256c"), Ok(Privacy::Aes256Reeder));
        assert!(privacy("").is_err());
        assert!(engine_id("0x8000000006", false).is_ok());
        assert!(engine_id("80:00:00:00:06", false).is_ok());
        assert!(engine_id("0102", false).is_err_and(|error| error.contains("--any-engine-id")));
        assert!(engine_id("0102", true).is_ok());
        for wrong in ["", "0x", "800", "zz", "+1+1+1+1+1", "8é"] {
            assert!(engine_id(wrong, false).is_err() && engine_id(wrong, true).is_err(), "{wrong}");
        }
    }
}
