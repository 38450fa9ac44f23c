//! Values from text, by their type.

use super::TypeMeta;
use crate::{
    display_hint::{Hint, HintError},
    oid::{Oid, OidError},
    syntax::BaseType,
    value::{Bits, Counter32, Counter64, Gauge32, IpAddress, Opaque, TimeTicks, Value},
};

/// Why a text is not a value of a type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// Neither a label of the type nor a number.
    #[error("`{found}` is not a label of this type; its labels are {labels}")]
    Label {
        /// The text.
        found: String,
        /// The labels, separated by commas.
        labels: String,
    },
    /// Not a number of the base type.
    #[error("`{found}` is not a number of type {base}")]
    Number {
        /// The text.
        found: String,
        /// The base type.
        base: BaseType,
    },
    /// Not as the DISPLAY-HINT gives it.
    #[error("`{found}` does not follow the DISPLAY-HINT `{hint}`: {source}")]
    Hint {
        /// The text.
        found: String,
        /// The hint.
        hint: String,
        /// Where it departs.
        source: HintError,
    },
    /// Not an OBJECT IDENTIFIER.
    #[error(transparent)]
    Oid(#[from] OidError),
    /// Not an IPv4 address.
    #[error("`{found}` is not an IPv4 address such as 192.0.2.1")]
    Address {
        /// The text.
        found: String,
    },
    /// Not octets in hexadecimal.
    #[error("`{found}` is not a list of octets in hexadecimal such as `9f 78`")]
    Hexadecimal {
        /// The text.
        found: String,
    },
    /// Outside of the type's ranges.
    #[error("{what} {found} is outside of {ranges}")]
    Range {
        /// "the number", or "the length in octets".
        what: &'static str,
        /// The number or length.
        found: i128,
        /// What is allowed, such as `0..255`.
        ranges: String,
    },
}

impl TypeMeta<'_> {
    /// The value that this text shows, as [`TypeMeta::display`] would: a label or number, `{low, high}` for bits,
    /// by DISPLAY-HINT if there is one, otherwise decimal numbers, plain text, dotted OIDs and addresses. `Opaque`
    /// is octets in hexadecimal.
    ///
    /// # Errors
    /// What is not such a text, or a value outside of the type's ranges.
    pub fn parse(&self, text: &str) -> Result<Value, TextError> {
        let value = match self.base() {
            BaseType::Integer32 if self.labels().next().is_some() => {
                Value::Integer(self.labelled(text, Some)?)
            }
            BaseType::Integer32 => Value::Integer(self.numeric(text)?),
            BaseType::Unsigned32 | BaseType::Gauge32 => Value::Gauge32(Gauge32(self.numeric(text)?)),
            BaseType::Counter32 => Value::Counter32(Counter32(self.numeric(text)?)),
            BaseType::TimeTicks => Value::TimeTicks(TimeTicks(self.numeric(text)?)),
            BaseType::Counter64 => {
                Value::Counter64(Counter64(text.parse().map_err(|_| self.not_a_number(text))?))
            }
            BaseType::OctetString => Value::OctetString(self.octets(text)?.into()),
            BaseType::ObjectIdentifier => Value::ObjectIdentifier(text.parse::<Oid>()?),
            BaseType::IpAddress => Value::IpAddress(
                text.parse::<IpAddress>().map_err(|_| TextError::Address { found: text.into() })?,
            ),
            BaseType::Opaque => {
                let octets =
                    hexadecimal(text).ok_or_else(|| TextError::Hexadecimal { found: text.into() })?;
                Value::Opaque(Opaque(octets))
            }
            BaseType::Bits => return self.bits(text),
        };
        self.within(value)
    }

    /// The number of a label, or a plain number.
    fn labelled<T>(&self, text: &str, number: impl FnOnce(i32) -> Option<T>) -> Result<T, TextError> {
        self.number(text).or_else(|| text.parse().ok()).and_then(number).ok_or_else(|| TextError::Label {
            found: text.into(),
            labels: self.labels().map(|(label, _)| label).collect::<Vec<_>>().join(", "),
        })
    }

    /// A number by hint, within what the base type holds.
    fn numeric<T: TryFrom<i64>>(&self, text: &str) -> Result<T, TextError> {
        let number = match self.hint_of(text)? {
            Some((hint, of)) => hint.parse_integer(text).map_err(of)?,
            None => text.parse().map_err(|_| self.not_a_number(text))?,
        };
        T::try_from(number).map_err(|_| self.not_a_number(text))
    }

    fn octets(&self, text: &str) -> Result<Vec<u8>, TextError> {
        match self.hint_of(text)? {
            Some((hint, of)) => hint.parse_octets(text).map_err(of),
            None => Ok(text.into()),
        }
    }

    /// The hint, and what makes an error of one where `text` does not follow it.
    fn hint_of<'t>(
        &self,
        text: &'t str,
    ) -> Result<Option<(Hint<'_>, impl FnOnce(HintError) -> TextError + 't)>, TextError>
    where
        Self: 't,
    {
        let Some(hint) = self.hint() else { return Ok(None) };
        let of = move |source| TextError::Hint { found: text.into(), hint: hint.into(), source };
        match Hint::parse(hint) {
            Ok(parsed) => Ok(Some((parsed, of))),
            // A hint that is not valid is the MIB's fault; the value can still be given plainly.
            Err(_) => Ok(None),
        }
    }

    fn bits(&self, text: &str) -> Result<Value, TextError> {
        let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
        let mut bits = Bits::new();
        for label in inner.split([',', ' ']).filter(|label| !label.is_empty()) {
            let position =
                |number: i32| u32::try_from(number).ok().filter(|position| *position <= Bits::MAX_POSITION);
            bits.insert(self.labelled(label, position)?);
        }
        bits.pad(self.bit_octets().unwrap_or(0));
        Ok(Value::OctetString(bits.as_octets().into()))
    }

    fn within(&self, value: Value) -> Result<Value, TextError> {
        let (what, found) = match value.as_octets() {
            Some(octets) => ("the length in octets", octets.len() as i128),
            None => match value.as_i128() {
                Some(number) => ("the number", number),
                None => return Ok(value),
            },
        };
        // Enumerations are open: their ranges are their labels.
        if i64::try_from(found).is_ok_and(|found| self.admits(found)) || self.ranges().next().is_none() {
            return Ok(value);
        }
        Err(TextError::Range { what, found, ranges: self.ranges_text() })
    }

    /// The ranges as MIBs write them: `4 | 16..32`.
    pub(crate) fn ranges_text(&self) -> String {
        let range = |(low, high)| if low == high { format!("{low}") } else { format!("{low}..{high}") };
        self.ranges().map(range).collect::<Vec<_>>().join(" | ")
    }

    fn not_a_number(&self, text: &str) -> TextError {
        TextError::Number { found: text.into(), base: self.base() }
    }
}

/// Octets of two digits each, with or without blanks, colons or hyphens between them.
pub(crate) fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    for group in text.split([' ', ':', '-']).filter(|group| !group.is_empty()) {
        let group = group.strip_prefix("0x").or_else(|| group.strip_prefix("0X")).unwrap_or(group);
        let mut digits = group.chars().map(|c| c.to_digit(16));
        while let Some(high) = digits.next() {
            octets.push(u8::try_from(high? << 4 | digits.next()??).ok()?);
        }
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meta::{Meta, MetaBuilder, TypeDef};

    fn parse(def: TypeDef, text: &str) -> Result<Value, TextError> {
        let mut builder = MetaBuilder::new("M");
        builder.add_type(def);
        let bytes = builder.finish().unwrap();
        let described = Meta::new(&bytes).type_at(0).unwrap();
        let value = described.parse(text)?;
        let shown = described.display(value.as_ref()).to_string();
        assert_eq!(described.parse(&shown).as_ref(), Ok(&value), "what is shown reads back: {shown}");
        Ok(value)
    }

    fn labels(base: BaseType) -> TypeDef {
        TypeDef { labels: vec![("up".into(), 1), ("down".into(), 9)], ..TypeDef::new(base) }
    }

    #[test]
    fn labels_and_numbers() {
        let state = || labels(BaseType::Integer32);
        assert_eq!(parse(state(), "down"), Ok(Value::Integer(9)));
        let error = state();
        assert_eq!(
            parse(error, "Up").unwrap_err().to_string(),
            "`Up` is not a label of this type; its labels are up, down"
        );
        let bits = || labels(BaseType::Bits);
        assert_eq!(parse(bits(), "{down}"), Ok(Value::OctetString([0, 0x40].into())));
        assert_eq!(parse(bits(), "up, 9"), Ok(Value::OctetString([0x40, 0x40].into())));
        assert_eq!(parse(bits(), "{}"), Ok(Value::OctetString([0, 0].into())));
        assert!(parse(bits(), "{-1}").is_err() && parse(bits(), "{524280}").is_err());
        assert_eq!(parse(TypeDef::new(BaseType::Integer32), "-5"), Ok(Value::Integer(-5)));
        assert!(parse(TypeDef::new(BaseType::Integer32), "2147483648").is_err());
        assert_eq!(
            parse(TypeDef::new(BaseType::Unsigned32), "4294967295"),
            Ok(Value::Gauge32(Gauge32(u32::MAX)))
        );
        assert!(parse(TypeDef::new(BaseType::Counter32), "-1").is_err());
        let most = TypeDef::new(BaseType::Counter64);
        assert_eq!(parse(most, "18446744073709551615"), Ok(Value::Counter64(Counter64(u64::MAX))));
    }

    #[test]
    fn hints_and_ranges() {
        let hinted = |base, hint: &str| TypeDef { hint: Some(hint.into()), ..TypeDef::new(base) };
        assert_eq!(parse(hinted(BaseType::Integer32, "d-2"), "1.5"), Ok(Value::Integer(150)));
        let mac = hinted(BaseType::OctetString, "1x:");
        assert_eq!(parse(mac.clone(), "0:1b"), Ok(Value::OctetString([0, 0x1b].into())));
        assert!(parse(mac.clone(), "0-1b").unwrap_err().to_string().contains("character 2"));
        let six = TypeDef { ranges: vec![(0, 0), (6, 6)], ..mac };
        let error = parse(six, "0:1b").unwrap_err().to_string();
        assert_eq!(error, "the length in octets 2 is outside of 0 | 6");
        let percent = TypeDef { ranges: vec![(0, 100)], ..TypeDef::new(BaseType::Gauge32) };
        assert!(matches!(parse(percent, "101"), Err(TextError::Range { found: 101, .. })));
        assert_eq!(parse(hinted(BaseType::OctetString, "nonsense"), "ab"), Ok(Value::from("ab")));
    }

    #[test]
    fn other_types() {
        assert_eq!(parse(TypeDef::new(BaseType::OctetString), "Zürich"), Ok(Value::from("Zürich")));
        let address = TypeDef::new(BaseType::IpAddress);
        assert_eq!(parse(address.clone(), "192.0.2.1"), Ok(Value::IpAddress(IpAddress([192, 0, 2, 1]))));
        assert!(parse(address, "192.0.2").is_err());
        assert!(parse(TypeDef::new(BaseType::ObjectIdentifier), "1.3.6").is_ok());
        assert!(parse(TypeDef::new(BaseType::ObjectIdentifier), "ifIndex").is_err());
        let opaque = TypeDef::new(BaseType::Opaque);
        assert_eq!(parse(opaque.clone(), "9f 78:00"), Ok(Value::Opaque(Opaque(vec![0x9f, 0x78, 0]))));
        assert!(
            parse(opaque.clone(), "9").is_err()
                && parse(opaque.clone(), "é").is_err()
                && parse(opaque, "zz").is_err()
        );
    }
}
