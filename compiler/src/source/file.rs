//! Decoded files and the set of them that one compilation has read.

use std::sync::OnceLock;

use super::{FileId, Lines, Span};

/// How the octets of a file became text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// Valid UTF-8 (ASCII included).
    Utf8,
    /// UTF-16 of either byte order, with a byte order mark or without.
    Utf16,
    /// Neither: every octet read as windows-1252.
    Windows1252,
}

/// One file: its name for people, its text for the parser.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The identity of the file in its map.
    pub id: FileId,
    /// The path as the user would write it, or the name of an embedded module.
    pub name: String,
    /// The decoded text, at most [`SourceFile::MAX_LEN`] octets.
    pub text: String,
    /// How it was decoded.
    pub encoding: Encoding,
}

impl SourceFile {
    /// The longest text that is read, in octets: positions are 32-bit.
    pub const MAX_LEN: usize = 1 << 30;
}

/// Every file that one compilation has read.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
    /// Where the lines of each file begin, once somebody asks: a file may hold many modules.
    lines: Vec<OnceLock<Lines>>,
}

impl SourceMap {
    /// Adds a decoded file and gives it its identity.
    ///
    /// # Panics
    /// Beyond 2^32 files.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>, encoding: Encoding) -> FileId {
        let id = FileId::new(self.files.len()).expect("fewer than 2^32 files");
        self.files.push(SourceFile { id, name: name.into(), text: text.into(), encoding });
        self.lines.push(OnceLock::new());
        id
    }

    /// Decodes a file, adds it and gives it its identity.
    ///
    /// # Panics
    /// Beyond 2^32 files.
    pub fn add_bytes(&mut self, name: impl Into<String>, bytes: &[u8]) -> FileId {
        let (text, encoding) = super::decode(bytes);
        self.add(name, text, encoding)
    }

    /// Files whose identities are their places in the list.
    pub(crate) fn from_files(files: Vec<SourceFile>) -> SourceMap {
        debug_assert!(files.iter().enumerate().all(|(at, file)| file.id.index() == at));
        let lines = files.iter().map(|_| OnceLock::new()).collect();
        SourceMap { files, lines }
    }

    /// The file of that identity.
    ///
    /// # Panics
    /// `id` comes from another map.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.index()]
    }

    /// Where the lines of that file begin.
    ///
    /// # Panics
    /// `id` comes from another map.
    pub fn lines(&self, id: FileId) -> &Lines {
        self.lines[id.index()].get_or_init(|| Lines::new(&self.file(id).text))
    }

    /// All files in the order they were added.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The text a span covers; empty if the span does not fit the file.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.range()).unwrap_or("")
    }
}
