//! Texts in YAML. An alias (`*NAME`) stands for a part of the text, and what aliases stand for can have aliases: what they
//! make of a text has a limit. Merge keys (`<<: *NAME`) are worked out, as Go's programs do it.

mod written;

use crate::file_error::FileError;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};
use serde_norway::Value;
use std::borrow::Cow;
use std::fmt;

/// Letters that aliases may add to a text: so many times its own, and some for short ones, but not more than the most.
const TIMES: usize = 16;
const SOME: usize = 1 << 20;
const MOST: usize = 16 << 20;

/// What is wrong with more.
const FAR: &str =
    "its aliases (`*NAME`) make a text that is far longer; expected one with fewer aliases, or without them";

/// The name of a merge key.
const MERGE: &str = "<<";

/// Reads a text.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, FileError> {
    let merged = merged(text)?;
    serde_norway::from_str(&merged).map_err(|error| {
        let problem = FileError::of_yaml(&error);
        match merged {
            Cow::Borrowed(_) => problem,
            // It has a place in another text.
            Cow::Owned(_) => FileError { place: None, ..problem }.named_in(text),
        }
    })
}

/// The text without merge keys, if aliases do not make too much of it.
pub(crate) fn merged(text: &str) -> Result<Cow<'_, str>, FileError> {
    let in_text = |error: serde_norway::Error| {
        let problem = FileError::of_yaml(&error);
        // The library has a limit of its own.
        let far = problem.message.ends_with("repetition limit exceeded");
        if far { FileError { message: FAR.to_owned(), ..problem } } else { problem }
    };
    if has_aliases(text) {
        let mut left = text.len() + text.len().saturating_mul(TIMES).saturating_add(SOME).min(MOST);
        Letters(&mut left).deserialize(serde_norway::Deserializer::from_str(text)).map_err(in_text)?;
    }
    if !text.contains(MERGE) {
        return Ok(Cow::Borrowed(text));
    }
    let mut value: Value = serde_norway::from_str(text).map_err(in_text)?;
    written::note(text, &mut value).map_err(in_text)?;
    if !merge(&mut value)? {
        return Ok(Cow::Borrowed(text));
    }
    Ok(Cow::Owned(written::text(&value)))
}

/// Whether the text may have aliases. One begins with an asterisk, and a letter, a digit, `_` or `-` follows.
fn has_aliases(text: &str) -> bool {
    let name = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'-');
    text.as_bytes().windows(2).any(|pair| matches!(pair, [b'*', next] if name(*next)))
}

/// Puts what merge keys name in their place; what a map says itself counts. Whether there was one.
fn merge(value: &mut Value) -> Result<bool, FileError> {
    let mut found = false;
    match value {
        Value::Sequence(items) => {
            for item in items {
                found |= merge(item)?;
            }
        }
        Value::Tagged(tagged) => found = merge(&mut tagged.value)?,
        Value::Mapping(map) => {
            for (_, value) in map.iter_mut() {
                found |= merge(value)?;
            }
            let Some(named) = map.remove(MERGE) else { return Ok(found) };
            found = true;
            let named = if let Value::Sequence(several) = named { several } else { vec![named] };
            for one in named {
                let Value::Mapping(one) = one else {
                    return Err(FileError::new(
                        "`<<` is not a map; expected an alias of a map, such as `<<: *base`",
                    ));
                };
                for (key, value) in one {
                    map.entry(key).or_insert(value);
                }
            }
        }
        _ => {}
    }
    Ok(found)
}

/// Counts the letters that a text has when each alias is what it stands for, down from a limit.
struct Letters<'l>(&'l mut usize);

impl Letters<'_> {
    fn take<E: Error>(&mut self, letters: usize) -> Result<(), E> {
        // The line break or comma between two of them.
        let left = self.0.checked_sub(letters + 1);
        *self.0 = left.ok_or_else(|| E::custom(FAR))?;
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Letters<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Letters<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("YAML")
    }

    fn visit_bool<E: Error>(mut self, _: bool) -> Result<(), E> {
        self.take(1)
    }

    fn visit_i64<E: Error>(mut self, _: i64) -> Result<(), E> {
        self.take(1)
    }

    fn visit_i128<E: Error>(mut self, _: i128) -> Result<(), E> {
        self.take(1)
    }

    fn visit_u64<E: Error>(mut self, _: u64) -> Result<(), E> {
        self.take(1)
    }

    fn visit_u128<E: Error>(mut self, _: u128) -> Result<(), E> {
        self.take(1)
    }

    fn visit_f64<E: Error>(mut self, _: f64) -> Result<(), E> {
        self.take(1)
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<(), E> {
        self.take(text.len())
    }

    fn visit_unit<E: Error>(mut self) -> Result<(), E> {
        self.take(0)
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        self.take(0)?;
        while items.next_element_seed(Letters(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.take(0)?;
        while map.next_key_seed(Letters(self.0))?.is_some() {
            map.next_value_seed(Letters(self.0))?;
        }
        Ok(())
    }

    /// What has a tag.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<(), A::Error> {
        let ((), value) = tagged.variant_seed(Letters(self.0))?;
        value.newtype_variant_seed(Letters(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    type Lists = BTreeMap<String, Vec<String>>;

    /// Memory and work follow the text, whatever its aliases stand for.
    #[test]
    fn aliases_have_a_limit() {
        let list = (0..2_000).map(|number| format!("1.3.6.1.{number}")).collect::<Vec<_>>().join(", ");
        let text = |aliases: usize| {
            let more: String = (0..aliases).map(|number| format!("m{number}: *m\n")).collect();
            format!("m: &m [{list}]\n{more}")
        };
        assert_eq!(read::<Lists>(&text(20)).expect("a few").len(), 21);
        let error = read::<Lists>(&text(3_000)).expect_err("many");
        assert!(error.message.contains("aliases (`*NAME`)"), "{error}");
        // Aliases of aliases, with and without what usually stands before one.
        let mut laughs = "{\"a0\": &a0 [x, x, x, x, x, x, x, x, x, x]".to_owned();
        for number in 1..10 {
            let before = number - 1;
            let ten = vec![format!("*a{before}"); 10].join(" , ");
            laughs += &format!(", \"a{number}\": &a{number} [{ten} ]");
        }
        laughs.push('}');
        let error = read::<BTreeMap<String, Value>>(&laughs).expect_err("10^10");
        assert!(error.message.contains("aliases"), "{error}");
        for hidden in ["!tag [*m]", "{? *m : x}", "!a {b: [*m, *m]}"] {
            let more: String = (0..3_000).map(|number| format!("k{number}: {hidden}\n")).collect();
            let error = read::<Value>(&format!("m: &m [{list}]\n{more}")).expect_err(hidden);
            assert!(error.message.contains("aliases"), "{error}");
        }
    }

    /// A long text has no more room than a short one.
    #[test]
    fn long_texts() {
        let anchor = format!("- &a {}\n", "x".repeat(1 << 20));
        assert_eq!(read::<Vec<String>>(&(anchor.clone() + &"- *a\n".repeat(10))).expect("11 MiB").len(), 11);
        assert!(read::<Vec<String>>(&(anchor + &"- *a\n".repeat(20))).is_err());
    }

    #[test]
    fn asterisks_that_are_none() {
        for text in ["a: [\"*x\"]\n", "a: ['2 *x']\n", "a: [.*]\n", "a: [x*x]\n"] {
            assert_eq!(read::<Lists>(text).expect(text)["a"].len(), 1);
        }
    }

    #[test]
    fn merge_keys() {
        let text =
            "a: &a {x: 1, y: 1}\nb: &b\n  <<: *a\n  y: 2\n  z: 2\nc: {<<: [*b, *a], z: 3}\nd: {<<: {w: 4}}\n";
        let maps: BTreeMap<String, BTreeMap<String, u32>> = read(text).expect("YAML");
        let map = |pairs: &[(&str, u32)]| -> BTreeMap<String, u32> {
            pairs.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect()
        };
        assert_eq!(maps["b"], map(&[("x", 1), ("y", 2), ("z", 2)]));
        assert_eq!(maps["c"], map(&[("x", 1), ("y", 2), ("z", 3)]));
        assert_eq!(maps["d"], map(&[("w", 4)]));
        let error = read::<Value>("a: {<<: [x]}\n").expect_err("a text");
        assert!(error.message.contains("expected an alias of a map"), "{error}");
        let error = read::<Value>("a: {<<: 5}\n").expect_err("a number");
        assert!(error.message.contains("expected an alias of a map"), "{error}");
        // A mistake has the line of its name.
        let text = "a: &a {x: 1}\nb:\n  <<: *a\n  y: z\n";
        let error = read::<BTreeMap<String, BTreeMap<String, u32>>>(text).expect_err("a word");
        assert!(error.message.contains('z'), "{error}");
    }

    /// A merge key somewhere in a file does not make other texts of those that look like numbers.
    #[test]
    fn texts_beside_merge_keys() {
        let lists = "a: &a {x: 1.10, y: 0x1F}\nb: {<<: *a, z: 1e5, w: 12345678901234567890}\n\
                     c: {x: True, y: '0x10', z: \"a: {[#,\\n\\t\\u00e4\", w: 007, v: -0.50}\n\
                     d: !t {x: 2.50, y: !plain '{'}\n? \"k\\n\"\n: {e: 1.0}\n";
        let read: BTreeMap<String, BTreeMap<String, String>> = read(lists).expect("YAML");
        let with = |lists: &str| -> BTreeMap<String, BTreeMap<String, String>> {
            serde_norway::from_str(lists).expect("YAML")
        };
        let mut expected = with(&lists.replace("<<: *a, ", "x: 1.10, y: 0x1F, "));
        assert_eq!(read, expected);
        assert_eq!(expected.remove("b").expect("a map")["w"], "12345678901234567890");
        let numbers: BTreeMap<String, BTreeMap<String, f64>> =
            super::read("a: &a {x: 1.50, y: 2}\nb: {<<: *a, y: 1e3}\n").expect("YAML");
        assert_eq!((numbers["b"]["x"], numbers["b"]["y"], numbers["a"]["y"]), (1.5, 1_000.0, 2.0));
        let long = format!("a: &a {{x: 1}}\nb: {{<<: *a, ? {} : 2}}\n", "k".repeat(3_000));
        let long: BTreeMap<String, BTreeMap<String, String>> = super::read(&long).expect("YAML");
        assert_eq!(long["b"].len(), 2);
    }
}
