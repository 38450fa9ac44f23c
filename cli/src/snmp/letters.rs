//! The letters behind `-O`.

use crate::tool::Tool;
use mibc_compiler::query::Form;
use mibc_runtime::show::{Indexes, Strings, Style};

/// What the letters say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Letters {
    pub(crate) form: Form,
    pub(crate) style: Style,
    /// `=` between name and value also if it is quick.
    pub(crate) equals: bool,
    pub(crate) values_alone: bool,
}

impl Letters {
    /// Reads them; what comes later counts.
    ///
    /// # Errors
    /// An unknown letter.
    pub(crate) fn read(letters: impl Iterator<Item = char>) -> Result<Letters, String> {
        let (mut form, mut style) = (Form::Module, Style::DEFAULT);
        let (mut equals, mut values_alone) = (false, false);
        style.octets_apart = Tool::current().is_some();
        for letter in letters {
            match letter {
                'n' => form = Form::Numeric,
                's' => form = Form::Short,
                'S' => form = Form::Module,
                'f' => form = Form::Full,
                'u' => form = Form::Ucd,
                'b' => style.indexes = Indexes::Numeric,
                'X' => style.indexes = Indexes::Extended,
                'E' => style.escaped_quotes = true,
                'q' => style.quick = true,
                'Q' => (style.quick, equals) = (true, true),
                'v' => values_alone = true,
                'e' => style.numeric_enums = true,
                't' => style.numeric_ticks = true,
                'U' => style.units = false,
                'a' => style.strings = Strings::Text,
                'x' => style.strings = Strings::Hex,
                'T' => style.text_beside_hex = true,
                '0' => style.padded_hex = true,
                other => {
                    return Err(format!(
                        "-O{other}: expected letters of n s S f u, b X E, q Q v e t U a x T 0"
                    ));
                }
            }
        }
        Ok(Letters { form, style, equals, values_alone })
    }
}

#[cfg(test)]
mod tests {
    use super::Letters;
    use mibc_compiler::query::Form;

    #[test]
    fn later_ones_count() {
        let read = |text: &str| Letters::read(text.chars());
        let letters = read("nQvs").expect("letters");
        assert!(letters.form == Form::Short && letters.equals && letters.values_alone && letters.style.quick);
        assert!(!read("q").expect("a letter").equals);
        assert_eq!(
            read("nz").expect_err("no letter"),
            "-Oz: expected letters of n s S f u, b X E, q Q v e t U a x T 0"
        );
    }
}
