//! Numbers as they are written. What a scalar is follows from who reads it: `1.10` and `0x10` may be texts, such as the value of a
//! label or a password, and as numbers they would be `1.1` and `16`.

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};
use serde_norway::Value;
use serde_norway::value::{Tag, TaggedValue};
use std::fmt::{self, Write};

/// The tag of a scalar that is written without quotes. Others are gone then.
const PLAIN: &str = "!plain";

/// Notes how numbers and the like are written in the text that this value was read from.
pub(super) fn note(text: &str, value: &mut Value) -> Result<(), serde_norway::Error> {
    AsWritten(value).deserialize(serde_norway::Deserializer::from_str(text))
}

/// The value as a text, in which these are as they were.
pub(super) fn text(value: &Value) -> String {
    let mut out = String::new();
    push(&mut out, value);
    out.push('\n');
    out
}

fn push(out: &mut String, value: &Value) {
    // Writing to a text does not fail.
    let _ = match value {
        Value::Null => write!(out, "null"),
        Value::Bool(word) => write!(out, "{word}"),
        Value::Number(number) => write!(out, "{number}"),
        Value::String(text) => quoted(out, text),
        Value::Sequence(items) => {
            out.push('[');
            for item in items {
                push(out, item);
                out.push_str(",\n");
            }
            write!(out, "]")
        }
        Value::Mapping(map) => {
            out.push('{');
            for (key, value) in map {
                out.push_str("? ");
                push(out, key);
                out.push_str("\n: ");
                push(out, value);
                out.push_str(",\n");
            }
            write!(out, "}}")
        }
        // Noted above.
        Value::Tagged(tagged) => match &tagged.value {
            Value::String(text) => write!(out, "{text}"),
            value => {
                push(out, value);
                Ok(())
            }
        },
    };
}

fn quoted(out: &mut String, text: &str) -> fmt::Result {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            ' '..='~' => out.push(letter),
            letter => write!(out, "\\U{:08X}", u32::from(letter))?,
        }
    }
    out.push('"');
    Ok(())
}

/// What is read once more, beside what it was the first time.
struct AsWritten<'v>(&'v mut Value);

impl<'de> DeserializeSeed<'de> for AsWritten<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        match self.0 {
            Value::Number(_) | Value::Bool(_) => reader.deserialize_str(self),
            _ => reader.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for AsWritten<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the same YAML")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if let Value::Number(_) | Value::Bool(_) = self.0 {
            let value = Value::String(text.to_owned());
            *self.0 = Value::Tagged(Box::new(TaggedValue { tag: Tag::new(PLAIN), value }));
        }
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if let Value::Sequence(known) = self.0 {
            for item in known {
                items.next_element_seed(AsWritten(item))?;
            }
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if let Value::Mapping(known) = self.0 {
            // In the order of the text.
            for (_, value) in known {
                if map.next_key::<IgnoredAny>()?.is_some() {
                    map.next_value_seed(AsWritten(value))?;
                }
            }
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<(), A::Error> {
        let (_, inner): (IgnoredAny, _) = tagged.variant()?;
        // Nobody here looks at a tag, and ours is not to come from a text.
        if let Value::Tagged(known) = std::mem::take(self.0) {
            *self.0 = known.value;
        }
        inner.newtype_variant_seed(self)
    }
}
