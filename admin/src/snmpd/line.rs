//! Lines and words of files of net-snmp, as net-snmp takes them apart.

/// Takes the next word off a line: up to white space, or what is between quotes. A backslash takes the next character
/// as it is. A word that begins with `#` ends the line.
pub(crate) fn word<'l>(line: &mut &'l str) -> Option<String> {
    let rest: &'l str = line.trim_start_matches(is_space);
    if rest.is_empty() || rest.starts_with('#') {
        *line = "";
        return None;
    }
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let mut chars = rest.char_indices().skip(usize::from(quote.is_some()));
    let mut text = String::new();
    let mut end = rest.len();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, next)) => text.push(next),
                None => text.push(c),
            },
            c if Some(c) == quote => {
                end = at + c.len_utf8();
                break;
            }
            c if quote.is_none() && is_space(c) => {
                end = at;
                break;
            }
            c => text.push(c),
        }
    }
    *line = rest.get(end..).unwrap_or_default();
    Some(text)
}

/// All words of a line.
pub(crate) fn words(mut line: &str) -> Vec<String> {
    std::iter::from_fn(|| word(&mut line)).collect()
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '\x0b' | '\x0c')
}

/// Which program lines are for: `[snmpd]` on a line of its own applies to all lines after it, in front of a directive
/// only to that one.
#[derive(Debug)]
pub(crate) struct Section {
    program: &'static str,
    others: Option<String>,
}

/// A line that says something.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Directive<'l> {
    /// The section, if the line is not for the program.
    pub(crate) section: Option<String>,
    /// The directive.
    pub(crate) name: String,
    /// What stands behind it, without white space around.
    pub(crate) rest: &'l str,
}

impl Section {
    /// Lines are for this program until they say something else.
    pub(crate) fn new(program: &'static str) -> Self {
        Self { program, others: None }
    }

    /// What a line says; nothing if it is empty, a comment or only names a section.
    ///
    /// # Errors
    /// The line begins a section and does not end its name.
    pub(crate) fn directive<'l>(&mut self, line: &'l str) -> Result<Option<Directive<'l>>, String> {
        let mut rest = line;
        let Some(mut name) = word(&mut rest) else { return Ok(None) };
        let mut section = self.others.clone();
        if let Some(inner) = name.strip_prefix('[') {
            let inner = inner.strip_suffix(']').ok_or("the section's name does not end with `]`")?;
            section = Some(inner.to_owned()).filter(|inner| !inner.eq_ignore_ascii_case(self.program));
            match word(&mut rest) {
                Some(next) => name = next,
                None => {
                    self.others = section;
                    return Ok(None);
                }
            }
        }
        Ok(Some(Directive { section, name, rest: rest.trim_matches(is_space) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_lines() {
        for (line, expected) in [
            ("a b\tc", &["a", "b", "c"][..]),
            ("  a  # b", &["a"]),
            ("a#b c", &["a#b", "c"]),
            ("\"a b\" 'c \"d' e", &["a b", "c \"d", "e"]),
            (r#""a\"b" c\ d \#e"#, &["a\"b", "c d", "#e"]),
            ("\"open end", &["open end"]),
            ("a\\", &["a\\"]),
            ("\"\" b", &["", "b"]),
            ("\"a\"b", &["a", "b"]),
            ("ä\"ö ü", &["ä\"ö", "ü"]),
            ("", &[]),
            ("#", &[]),
        ] {
            assert_eq!(words(line), expected, "{line}");
        }
    }

    #[test]
    fn sections() {
        let mut section = Section::new("snmpd");
        let mut said = Vec::new();
        for line in
            ["a 1", "[snmp] b 2", "c 3", "[snmp]", "d 4", "[snmpd] e 5", "[SNMPD]", "f 6 # x ", "# g", "[h i"]
        {
            match section.directive(line) {
                Ok(Some(found)) => {
                    said.push(format!("{}:{}:{}", found.section.unwrap_or_default(), found.name, found.rest))
                }
                Ok(None) => {}
                Err(error) => said.push(error),
            }
        }
        assert_eq!(
            said,
            [
                ":a:1",
                "snmp:b:2",
                ":c:3",
                "snmp:d:4",
                ":e:5",
                ":f:6 # x",
                "the section's name does not end with `]`"
            ]
        );
    }
}
