//! Baselines: findings that are known, so that only new ones are shown.
//!
//! A baseline is a text that people can read and compare, one line per finding: how often it occurs, its code, its
//! module and its message, with tabs between them. Lines of the source do not matter, so that it survives edits
//! elsewhere in the file.

use std::collections::BTreeMap;
use std::fmt;

use super::settings::Places;
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::Model;

const HEAD: &str = "# Findings that `mibc check --baseline` does not show: count, code, module, message.";

/// Known findings and how often each occurs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    known: BTreeMap<Key, u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    module: String,
    code: String,
    message: String,
}

impl Key {
    fn of(diagnostic: &Diagnostic, model: &Model, places: &Places) -> Key {
        let module = diagnostic.primary.as_ref().and_then(|label| places.module(label.span));
        Key {
            module: module.map_or_else(String::new, |id| model.spelling(model[id].name).to_owned()),
            code: diagnostic.code.id().to_owned(),
            // One line, whatever the module says.
            message: diagnostic.message.replace(|c: char| c.is_control(), " "),
        }
    }
}

impl Baseline {
    /// The baseline that hides all of these.
    pub fn of(diagnostics: &Diagnostics, model: &Model) -> Baseline {
        let places = Places::new(model);
        let mut known = BTreeMap::new();
        for diagnostic in diagnostics.iter() {
            *known.entry(Key::of(diagnostic, model, &places)).or_insert(0) += 1;
        }
        Baseline { known }
    }

    /// Reads what [`Display`](fmt::Display) writes.
    ///
    /// # Errors
    /// The number of the first line that is not right, from 1.
    pub fn parse(text: &str) -> Result<Baseline, usize> {
        let mut known = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let mut fields = line.splitn(4, '\t');
            let mut field = || fields.next().ok_or(number + 1);
            let count: u32 = field()?.trim().parse().map_err(|_| number + 1)?;
            let (code, module, message) = (field()?.to_owned(), field()?.to_owned(), field()?.to_owned());
            let entry: &mut u32 = known.entry(Key { module, code, message }).or_insert(0);
            *entry = entry.saturating_add(count);
        }
        Ok(Baseline { known })
    }

    /// The diagnostics that are not known, and how many were. If a finding occurs more often than it is known,
    /// the last ones are new.
    pub fn filter(&self, diagnostics: Diagnostics, model: &Model) -> (Diagnostics, usize) {
        let places = Places::new(model);
        let mut left = self.known.clone();
        let mut new = Diagnostics::default();
        let mut hidden = 0;
        for diagnostic in diagnostics {
            match left.get_mut(&Key::of(&diagnostic, model, &places)) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    hidden += 1;
                }
                _ => new.push(diagnostic),
            }
        }
        (new, hidden)
    }
}

impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}")?;
        for (Key { module, code, message }, count) in &self.known {
            writeln!(f, "{count}\t{code}\t{module}\t{message}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;

    #[test]
    fn known_findings_are_hidden_as_often_as_they_are_known() {
        let model = Model::default();
        let list = |messages: &[&str]| {
            let mut list = Diagnostics::default();
            messages.iter().for_each(|message| list.push(Diagnostic::new(Code::UnknownName, *message)));
            list
        };
        let baseline = Baseline::of(&list(&["a\tb", "c", "c"]), &model);
        let text = baseline.to_string();
        assert!(text.contains("2\tunknown-name\t\tc\n"), "{text}");
        let baseline = Baseline::parse(&text).expect("what was written");
        let (new, hidden) = baseline.filter(list(&["c", "a\tb", "c", "c", "d"]), &model);
        assert_eq!(hidden, 3);
        assert_eq!(new.iter().map(|d| d.message.as_str()).collect::<Vec<_>>(), ["c", "d"]);
    }

    #[test]
    fn a_wrong_line_is_named() {
        assert_eq!(Baseline::parse("# x\n\n1\ta\tb\n"), Err(3));
        assert_eq!(Baseline::parse("x\ta\tb\tc"), Err(1));
    }
}
