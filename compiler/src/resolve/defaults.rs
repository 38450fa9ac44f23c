//! DEFVAL, read by the type of its object (RFC 2578 §7.9).

use super::Resolver;
use super::oids::Root;
use super::ranges::limits;
use crate::diag::{Code, Diagnostic};
use crate::model::{DefId, DefaultValue, Kind, ModuleId, Name, Ref, Syntax};
use crate::syntax::ast::{DefVal, DefValKind, Ident, OidArc};
use mibc_runtime::syntax::BaseType;
use rustc_hash::FxHashSet;

/// How many types are followed from one to the one it is derived from.
const MAX_TYPES: usize = 16;

impl<'s> Resolver<'s> {
    /// Reads the DEFVAL of every object.
    pub(super) fn read_defaults(&mut self) {
        for (id, written) in std::mem::take(&mut self.defaults) {
            let Some(object) = self.model[id].object() else { continue };
            let (module, syntax) = (self.model[id].module, object.syntax.clone());
            self.quiet_defaults = self.inputs[module.index()].is_broken(self.model[id].span)
                || self.stands_on_broken_type(&syntax);
            let value = self.default_value(id, module, &syntax, &written).map(Box::new);
            match &mut self.model.definitions[id.index()].kind {
                Kind::Scalar(object) | Kind::Table(object, _) | Kind::Column(object, _) => {
                    object.default = value
                }
                Kind::Row(row) => row.object.default = value,
                _ => {}
            }
        }
        self.quiet_defaults = false;
    }

    /// Whether a type that a syntax is derived from could not be read as it is written.
    fn stands_on_broken_type(&self, syntax: &Syntax) -> bool {
        let mut named = syntax.named;
        for _ in 0..MAX_TYPES {
            let Some(Ref::Bound(id)) = named else { return false };
            let ty = &self.model[id];
            if self.inputs[ty.module.index()].is_broken(ty.span) {
                return true;
            }
            named = ty.syntax.named;
        }
        false
    }

    /// The value of a DEFVAL; `None`, and reported, if it does not fit the type.
    pub(super) fn default_value(
        &mut self,
        user: DefId,
        module: ModuleId,
        syntax: &Syntax,
        written: &DefVal<'s>,
    ) -> Option<DefaultValue> {
        if let Some(BaseType::Counter32 | BaseType::Counter64) = syntax.base {
            self.reports.push(
                Diagnostic::new(Code::DefaultOnCounter, "a counter has no default value")
                    .at(written.span, "has no meaning")
                    .help("remove DEFVAL"),
            );
        }
        let value = match syntax.base {
            None => return self.untyped(written),
            Some(BaseType::OctetString | BaseType::Opaque) => octets(&written.kind),
            Some(BaseType::IpAddress) => address(&written.kind),
            Some(BaseType::ObjectIdentifier) => return self.oid_default(user, module, written),
            Some(BaseType::Bits) => return self.bits_default(syntax, written),
            Some(_) => return self.number_default(syntax, written),
        };
        if value.is_none() {
            self.misfit(written, expected(syntax));
        }
        value
    }

    /// A value of a type that could not be bound: only what needs no type.
    fn untyped(&mut self, written: &DefVal<'s>) -> Option<DefaultValue> {
        match written.kind {
            DefValKind::Number(digits) => digits.text().parse().ok().map(DefaultValue::Int),
            DefValKind::Text(text) => Some(DefaultValue::Text(text.span())),
            DefValKind::Hex(digits) => hex(digits.text()).map(DefaultValue::Bytes),
            DefValKind::Binary(_) | DefValKind::Name(_) | DefValKind::Braces(_) => None,
        }
    }

    fn number_default(&mut self, syntax: &Syntax, written: &DefVal<'s>) -> Option<DefaultValue> {
        let value: Option<i128> = match &written.kind {
            DefValKind::Number(digits) => digits.text().parse().ok(),
            DefValKind::Hex(digits) => i128::from_str_radix(&plain(digits.text()), 16).ok(),
            DefValKind::Binary(digits) => i128::from_str_radix(&plain(digits.text()), 2).ok(),
            DefValKind::Name(label) => return self.label_default(syntax, *label, written),
            DefValKind::Braces(arcs) => match &**arcs {
                [OidArc::Name(name)] => return self.label_default(syntax, *name, written),
                _ => None,
            },
            DefValKind::Text(_) => None,
        };
        let Some(value) = value else {
            self.misfit(written, expected(syntax));
            return None;
        };
        let number = i64::try_from(value).ok().filter(|_| !syntax.enums.is_empty());
        let place = number.and_then(|n| self.tables.enums.numbered(&syntax.enums, n).first().copied());
        if let Some(&(label, _)) = place.and_then(|place| syntax.enums.get(place)) {
            let spelling = self.model.spelling(label).to_owned();
            self.reports.push(
                Diagnostic::new(
                    Code::DefaultByNumber,
                    "the default value of an enumeration is given by its label",
                )
                .at(written.span, format!("read as `{spelling}`"))
                .help(format!("write `{spelling}`")),
            );
            return Some(DefaultValue::Label(label));
        }
        let in_range = syntax.in_range(value);
        if let Some((low, high)) = syntax.base.and_then(limits)
            && !(low..=high).contains(&value)
        {
            // What cannot be sent is nothing to go on with.
            self.misfit(written, &format!("a number from {low} to {high}"));
            return None;
        }
        if !syntax.enums.is_empty() {
            self.misfit(written, "one of the labels of the type");
        } else if !in_range {
            self.misfit(written, "a number within the range of the type");
        }
        Some(DefaultValue::Int(value))
    }

    fn label_default(
        &mut self,
        syntax: &Syntax,
        label: Ident<'s>,
        written: &DefVal<'s>,
    ) -> Option<DefaultValue> {
        let name = self.model.names.get(label.text());
        if let Some(name) = name.and_then(|name| self.tables.enums.named(&syntax.enums, name)) {
            return Some(DefaultValue::Label(name));
        }
        match self.tables.enums.spelt_alike(&syntax.enums, label.text(), &self.model.names) {
            Some(other) => {
                if self.quiet_defaults {
                    return Some(DefaultValue::Label(other));
                }
                let spelling = self.model.spelling(other).to_owned();
                self.reports.push(
                    Diagnostic::new(
                        Code::InvalidDefault,
                        format!("the type has no label `{}`", label.text()),
                    )
                    .at(written.span, format!("read as `{spelling}`"))
                    .help(format!("write `{spelling}`")),
                );
                Some(DefaultValue::Label(other))
            }
            None => {
                self.misfit(written, expected(syntax));
                None
            }
        }
    }

    fn bits_default(&mut self, syntax: &Syntax, written: &DefVal<'s>) -> Option<DefaultValue> {
        let Resolver { model, tables, .. } = self;
        let mut known = |label: &Ident<'s>| tables.bits.named(&syntax.bits, model.names.get(label.text())?);
        let mut bits = Vec::new();
        let mut seen: FxHashSet<Name> = FxHashSet::default();
        let mut fits = true;
        match &written.kind {
            DefValKind::Braces(arcs) => {
                for arc in arcs {
                    let label = match arc {
                        OidArc::Name(_) | OidArc::Named(_) => arc.name().and_then(|name| known(&name)),
                        _ => None,
                    };
                    match label {
                        Some(name) if seen.insert(name) => bits.push(name),
                        Some(_) => {}
                        None => fits = false,
                    }
                }
            }
            DefValKind::Name(label) => {
                fits = false;
                bits.extend(known(label));
            }
            DefValKind::Hex(_) | DefValKind::Binary(_) => {
                let octets = match &written.kind {
                    DefValKind::Hex(digits) => hex(digits.text()),
                    DefValKind::Binary(digits) => binary(digits.text()),
                    _ => None,
                };
                fits = false;
                let set = set_bits(&octets.unwrap_or_default()).into_iter();
                let mut places: Vec<usize> =
                    set.flat_map(|bit| tables.bits.numbered(&syntax.bits, bit)).collect();
                places.sort_unstable();
                bits.extend(places.into_iter().filter_map(|place| Some(syntax.bits.get(place)?.0)));
            }
            DefValKind::Number(_) | DefValKind::Text(_) => {
                self.misfit(written, expected(syntax));
                return None;
            }
        }
        if !fits {
            self.misfit(written, expected(syntax));
        }
        Some(DefaultValue::Bits(bits))
    }

    fn oid_default(&mut self, user: DefId, module: ModuleId, written: &DefVal<'s>) -> Option<DefaultValue> {
        let arcs = match &written.kind {
            DefValKind::Name(name) => &[OidArc::Name(*name)][..],
            DefValKind::Braces(arcs) if !arcs.is_empty() => {
                if arcs.len() > 1 {
                    self.misfit(written, "the name of one definition, such as `zeroDotZero`");
                }
                arcs
            }
            _ => {
                self.misfit(written, "the name of a definition with an OID");
                return None;
            }
        };
        let path = self.arcs_path(module, arcs, written.span, Some(user));
        Some(match path.root {
            Root::Def(def) => DefaultValue::Oid(vec![Ref::Bound(def)], path.numbers.to_vec()),
            Root::Known(known) => DefaultValue::Oid(Vec::new(), [known, &path.numbers].concat()),
            Root::Numbers => DefaultValue::Oid(Vec::new(), path.numbers.to_vec()),
            Root::Broken(_) => {
                let name = arcs.iter().rev().find_map(|arc| match arc {
                    OidArc::Name(_) | OidArc::Qualified(_) => arc.name(),
                    OidArc::Number(_) | OidArc::Named(_) => None,
                })?;
                DefaultValue::Oid(vec![Ref::Unresolved(self.model.names.intern(name.text()))], Vec::new())
            }
        })
    }

    fn misfit(&mut self, written: &DefVal<'s>, expected: &str) {
        if self.quiet_defaults {
            return;
        }
        self.reports.push(
            Diagnostic::new(Code::InvalidDefault, "the default value does not fit the object's type")
                .at(written.span, format!("expected {expected}"))
                .help("correct the value, or remove DEFVAL"),
        );
    }
}

/// What a DEFVAL of a type looks like.
fn expected(syntax: &Syntax) -> &'static str {
    match syntax.base {
        Some(BaseType::OctetString | BaseType::Opaque) => "a quoted string, or digits such as '00ff'H",
        Some(BaseType::IpAddress) => "four octets such as 'c0000201'H",
        Some(BaseType::ObjectIdentifier) => "the name of a definition with an OID",
        Some(BaseType::Bits) => "labels of the type in braces, such as `{ a, b }`",
        Some(_) if !syntax.enums.is_empty() => "one of the labels of the type",
        _ => "a number",
    }
}

fn octets(kind: &DefValKind<'_>) -> Option<DefaultValue> {
    match kind {
        DefValKind::Text(text) => Some(DefaultValue::Text(text.span())),
        DefValKind::Hex(digits) => hex(digits.text()).map(DefaultValue::Bytes),
        DefValKind::Binary(digits) => binary(digits.text()).map(DefaultValue::Bytes),
        _ => None,
    }
}

fn address(kind: &DefValKind<'_>) -> Option<DefaultValue> {
    let octets = match kind {
        DefValKind::Hex(digits) => hex(digits.text())?,
        DefValKind::Binary(digits) => binary(digits.text())?,
        // Not what the standard says, but clear.
        DefValKind::Text(text) => text.raw().trim().parse::<std::net::Ipv4Addr>().ok()?.octets().to_vec(),
        _ => return None,
    };
    (octets.len() == 4).then_some(DefaultValue::Bytes(octets))
}

/// Digits without the blanks that may stand between them.
fn plain(digits: &str) -> String {
    digits.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Octets of hexadecimal digits; a missing last digit is zero (X.680 §23.9).
fn hex(digits: &str) -> Option<Vec<u8>> {
    let mut digits = plain(digits);
    if digits.len() % 2 == 1 {
        digits.push('0');
    }
    let digits = digits.as_bytes();
    let value = |digit: u8| (digit as char).to_digit(16).map(|value| value as u8);
    digits.chunks_exact(2).map(|pair| Some(value(pair[0])? << 4 | value(pair[1])?)).collect()
}

/// Octets of binary digits; missing last digits are zero (X.680 §23.9).
fn binary(digits: &str) -> Option<Vec<u8>> {
    let digits = plain(digits);
    if !digits.bytes().all(|digit| matches!(digit, b'0' | b'1')) {
        return None;
    }
    let octet = |chunk: &[u8]| (0..8).fold(0u8, |o, i| o << 1 | u8::from(chunk.get(i) == Some(&b'1')));
    Some(digits.as_bytes().chunks(8).map(octet).collect())
}

/// The positions of the bits that are set; position 0 is the high bit of the first octet (RFC 2578 §7.1.4).
fn set_bits(octets: &[u8]) -> Vec<u32> {
    let mut positions = Vec::new();
    for (at, octet) in octets.iter().enumerate() {
        positions.extend((0..8u32).filter(|bit| octet & (0x80 >> bit) != 0).map(|bit| at as u32 * 8 + bit));
    }
    positions
}

#[cfg(test)]
mod tests {
    use super::{binary, hex, set_bits};

    #[test]
    fn digits_become_octets() {
        assert_eq!(hex("00 fF"), Some(vec![0, 255]));
        assert_eq!(hex("abc"), Some(vec![0xab, 0xc0]));
        assert_eq!(hex("xy"), None);
        assert_eq!(binary("10000001 1"), Some(vec![0x81, 0x80]));
        assert_eq!(binary("2"), None);
        assert_eq!(hex(""), Some(Vec::new()));
    }

    /// S5
    #[test]
    fn bit_0_is_the_high_bit() {
        assert_eq!(set_bits(&[0x80, 0x01]), [0, 15]);
    }
}
