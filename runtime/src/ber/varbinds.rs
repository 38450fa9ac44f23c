//! The variable-bindings field of a message, borrowed from it.

use super::plain::PlainVarBind;
use super::{Anomalies, Anomaly, Error, ErrorKind, Failed, Ledger, MAX_VARBINDS, Reader, Rules, tag, value};
use crate::oid::OidRef;
use crate::value::VarBindRef;

/// Varbinds that have been checked: going through them again cannot fail.
#[derive(Clone, Copy, Debug, Default)]
pub struct VarBinds<'a> {
    content: &'a [u8],
    count: usize,
}

impl<'a> VarBinds<'a> {
    /// Reads the SEQUENCE OF varbinds at the cursor and checks every one.
    ///
    /// # Errors
    /// A varbind is malformed, or there are more than [`MAX_VARBINDS`]. The ledger has the error.
    pub fn read(reader: &mut Reader<'a>, ledger: &mut Ledger) -> Result<Self, Failed> {
        match reader.open(tag::SEQUENCE, ledger) {
            Ok(content) => Self::check(content, ledger),
            Err(Failed) if ledger.is_forgiving() => {
                ledger.note(Anomaly::Truncated, reader.offset())?;
                Ok(Self::default())
            }
            Err(Failed) => Err(Failed),
        }
    }

    /// Checks octets that are the content of a SEQUENCE OF varbinds, as
    /// [`as_bytes`](Self::as_bytes) gives them.
    ///
    /// # Errors
    /// A varbind is malformed, or there are more than [`MAX_VARBINDS`].
    pub fn from_content(content: &'a [u8], rules: Rules) -> Result<(Self, Anomalies), Error> {
        let mut ledger = Ledger::new(rules);
        let varbinds = Self::check(Reader::new(content), &mut ledger).map_err(|Failed| ledger.error())?;
        if ledger.anomalies().contains(Anomaly::UndecodableName) {
            // Only a whole message can be mended.
            return Err(Error { offset: 0, kind: ErrorKind::Anomaly(Anomaly::UndecodableName) });
        }
        Ok((varbinds, ledger.anomalies()))
    }

    /// Octets and count of varbinds that a call of [`read`](Self::read) has checked before.
    pub(crate) fn checked_before(content: &'a [u8], count: usize) -> Self {
        Self { content, count }
    }

    fn check(content: Reader<'a>, ledger: &mut Ledger) -> Result<Self, Failed> {
        let mut rest = content.rest();
        let mut count = 0;
        while !rest.is_empty() {
            if count == MAX_VARBINDS {
                let offset = Reader::within(rest, content.end()).offset();
                return Err(ledger.fail(offset, ErrorKind::TooManyVarBinds));
            }
            count += 1;
            rest = match PlainVarBind::split(rest) {
                Some((varbind, after)) if varbind.is_right() => after,
                _ => match check_any(Reader::within(rest, content.end()), ledger) {
                    Ok(after) => after,
                    Err(Failed) if ledger.is_forgiving() => {
                        return Self::cut_off(content, rest, count - 1, ledger);
                    }
                    Err(Failed) => return Err(Failed),
                },
            };
        }
        Ok(Self { content: content.rest(), count })
    }

    /// The varbinds before `rest`, where nothing tells where a varbind ends.
    #[cold]
    fn cut_off(content: Reader<'a>, rest: &[u8], count: usize, ledger: &mut Ledger) -> Result<Self, Failed> {
        ledger.note(Anomaly::Truncated, Reader::within(rest, content.end()).offset())?;
        let whole = content.rest();
        Ok(Self { content: whole.get(..whole.len() - rest.len()).unwrap_or_default(), count })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The content octets of the SEQUENCE OF.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.content
    }

    /// Goes through them in the order of the message.
    pub fn iter(&self) -> VarBindsIter<'a> {
        VarBindsIter { rest: self.content, left: self.count }
    }

    /// What is left after `count` varbinds, which take up `octets` octets.
    #[cfg(feature = "manager")]
    pub(crate) fn skip(&self, octets: usize, count: usize) -> Self {
        let content = self.content.get(octets..).unwrap_or_default();
        Self { content, count: self.count.saturating_sub(count) }
    }

    /// The same, uninterpreted: for mending OIDs that are not canonical.
    pub(crate) fn raw(&self) -> impl Iterator<Item = RawVarBind<'a>> + use<'a> {
        let mut rest = Reader::new(self.content);
        let mut ledger = Ledger::forgiving(); // the check has refused what is to be refused
        core::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let (raw, after) = RawVarBind::split(rest, &mut ledger).ok()?;
            rest = after;
            Some(raw)
        })
    }
}

/// Checks the first varbind of a list, whatever its shape; gives what follows it.
#[inline(never)]
fn check_any<'a>(list: Reader<'a>, ledger: &mut Ledger) -> Result<&'a [u8], Failed> {
    let (raw, rest) = RawVarBind::split(list, ledger)?;
    if raw.form == RawForm::NoName || raw.name.into_oid(ledger).is_err() {
        if ledger.rules() == Rules::Strict {
            return Err(Failed);
        }
        ledger.note(Anomaly::UndecodableName, raw.name.offset())?;
        ledger.note(Anomaly::UndecodableValue, raw.value.offset())?;
        return Ok(rest.rest());
    }
    value::read(raw.tag, raw.value, ledger)?;
    Ok(rest.rest())
}

impl<'a> IntoIterator for VarBinds<'a> {
    type Item = VarBindRef<'a>;
    type IntoIter = VarBindsIter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Iterator over [`VarBinds`].
#[derive(Clone, Debug)]
pub struct VarBindsIter<'a> {
    rest: &'a [u8],
    left: usize,
}

impl<'a> Iterator for VarBindsIter<'a> {
    type Item = VarBindRef<'a>;

    #[inline]
    fn next(&mut self) -> Option<VarBindRef<'a>> {
        self.left = self.left.checked_sub(1)?;
        if let Some((varbind, rest)) = PlainVarBind::split(self.rest)
            && !varbind.name.is_empty()
            && let Some(value) = varbind.value()
        {
            self.rest = rest;
            return Some(VarBindRef { name: OidRef::trusted(varbind.name), value });
        }
        self.next_any()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for VarBindsIter<'_> {}

impl<'a> VarBindsIter<'a> {
    #[inline(never)]
    fn next_any(&mut self) -> Option<VarBindRef<'a>> {
        // Checked already: no error can come up, and nothing is left to note.
        let mut ledger = Ledger::forgiving();
        let (raw, rest) = RawVarBind::split(Reader::new(self.rest), &mut ledger).ok()?;
        self.rest = rest.rest();
        let value = value::read(raw.tag, raw.value, &mut ledger).ok()?;
        Some(VarBindRef { name: OidRef::trusted(raw.name.as_checked_oid()), value })
    }

    /// Octets of the varbinds that are still to come.
    #[cfg(feature = "manager")]
    pub(crate) fn octets_left(&self) -> usize {
        self.rest.len()
    }
}

/// One varbind, taken apart but not interpreted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawVarBind<'a> {
    /// Content of the name.
    pub(crate) name: Reader<'a>,
    /// Tag of the value; of one that cannot be told from what is around it, [`tag::SEQUENCE`].
    pub(crate) tag: u8,
    /// Content of the value; of one with a tag of several octets, whatever is behind the first one.
    pub(crate) value: Reader<'a>,
    /// What of it can be told apart.
    pub(crate) form: RawForm,
    /// The content of the varbind.
    pub(crate) content: Reader<'a>,
}

/// What of a varbind can be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RawForm {
    /// Name and value. The name may be none.
    Right,
    /// The name; what is behind it is not one value with its length.
    NoValue,
    /// Nothing.
    NoName,
}

impl<'a> RawVarBind<'a> {
    /// Takes the first varbind off a list.
    fn split(mut list: Reader<'a>, ledger: &mut Ledger) -> Result<(Self, Reader<'a>), Failed> {
        let whole = list;
        let (found, content) = list.open_any(ledger)?;
        let mut fields = content;
        let name = match found {
            tag::SEQUENCE => fields.expect(tag::OBJECT_IDENTIFIER, ledger),
            _ => {
                let kind = ErrorKind::WrongTag { expected: tag::SEQUENCE, found };
                Err(ledger.fail(whole.offset(), kind))
            }
        };
        let (tag, value, form) = match name {
            Ok(_) => match fields.tlv(ledger) {
                Ok((tag, value)) => {
                    fields.finish(ledger)?;
                    (tag, value, RawForm::Right)
                }
                Err(Failed) => Self::odd_value(fields, ledger)?,
            },
            Err(Failed) if ledger.is_forgiving() => {
                let octets = whole.rest().len() - list.rest().len();
                let octets = whole.rest().get(..octets).unwrap_or_default();
                let element =
                    if found == tag::SEQUENCE { content } else { Reader::within(octets, content.end()) };
                (tag::SEQUENCE, element, RawForm::NoName)
            }
            Err(Failed) => return Err(Failed),
        };
        let name = name.unwrap_or(Reader::within(&[], content.end() - content.rest().len()));
        Ok((Self { name, tag, value, form, content }, list))
    }

    /// What stands behind a name and is not a value in the sense of SNMP. The varbind ends where it says, so its
    /// neighbours are not affected.
    #[cold]
    fn odd_value(fields: Reader<'a>, ledger: &mut Ledger) -> Result<(u8, Reader<'a>, RawForm), Failed> {
        if ledger.rules() == Rules::Strict {
            return Err(Failed);
        }
        let mut rest = fields;
        Ok(match rest.octet() {
            Some(tag) if tag::is_high(tag) => (tag, rest, RawForm::Right),
            _ => (tag::SEQUENCE, fields, RawForm::NoValue),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Varbinds that are right, nearly right, and wrong.
    fn varbinds() -> impl Strategy<Value = Vec<u8>> {
        let arc = prop_oneof![4 => 0..0x80u8, 1 => 0x80..=0xffu8, 1 => Just(0x80u8)];
        let name = prop::collection::vec(arc, 0..24);
        const TAGS: [u8; 16] =
            [2, 4, 5, 6, 0x40, 0x41, 0x42, 0x43, 0x44, 0x46, 0x80, 0x81, 0x82, 0x24, 0x1f, 0x45];
        let octet = prop_oneof![2 => any::<u8>(), 1 => Just(0u8), 1 => Just(0xffu8), 1 => Just(0x7fu8)];
        let value = prop::collection::vec(octet, 0..12);
        let varbind = (name, prop::sample::select(&TAGS[..]), value, 0..40u8);
        prop::collection::vec(varbind, 1..4).prop_map(|varbinds| {
            let mut writer = super::super::Writer::new();
            for (name, tag, value, fault) in varbinds {
                let mark = writer.mark();
                if fault == 0 {
                    writer.octets(&[0]);
                }
                writer.tlv(tag, &value);
                writer.tlv(if fault == 1 { tag::INTEGER } else { tag::OBJECT_IDENTIFIER }, &name);
                match (fault, u8::try_from(writer.since(mark))) {
                    (2, Ok(length)) => writer.octets(&[tag::SEQUENCE, 0x81, length]),
                    (3, Ok(length)) => writer.octets(&[tag::SEQUENCE, length + 1]),
                    _ => writer.wrap(tag::SEQUENCE, mark),
                }
            }
            writer.finish().expect("fits").to_vec()
        })
    }

    fn check_slowly(content: &[u8], ledger: &mut Ledger) -> Result<usize, Failed> {
        let mut rest = content;
        let mut count = 0;
        while !rest.is_empty() {
            rest = check_any(Reader::within(rest, content.len()), ledger)?;
            count += 1;
        }
        Ok(count)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        /// What is settled without the reader is what the reader says, to the error and its place.
        #[test]
        fn the_plain_shape_changes_nothing(content in varbinds(), strict: bool) {
            let rules = if strict { Rules::Strict } else { Rules::Lenient };
            let (mut plain, mut slow) = (Ledger::new(rules), Ledger::new(rules));
            let checked = VarBinds::check(Reader::new(&content), &mut plain);
            let expected = check_slowly(&content, &mut slow);
            prop_assert_eq!(checked.map(|varbinds| varbinds.len()), expected);
            prop_assert_eq!(plain.anomalies(), slow.anomalies());
            let Ok(varbinds) = checked else {
                prop_assert_eq!(plain.error(), slow.error());
                return Ok(());
            };
            let mut slowly = varbinds.iter();
            let slowly: Vec<_> = std::iter::from_fn(|| {
                slowly.left = slowly.left.checked_sub(1)?;
                slowly.next_any()
            })
            .collect();
            prop_assert_eq!(varbinds.iter().collect::<Vec<_>>(), slowly);
        }
    }
}
