//! The name of an SNMP engine (RFC 3411, SnmpEngineID).

use core::fmt;
use core::str::FromStr;

/// Fewest octets of an engine ID.
pub const MIN_ENGINE_ID: usize = 5;
/// Most octets of an engine ID.
pub const MAX_ENGINE_ID: usize = 32;

/// Most octets of an engine ID that is not one by the standard.
pub const MAX_ODD_ENGINE_ID: usize = 64;

/// Names one SNMP engine in an administrative domain: 5 to 32 octets, not all 00 and not all FF, but for
/// [odd](Self::odd) ones, which some devices have.
/// Prints as hexadecimal digits, and reads them with or without `0x` and colons.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EngineId {
    len: u8,
    octets: [u8; MAX_ODD_ENGINE_ID],
}

/// Why octets are not an engine ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineIdError {
    /// Too few octets, or too many.
    #[error("an engine ID has {MIN_ENGINE_ID} to {MAX_ENGINE_ID} octets, not {0}")]
    Length(usize),
    /// No octets, or more than any device has.
    #[error("even an unusual engine ID has 1 to {MAX_ODD_ENGINE_ID} octets, not {0}")]
    OddLength(usize),
    /// All octets are 00, or all are FF.
    #[error("an engine ID is not all 00 and not all FF")]
    Reserved,
    /// The text is not made of pairs of hexadecimal digits.
    #[error("an engine ID is written as pairs of hexadecimal digits, such as 80001f8804706c75746f")]
    NotHexadecimal,
}

impl EngineId {
    /// The context engine ID that means whichever engine is asked (RFC 5343 §3.2, localEngineID).
    pub const LOCAL: EngineId = EngineId {
        len: 5,
        octets: {
            let mut octets = [0; MAX_ODD_ENGINE_ID];
            octets[0] = 0x80;
            octets[4] = 6;
            octets
        },
    };

    /// An engine ID of these octets.
    ///
    /// # Errors
    /// There are fewer than 5 or more than 32 octets, or all are 00 or all FF.
    pub fn new(octets: &[u8]) -> Result<Self, EngineIdError> {
        if !(MIN_ENGINE_ID..=MAX_ENGINE_ID).contains(&octets.len()) {
            return Err(EngineIdError::Length(octets.len()));
        }
        if octets.iter().all(|o| *o == 0) || octets.iter().all(|o| *o == 0xff) {
            return Err(EngineIdError::Reserved);
        }
        Ok(Self::copy(octets))
    }

    /// An engine ID that need not be one by the standard: 1 to 64 octets, whatever they are. To speak with devices that
    /// have such.
    ///
    /// # Errors
    ///
    /// Without octets, or with more than 64.
    pub fn odd(octets: &[u8]) -> Result<Self, EngineIdError> {
        match octets.len() {
            1..=MAX_ODD_ENGINE_ID => Ok(Self::copy(octets)),
            len => Err(EngineIdError::OddLength(len)),
        }
    }

    fn copy(octets: &[u8]) -> Self {
        let mut id = Self { len: octets.len() as u8, octets: [0; MAX_ODD_ENGINE_ID] };
        for (to, from) in id.octets.iter_mut().zip(octets) {
            *to = *from;
        }
        id
    }

    /// An ID of format 5: these octets, cut to 27, behind the number of an enterprise. With eight or
    /// more random octets no two engines have the same, and the ID tells nothing about its host.
    ///
    /// # Errors
    /// Those of [`new`](Self::new), which no argument leads to: the length always fits.
    pub fn from_octets(enterprise: u32, octets: &[u8]) -> Result<Self, EngineIdError> {
        Self::with_format(enterprise, 5, octets)
    }

    /// An ID of format 4: this text, cut to 27 octets, behind the number of an enterprise.
    ///
    /// # Errors
    /// Those of [`new`](Self::new), which no argument leads to: the length always fits.
    pub fn from_text(enterprise: u32, text: &str) -> Result<Self, EngineIdError> {
        Self::with_format(enterprise, 4, text.as_bytes())
    }

    /// The first bit says that a format follows the enterprise.
    fn with_format(enterprise: u32, format: u8, octets: &[u8]) -> Result<Self, EngineIdError> {
        let mut id = (enterprise | 1 << 31).to_be_bytes().to_vec();
        id.push(format);
        id.extend(octets.iter().take(MAX_ENGINE_ID - id.len()));
        Self::new(&id)
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        self.octets.get(..usize::from(self.len)).unwrap_or_default()
    }
}

impl fmt::Display for EngineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for EngineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EngineId({self})")
    }
}

impl FromStr for EngineId {
    type Err = EngineIdError;

    fn from_str(text: &str) -> Result<Self, EngineIdError> {
        let digits = text.strip_prefix("0x").or(text.strip_prefix("0X")).unwrap_or(text);
        let digits: Vec<u8> = digits
            .bytes()
            .filter(|b| *b != b':')
            .map(|b| char::from(b).to_digit(16).map(|d| d as u8))
            .collect::<Option<_>>()
            .ok_or(EngineIdError::NotHexadecimal)?;
        let octets: Vec<u8> = digits.chunks(2).map(|pair| pair.iter().fold(0, |n, d| n << 4 | d)).collect();
        if digits.len() % 2 == 1 { Err(EngineIdError::NotHexadecimal) } else { Self::new(&octets) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// U22.
    #[test]
    fn lengths_and_reserved_values() {
        assert_eq!(EngineId::new(&[1; 4]), Err(EngineIdError::Length(4)));
        assert_eq!(EngineId::new(&[1; 33]), Err(EngineIdError::Length(33)));
        assert_eq!(EngineId::new(&[0; 12]), Err(EngineIdError::Reserved));
        assert_eq!(EngineId::new(&[0xff; 5]), Err(EngineIdError::Reserved));
        assert!(EngineId::new(&[1; 5]).is_ok() && EngineId::new(&[1; 32]).is_ok());
    }

    /// What only devices have that do not follow the standard.
    #[test]
    fn odd_ones() {
        for octets in [&[1][..], &[1; 4], &[1; 33], &[7; 64], &[0; 12], &[0xff; 5]] {
            assert!(EngineId::new(octets).is_err());
            assert_eq!(EngineId::odd(octets).map(|id| id.as_bytes().to_vec()), Ok(octets.to_vec()));
        }
        assert_eq!(EngineId::odd(&[]), Err(EngineIdError::OddLength(0)));
        assert_eq!(EngineId::odd(&[1; 65]), Err(EngineIdError::OddLength(65)));
        assert_eq!(EngineId::odd(&[1; 9]), EngineId::new(&[1; 9]));
    }

    /// U22: the first bit, the enterprise, the format.
    #[test]
    fn formats() -> Result<(), EngineIdError> {
        assert_eq!(EngineId::from_text(8072, "pluto")?.to_string(), "80001f8804706c75746f");
        assert_eq!(EngineId::from_octets(1, &[7; 40])?.as_bytes().len(), 32);
        assert_eq!(EngineId::LOCAL.to_string(), "8000000006");
        Ok(())
    }

    #[test]
    fn text() {
        let id = EngineId::from_text(8072, "pluto");
        assert_eq!("0x80:00:1f:88:04:70:6c:75:74:6f".parse(), id);
        assert_eq!("80001f880".parse::<EngineId>(), Err(EngineIdError::NotHexadecimal));
        assert_eq!("80001f88é4".parse::<EngineId>(), Err(EngineIdError::NotHexadecimal));
    }
}
