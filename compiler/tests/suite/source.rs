//! A case: its files, and what is to be shown of them.

use mibc_compiler::compile::{Compilation, check};
use mibc_compiler::lint::{Profile, Settings};
use mibc_compiler::world::{Location, MemWorld};

/// The first of January 2026: dates in the future are those after it.
const NOW: u64 = 1_767_225_600;

/// A source with its settings.
#[derive(Debug, Default)]
pub(crate) struct Case {
    /// Names and octets.
    files: Vec<(String, Vec<u8>)>,
    /// The codes whose diagnostics are drawn.
    pub(crate) shows: Vec<String>,
    /// The modules that are asked for; none where the files are.
    asks: Vec<String>,
    /// Whether descriptions are shown.
    pub(crate) descriptions: bool,
    /// Whether the items of the Rust are shown.
    pub(crate) rust: bool,
}

impl Case {
    /// Reads a case file.
    pub(crate) fn parse(text: &str, name: &str) -> Case {
        let mut case = Case::default();
        let mut current = format!("{name}.mib");
        let mut body = String::new();
        let list = |rest: &str| -> Vec<String> {
            rest.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
        };
        for line in text.lines() {
            let setting = |name: &str| line.strip_prefix("-- ")?.strip_prefix(name)?.strip_prefix(':');
            if let Some(rest) = setting("shows") {
                case.shows = list(rest);
            } else if let Some(rest) = setting("asks") {
                case.asks = list(rest);
            } else if let Some(rest) = setting("also") {
                case.descriptions = rest.contains("description");
                case.rust = rest.contains("rust");
            } else if let Some(rest) = setting("file") {
                case.add(std::mem::replace(&mut current, rest.trim().to_owned()), &body);
                body.clear();
            } else if setting("octets").is_none() {
                body.push_str(line);
                body.push('\n');
            }
        }
        case.add(current, &body);
        case
    }

    fn add(&mut self, name: String, body: &str) {
        if !body.is_empty() {
            self.files.push((name, octets(body)));
        }
    }

    /// Checks the files, or the modules that are asked for, under the strictest profile.
    pub(crate) fn check(&self) -> Compilation {
        let world = self
            .files
            .iter()
            .fold(MemWorld::new().with_built_in(), |world, (name, octets)| world.file(name, octets.clone()));
        let files = self.files.iter().map(|(name, _)| Location::File(name.into()));
        let locations: Vec<Location> = if self.asks.is_empty() { files.collect() } else { Vec::new() };
        check(&world, &self.asks, &locations, &Settings::new(Profile::Rfc).now(NOW))
    }
}

/// The octets of a text in which `<96>` stands for one.
fn octets(text: &str) -> Vec<u8> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let escape = rest.strip_prefix('<').and_then(|tail| tail.get(..2).zip(tail.get(2..3)));
        match escape
            .and_then(|(digits, end)| (end == ">").then(|| u8::from_str_radix(digits, 16).ok()).flatten())
        {
            Some(octet) => {
                octets.push(octet);
                rest = &rest[4..];
            }
            None => {
                octets.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[character.len_utf8()..];
            }
        }
    }
    octets
}
