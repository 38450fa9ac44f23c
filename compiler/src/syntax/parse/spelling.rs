//! Names that the standards do not allow: read all the same, and reported once per module and oddity.

use super::builder::Builder;
use crate::{
    diag::{Code, Diagnostic},
    syntax::{
        ast::{DefinitionKind, Ident},
        odd_words::is_plain_word,
    },
};

/// The longest name that RFC 2578 §3.1 allows, in characters.
const LONGEST: usize = 64;

/// What can be odd about a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Oddity {
    UpperCase,
    LowerCase,
    Underscore,
    Digit,
    Hyphen,
    Long,
}

impl Oddity {
    const ALL: [Oddity; 6] = [
        Oddity::UpperCase,
        Oddity::LowerCase,
        Oddity::Underscore,
        Oddity::Digit,
        Oddity::Hyphen,
        Oddity::Long,
    ];

    /// What the name does, and what to do about it.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Oddity::UpperCase => ("begins with an upper-case letter", "names of objects begin in lower case"),
            Oddity::LowerCase => {
                ("begins with a lower-case letter", "names of types and modules begin in upper case")
            }
            Oddity::Underscore => ("contains an underscore", "names are letters, digits and hyphens"),
            Oddity::Digit => ("begins with a digit or an underscore", "names begin with a letter"),
            Oddity::Hyphen => ("ends with a hyphen", "names end with a letter or a digit"),
            Oddity::Long => ("is longer than 64 characters", "shorten the name to 64 characters, better 32"),
        }
    }
}

/// The odd names of one module: the first of each oddity, and how many there are.
#[derive(Debug, Default)]
pub(super) struct Spelling<'s> {
    /// Names that nothing can refer to but by the same odd spelling.
    no_names: Vec<Ident<'s>>,
    found: [Option<(Ident<'s>, u32)>; Oddity::ALL.len()],
}

impl<'s> Spelling<'s> {
    /// The name of the module.
    pub(super) fn module(&mut self, name: Ident<'s>) {
        self.check(name, true);
    }

    /// The name of a definition.
    pub(super) fn definition(&mut self, name: Ident<'s>, kind: &DefinitionKind<'s>) {
        let upper = match kind {
            // `OBJECT-TYPE MACRO`
            DefinitionKind::Macro => return,
            DefinitionKind::TypeAssignment(_) | DefinitionKind::TextualConvention(_) => true,
            _ => false,
        };
        self.check(name, upper);
    }

    fn check(&mut self, name: Ident<'s>, upper: bool) {
        let bytes = name.text().as_bytes();
        let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return };
        if !is_plain_word(name.text()) {
            self.no_names.push(name);
            return;
        }
        if !first.is_ascii_alphabetic() {
            self.note(Oddity::Digit, name);
        } else if !upper && first.is_ascii_uppercase() {
            self.note(Oddity::UpperCase, name);
        } else if upper && first.is_ascii_lowercase() {
            self.note(Oddity::LowerCase, name);
        }
        if *last == b'-' {
            self.note(Oddity::Hyphen, name);
        }
        if bytes.len() > LONGEST {
            self.note(Oddity::Long, name);
        }
        if memchr::memchr(b'_', bytes).is_some() {
            self.note(Oddity::Underscore, name);
        }
    }

    fn note(&mut self, oddity: Oddity, name: Ident<'s>) {
        if let Some(slot) = self.found.get_mut(oddity as usize) {
            slot.get_or_insert((name, 0)).1 += 1;
        }
    }

    /// Reports what was found.
    pub(super) fn report(self, builder: &mut Builder<'_>) {
        for name in self.no_names {
            builder.report(
                Diagnostic::new(Code::Syntax, format!("`{}` is not a name", name.text()))
                    .at(name.span(), "kept as it is")
                    .help("names are letters, digits and hyphens, and begin with a letter"),
            );
        }
        for (oddity, found) in Oddity::ALL.into_iter().zip(self.found) {
            let Some((name, count)) = found else { continue };
            let (does, help) = oddity.words();
            let others = match count {
                1 => String::new(),
                2 => "; 1 other name of this module likewise".to_owned(),
                _ => format!("; {} other names of this module likewise", count - 1),
            };
            builder.report(
                Diagnostic::new(Code::NameSpelling, format!("`{}` {does}{others}", name.text()))
                    .at(name.span(), "kept as it is")
                    .help(help),
            );
        }
    }
}
