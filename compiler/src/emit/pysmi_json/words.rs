//! Spellings: symbols as Python names, texts on one line.

/// The words that Python reserves (Python language reference, "Keywords").
const PYTHON_KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// A symbol as pysmi spells it in Python: no dashes, and no reserved words.
pub(super) fn python_name(symbol: &str) -> String {
    let prefix = if PYTHON_KEYWORDS.contains(&symbol) { "_pysmi_" } else { "" };
    format!("{prefix}{}", symbol.replace('-', "_"))
}

/// Each run of white space as one blank; blanks at the ends stay.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars() {
        let white = c.is_whitespace();
        if !white {
            line.push(c);
        } else if !blank {
            line.push(' ');
        }
        blank = white;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::{one_line, python_name};

    #[test]
    fn spellings() {
        assert_eq!(python_name("mib-2"), "mib_2");
        assert_eq!(python_name("global"), "_pysmi_global");
        assert_eq!(one_line("\n   a\tb \r\n c"), " a b c");
        assert_eq!(one_line(""), "");
    }
}
