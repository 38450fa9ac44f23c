//! Lines, indentation and quoted texts.

/// How far a clause is indented, and its content from the clause.
const INDENT: &str = "    ";

/// The longest line of a list, in characters.
const WIDTH: usize = 80;

/// A text that grows line by line.
#[derive(Debug, Default)]
pub(super) struct Layout {
    text: String,
}

impl Layout {
    /// One line as it is.
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// One line, `depth` times indented.
    pub(super) fn at(&mut self, depth: usize, line: &str) {
        self.text.extend(std::iter::repeat_n(INDENT, depth));
        self.line(line);
    }

    /// A line without content, unless there is one already, or nothing yet.
    pub(super) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A keyword and a text that belongs on its line: a date, a hint, a unit.
    pub(super) fn short_text(&mut self, depth: usize, keyword: &str, text: &str) {
        self.at(depth, &format!("{keyword} \"{text}\""));
    }

    /// A keyword, and on the next lines its text, from which common indentation has gone.
    pub(super) fn prose(&mut self, depth: usize, keyword: &str, text: &str) {
        self.at(depth, keyword);
        let indent = INDENT.repeat(depth + 1);
        self.text.push_str(&indent);
        self.text.push('"');
        // Whoever reads it takes the indentation away that all lines but the one behind the quote have in common.
        // Where that would be too much, the text begins on a line of its own.
        let lost = |line: &str| line.is_empty() || line.starts_with(char::is_whitespace);
        let own_line = text.lines().next().is_some_and(|first| first.starts_with(char::is_whitespace))
            || text.lines().skip(1).any(|line| !line.is_empty()) && text.lines().skip(1).all(lost);
        for (number, line) in text.lines().enumerate() {
            if number > 0 || own_line {
                self.text.push('\n');
                if !line.is_empty() {
                    self.text.push_str(&indent);
                    self.text.push(' ');
                }
            }
            self.text.push_str(line);
        }
        self.line("\"");
    }

    /// `KEYWORD { a, b }` on one line, or on as many as it takes.
    pub(super) fn list(&mut self, depth: usize, keyword: &str, items: &[String]) {
        let one = format!("{keyword} {{ {} }}", items.join(", "));
        if items.is_empty() {
            return self.at(depth, &format!("{keyword} {{}}"));
        }
        if depth * INDENT.len() + one.chars().count() <= WIDTH {
            return self.at(depth, &one);
        }
        self.at(depth, &format!("{keyword} {{"));
        self.filled(depth + 1, items, "");
        self.at(depth, "}");
    }

    /// Items with commas between them, as many on a line as fit, and `end` behind the last.
    pub(super) fn filled(&mut self, depth: usize, items: &[String], end: &str) {
        let mut line = String::new();
        for (number, item) in items.iter().enumerate() {
            let last = number + 1 == items.len();
            let piece = format!("{item}{}", if last { end } else { "," });
            let width = depth * INDENT.len() + line.chars().count() + 1 + piece.chars().count();
            if !line.is_empty() && width > WIDTH {
                self.at(depth, &line);
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&piece);
        }
        if !line.is_empty() {
            self.at(depth, &line);
        }
    }

    /// One item on each line.
    pub(super) fn column(&mut self, depth: usize, items: &[String]) {
        for (number, item) in items.iter().enumerate() {
            let comma = if number + 1 == items.len() { "" } else { "," };
            self.at(depth, &format!("{item}{comma}"));
        }
    }

    pub(super) fn append(&mut self, other: Layout) {
        self.text.push_str(&other.text);
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}
