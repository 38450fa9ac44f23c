//! Types as they are written: name, range, size, labels.

use super::Writer;
use crate::model::{Name, Ref, Row, Syntax, Type};
use crate::source::Span;
use mibc_runtime::syntax::{BaseType, Status};

/// A type as text: its name and restriction, and the labels, which may take lines of their own.
pub(super) struct Written {
    pub(super) name: String,
    pub(super) labels: Vec<String>,
}

impl Written {
    fn plain(name: impl Into<String>) -> Written {
        Written { name: name.into(), labels: Vec::new() }
    }
}

impl<'m> Writer<'m> {
    /// A type assignment or TEXTUAL-CONVENTION.
    pub(super) fn named_type(&mut self, named: &'m Type) {
        let (model, name) = (self.model, self.model.spelling(named.name));
        let written = self.syntax(&named.syntax);
        if !named.textual_convention {
            if written.labels.is_empty() {
                self.out.line(&format!("{name} ::= {}", written.name));
            } else {
                self.out.line(&format!("{name} ::="));
                self.write_syntax(1, "", &written);
            }
            return;
        }
        self.uses.symbol("TEXTUAL-CONVENTION");
        self.out.line(&format!("{name} ::= TEXTUAL-CONVENTION"));
        // An inherited hint is not written here.
        if let Some(hint) = named.syntax.hint.filter(|hint| within(named.span, *hint)) {
            self.out.short_text(1, "DISPLAY-HINT", model.text(hint));
        }
        if let Some(status) = named.status {
            self.out.at(1, &format!("STATUS {}", status_of(status)));
        }
        self.prose(1, "DESCRIPTION", named.description);
        self.prose(1, "REFERENCE", named.reference);
        self.write_syntax(1, "SYNTAX ", &written);
    }

    /// `SYNTAX INTEGER { up(1), down(2) }`, on one line where it fits.
    pub(super) fn write_syntax(&mut self, depth: usize, keyword: &str, written: &Written) {
        match written.labels.len() {
            0 => self.out.at(depth, &format!("{keyword}{}", written.name)),
            1..=4 => self.out.list(depth, &format!("{keyword}{}", written.name), &written.labels),
            _ => {
                self.out.at(depth, &format!("{keyword}{} {{", written.name));
                self.out.column(depth + 1, &written.labels);
                self.out.at(depth, "}");
            }
        }
    }

    /// The SEQUENCE type of a row.
    pub(super) fn sequence(&mut self, row: &'m Row) {
        let name = one_line(self.model.text(row.object.syntax.span));
        let fields: Vec<String> = row
            .sequence
            .iter()
            .filter_map(|&column| {
                let definition = self.model.definition(self.module.id, self.model.spelling(column))?;
                let syntax = &definition.object()?.syntax;
                Some(format!("{} {}", self.model.spelling(column), self.type_name(syntax)))
            })
            .collect();
        if fields.is_empty() || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return;
        }
        self.out.blank();
        self.out.line(&format!("{name} ::= SEQUENCE {{"));
        self.out.column(1, &fields);
        self.out.line("}");
    }

    /// The text of a type.
    pub(super) fn syntax(&mut self, syntax: &'m Syntax) -> Written {
        let Some(base) = syntax.base else {
            // Tables, rows, and what could not be resolved.
            return Written::plain(one_line(self.model.text(syntax.span)));
        };
        let mut name = self.type_name(syntax);
        if !syntax.declared_range.is_empty() {
            let pieces: Vec<String> = syntax
                .declared_range
                .iter()
                .map(|(low, high)| if low == high { low.to_string() } else { format!("{low}..{high}") })
                .collect();
            let pieces = pieces.join(" | ");
            let size = matches!(base, BaseType::OctetString | BaseType::Opaque | BaseType::Bits);
            name.push_str(&if size { format!(" (SIZE ({pieces}))") } else { format!(" ({pieces})") });
        }
        let labels = if syntax.declared_labels {
            let label = |name: &Name, number: String| format!("{}({number})", self.model.spelling(*name));
            let enums = syntax.enums.iter().map(|(name, number)| label(name, number.to_string()));
            enums.chain(syntax.bits.iter().map(|(name, number)| label(name, number.to_string()))).collect()
        } else {
            Vec::new()
        };
        Written { name, labels }
    }

    /// The name of a type without any restriction.
    pub(super) fn type_name(&mut self, syntax: &'m Syntax) -> String {
        let Some(base) = syntax.base else { return one_line(self.model.text(syntax.span)) };
        match syntax.named {
            Some(Ref::Unresolved(name)) => return self.model.spelling(name).to_owned(),
            Some(Ref::Bound(id)) if !self.model[id].builtin => {
                self.uses.named_type(id);
                return self.model.spelling(self.model[id].name).to_owned();
            }
            _ => {}
        }
        let name = match base {
            BaseType::Integer32 => return self.integer(syntax).to_owned(),
            BaseType::OctetString => return "OCTET STRING".to_owned(),
            BaseType::ObjectIdentifier => return "OBJECT IDENTIFIER".to_owned(),
            BaseType::Bits => return "BITS".to_owned(),
            other => other.as_str(),
        };
        self.uses.symbol(name);
        name.to_owned()
    }

    /// INTEGER for enumerations and where the module has it so, Integer32 elsewhere; what does not fit 32 bits with a
    /// sign but 32 without is Unsigned32 (RFC 3584 §2.1.1).
    fn integer(&mut self, syntax: &Syntax) -> &'static str {
        let plain = self.model.text(syntax.span).trim_start().starts_with("INTEGER");
        if !syntax.enums.is_empty() || (plain && !self.is_v1()) {
            return "INTEGER";
        }
        let high = i128::from(i32::MAX);
        let unsigned = self.is_v1() && syntax.range.iter().any(|range| range.1 > high);
        let name = if unsigned { "Unsigned32" } else { "Integer32" };
        self.uses.symbol(name);
        name
    }
}

fn within(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

/// STATUS in SMIv2: `mandatory` and `optional` are of SMIv1 (RFC 3584 §2.1.1 (6)).
pub(super) fn status_of(status: Status) -> &'static str {
    match status {
        Status::Mandatory | Status::Optional => Status::Current.as_str(),
        other => other.as_str(),
    }
}

/// White space as single blanks.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
