//! What every part of the tree builder uses: slices of the text, spans, and the commas between items.

use rustc_hash::FxHashSet;

use super::{
    grammar::Rule,
    tree::{Cursor, Node},
    way::Way,
};
use crate::{
    diag::{Code, Diagnostic, Diagnostics},
    source::{Encoding, SourceFile, Span},
    syntax::ast::{Ident, Text},
};

/// Builds the tree of one file and collects what is off on the way.
pub(super) struct Builder<'s> {
    /// The text of the file; nodes hold positions in it.
    pub(super) source: &'s str,
    file: &'s SourceFile,
    /// How texts are matched by the grammar.
    pub(super) way: Way,
    /// Names with characters that names cannot have, which have been made plain in the text that is parsed.
    pub(super) odd_names: FxHashSet<String>,
    pub(super) diagnostics: Diagnostics,
}

impl<'s> Builder<'s> {
    pub(super) fn new(file: &'s SourceFile, way: Way) -> Builder<'s> {
        Builder {
            source: &file.text,
            file,
            way,
            odd_names: FxHashSet::default(),
            diagnostics: Diagnostics::default(),
        }
    }

    /// The octets `start..end` of the file.
    pub(super) fn span(&self, start: u32, end: u32) -> Span {
        Span { file: self.file.id, start, end }
    }

    /// The text of `start..end`; empty if that is not a range of the file.
    pub(super) fn slice(&self, start: u32, end: u32) -> &'s str {
        self.source.get(start as usize..end as usize).unwrap_or("")
    }

    /// The text a node covers.
    pub(super) fn str(&self, node: Node) -> &'s str {
        self.slice(node.start, node.end)
    }

    /// The octets `start..end` of the file as a name.
    pub(super) fn ident_at(&self, start: u32, end: u32) -> Ident<'s> {
        Ident::new(self.file, start, end)
    }

    /// A leaf as a name.
    pub(super) fn ident(&self, node: Node) -> Ident<'s> {
        self.ident_at(node.start, node.end)
    }

    /// The next child as a name, if it is of that rule.
    pub(super) fn take_ident(&self, cursor: &mut Cursor<'_>, rule: Rule) -> Option<Ident<'s>> {
        cursor.accept(rule).map(|node| self.ident(node))
    }

    /// The next child as a name, if it is one, be it with a digit or an underscore in front.
    pub(super) fn take_name(&self, cursor: &mut Cursor<'_>) -> Option<Ident<'s>> {
        self.take_ident(cursor, Rule::ident).or_else(|| self.take_ident(cursor, Rule::odd_name))
    }

    /// What stands between the delimiters of a leaf, `"…"` or `'…'H`.
    pub(super) fn quoted(&self, node: Node, delimiter: char) -> Ident<'s> {
        let whole = self.str(node);
        let inner = whole.strip_prefix(delimiter).unwrap_or(whole);
        let inner = inner.rfind(delimiter).and_then(|at| inner.get(..at)).unwrap_or(inner);
        let start = node.start + delimiter.len_utf8() as u32;
        self.ident_at(start, start + inner.len() as u32)
    }

    /// A string leaf.
    pub(super) fn text(&self, node: Node) -> Text<'s> {
        Text::new(self.quoted(node, '"'))
    }

    /// `MODULE.name` in its two parts.
    pub(super) fn qualified(&self, node: Node) -> (Option<Ident<'s>>, Ident<'s>) {
        let whole = self.str(node);
        match whole.split_once('.') {
            Some(_) if self.odd_names.contains(whole) => (None, self.ident(node)),
            None => (None, self.ident(node)),
            Some((module, _)) => {
                let dot = node.start + module.len() as u32;
                (Some(self.ident_at(node.start, dot)), self.ident_at(dot + 1, node.end))
            }
        }
    }

    /// Says that a keyword is spelt otherwise, and read as `meant` all the same.
    pub(super) fn misspelt(&mut self, node: Node, meant: &str) {
        let span = self.span(node.start, node.end);
        let message = format!("`{}` is not a keyword, `{meant}` is", self.str(node));
        self.report(
            Diagnostic::new(Code::KeywordSpelling, message)
                .at(span, format!("read as `{meant}`"))
                .help(format!("write `{meant}`"))
                .fix(span, meant),
        );
    }

    /// Adds a diagnostic.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Says at the first character that is not ASCII that the file was not UTF-8.
    pub(super) fn note_encoding(&mut self, file: &SourceFile) {
        let read_as = match file.encoding {
            Encoding::Utf8 => return,
            Encoding::Utf16 => "UTF-16",
            Encoding::Windows1252 => "windows-1252",
        };
        let at = file.text.find(|c: char| !c.is_ascii()).unwrap_or_default();
        let length = file.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let span = self.span(at as u32, (at + length) as u32);
        self.report(
            Diagnostic::new(Code::NotUtf8, format!("the file is not UTF-8; it is read as {read_as}"))
                .at(span, if length > 0 { "the first character that is not ASCII" } else { "all of it" })
                .help("convert the file to UTF-8"),
        );
    }

    /// Watches the commas of one list.
    pub(super) fn list(&self) -> List {
        List { previous: None, reported: false }
    }
}

/// The commas of one list: one between two items, none at the ends. The grammar takes any number of them.
pub(super) struct List {
    previous: Option<u32>,
    reported: bool,
}

impl List {
    /// An item that covers `start..end` was read. Only the first oddity of a list is reported.
    pub(super) fn item(&mut self, builder: &mut Builder<'_>, start: u32, end: u32) {
        if let Some(previous) = self.previous.replace(end)
            && !self.reported
            && comma_after(builder.source, previous, start).is_none()
        {
            self.reported = true;
            let span = builder.span(previous, previous);
            builder.report(
                Diagnostic::new(Code::MissingComma, "missing comma between two items of a list")
                    .at(span, "a comma belongs here"),
            );
        }
    }

    /// A field's name ended at `end` and its type starts at `start`: no comma may stand between them.
    pub(super) fn name_then_type(&mut self, builder: &mut Builder<'_>, end: u32, start: u32) {
        if start - end > 1
            && !self.reported
            && let Some(at) = comma_after(builder.source, end, start)
        {
            self.reported = true;
            let span = builder.span(at, at + 1);
            builder.report(
                Diagnostic::new(Code::ExtraComma, "comma between the name and the type of a field")
                    .at(span, "the type belongs to the name before it")
                    .help("remove the comma"),
            );
        }
    }

    /// The list ended; its closing token starts at `start`.
    pub(super) fn close(self, builder: &mut Builder<'_>, start: u32) {
        if let Some(previous) = self.previous
            && let Some(at) = comma_after(builder.source, previous, start)
        {
            let span = builder.span(at, at + 1);
            builder.report(
                Diagnostic::new(Code::ExtraComma, "comma after the last item of a list")
                    .at(span, "nothing follows this comma")
                    .help("remove the comma"),
            );
        }
    }
}

/// Where the first comma of `start..end` stands, comments aside.
fn comma_after(source: &str, start: u32, end: u32) -> Option<u32> {
    let mut at = start;
    let mut rest = source.as_bytes().get(start as usize..end as usize)?;
    loop {
        match rest {
            [b',', ..] => return Some(at),
            [b'-', b'-', ..] => {
                let line = rest.iter().position(|&b| b == b'\n' || b == b'\r').unwrap_or(rest.len());
                at += line as u32;
                rest = rest.get(line..).unwrap_or_default();
            }
            [_, tail @ ..] => {
                at += 1;
                rest = tail;
            }
            [] => return None,
        }
    }
}
