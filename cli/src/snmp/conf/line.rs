//! One line of `snmp.conf`: a directive and its value.

/// A directive.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Directive<'l> {
    pub(super) name: &'l str,
    pub(super) value: String,
}

/// Whether the lines from here on are meant for us. `[snmp]` on its own line says that they are, `[snmpd]` that
/// they are for another program. In front of a directive it applies only to that line.
#[derive(Debug, Default)]
pub(super) struct Section {
    others: bool,
}

impl Section {
    /// What a line says; nothing if it is empty, a comment or for others.
    pub(super) fn directive<'l>(&mut self, line: &'l str) -> Option<Directive<'l>> {
        let mut line = line.trim();
        let mut others = self.others;
        if let Some((name, rest)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            others = !matches!(name.trim().to_ascii_lowercase().as_str(), "snmp" | "snmpapp");
            line = rest.trim_start();
            if line.is_empty() {
                self.others = others;
            }
        }
        if others || line.is_empty() || line.starts_with('#') {
            return None;
        }
        let (name, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        Some(Directive { name, value: unquoted(value.trim()) })
    }
}

/// A value: all of it, or what stands in quotes where it begins with one.
fn unquoted(value: &str) -> String {
    let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return value.to_owned();
    };
    let (mut out, mut chars) = (String::new(), value.chars().skip(1));
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            c if c == quote => break,
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Section;

    fn said(text: &str) -> Vec<String> {
        let mut section = Section::default();
        let directives = text.lines().filter_map(|line| section.directive(line));
        directives.map(|directive| format!("{}={}", directive.name, directive.value)).collect()
    }

    #[test]
    fn comments_sections_and_quotes() {
        assert_eq!(
            said(
                "# a\n\n  defVersion\t 2c  \ndefCommunity a b # c\ndefContext \"a \\\"b\" c\ndefContext 'a\\'\nmibs"
            ),
            ["defVersion=2c", "defCommunity=a b # c", "defContext=a \"b", "defContext=a'", "mibs="]
        );
        assert_eq!(
            said("[snmpd] a 1\nb 2\n[snmpd]\nc 3\n[snmp] d 4\ne 5\n[ SNMP ]\nf 6\n[open g 7\n[]\nh 8"),
            ["b=2", "d=4", "f=6", "[open=g 7"]
        );
    }
}
