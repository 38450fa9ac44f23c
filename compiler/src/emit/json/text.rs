//! Descriptions without the indentation that MIB text gives them.

/// A quoted text as prose: line ends are `\n`, blanks at the end of lines and blank lines at both ends are gone,
/// and so is the indentation that all lines but the first have in common.
pub fn clean(raw: &str) -> String {
    let lines: Vec<&str> = raw.lines().map(str::trim_end).collect();
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| !line.is_empty()).map_or(first, |last| last + 1);
    let Some(kept) = lines.get(first..last) else { return String::new() };
    // The text may start right after its quote: that line says nothing about the others.
    let rest = if first == 0 { kept.get(1..).unwrap_or(&[]) } else { kept };
    let indent = rest.iter().filter(|line| !line.is_empty()).map(|line| width(line)).min().unwrap_or(0);
    let mut text = String::with_capacity(raw.len());
    for (number, line) in kept.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        if number == 0 && first == 0 {
            text.push_str(line.trim_start());
        } else {
            push_without(&mut text, line, indent);
        }
    }
    text
}

/// How far a line is indented; a tab goes to the next multiple of 8.
fn width(line: &str) -> usize {
    let mut width = 0;
    for c in line.chars() {
        match c {
            '\t' => width = width / 8 * 8 + 8,
            c if c.is_whitespace() => width += 1,
            _ => break,
        }
    }
    width
}

/// Appends a line without its first `indent` columns of blanks.
fn push_without(text: &mut String, line: &str, indent: usize) {
    let body = line.trim_start();
    let left = width(line).saturating_sub(indent);
    if !body.is_empty() {
        text.extend(std::iter::repeat_n(' ', left));
    }
    text.push_str(body);
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn common_indentation_goes() {
        assert_eq!(clean("A\n         B\n           C  \n         D "), "A\nB\n  C\nD");
        assert_eq!(clean("\n    A\n\n      B\n  "), "A\n\n  B");
        assert_eq!(clean("\r\n\tA\r\n        B\r\n"), "A\nB");
        assert_eq!(clean("   "), "");
        assert_eq!(clean(""), "");
        assert_eq!(clean("  one line "), "one line");
    }
}
