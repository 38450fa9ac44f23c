//! Which findings are shown, and how bad they are.

use std::collections::BTreeSet;
use std::fmt;

use rustc_hash::{FxHashMap, FxHashSet};

use super::date::Date;
use super::profile::Profile;
use super::suppress;
use crate::diag::{Code, Diagnostic, Diagnostics, Severity};
use crate::model::{Model, ModuleId};
use crate::source::{FileId, Span};

/// What a check shows: a profile, and what the user changed in it.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    profile: Profile,
    allowed: BTreeSet<Code>,
    denied: BTreeSet<Code>,
    allowed_in: BTreeSet<(String, Code)>,
    deny_warnings: bool,
    today: Option<Date>,
    gathers: bool,
}

/// A word that is not a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCode {
    /// The word.
    pub word: String,
    /// A code that is spelt almost alike.
    pub similar: Option<Code>,
}

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no code `{}`", self.word)?;
        match self.similar {
            Some(similar) => write!(f, ": did you mean `{similar}`?"),
            None => f.write_str(": `mibc explain --list` lists them"),
        }
    }
}

impl std::error::Error for UnknownCode {}

/// The code of a spelling.
fn code(word: &str) -> Result<Code, UnknownCode> {
    Code::find(word).ok_or_else(|| {
        let ids = Code::ALL.iter().map(|code| code.id());
        let similar = crate::resolve::closest(word, ids).and_then(Code::find);
        UnknownCode { word: word.to_owned(), similar }
    })
}

impl Settings {
    /// The settings of a profile.
    pub fn new(profile: Profile) -> Settings {
        Settings { profile, ..Settings::default() }
    }

    /// The same settings with another profile.
    #[must_use]
    pub fn with_profile(mut self, profile: Profile) -> Settings {
        self.profile = profile;
        self
    }

    /// The code of a spelling.
    ///
    /// # Errors
    /// The code does not exist. The error names one with a similar spelling.
    pub fn code(word: &str) -> Result<Code, UnknownCode> {
        code(word)
    }

    /// Hides a code, or with `MODULE:CODE` hides it in one module.
    ///
    /// # Errors
    /// The code does not exist.
    pub fn allow(mut self, word: &str) -> Result<Settings, UnknownCode> {
        match word.split_once(':') {
            Some((module, word)) => {
                self.allowed_in.insert((module.to_owned(), code(word)?));
            }
            None => {
                let code = code(word)?;
                self.allowed.insert(code);
                self.denied.remove(&code);
            }
        }
        Ok(self)
    }

    /// Makes a code an error; `warnings` makes all warnings errors.
    ///
    /// # Errors
    /// The code does not exist.
    pub fn deny(mut self, word: &str) -> Result<Settings, UnknownCode> {
        if word == "warnings" {
            self.deny_warnings = true;
            return Ok(self);
        }
        let code = code(word)?;
        self.denied.insert(code);
        self.allowed.remove(&code);
        Ok(self)
    }

    /// Tells the date, as seconds since 1970: without it, dates in the future are not noticed.
    #[must_use]
    pub fn now(mut self, seconds: u64) -> Settings {
        self.today = Some(Date::of_days(seconds / 86_400));
        self
    }

    /// Keeps what no profile would hide, at the levels of the profile `rfc`: for a caller that asks
    /// [`Settings::severity`] of several settings about each finding. What the user allows is left out all the same.
    #[must_use]
    pub fn gathering(mut self) -> Settings {
        self.gathers = true;
        self
    }

    pub(super) fn today(&self) -> Option<Date> {
        self.today
    }

    /// How bad a code is; `None` if it is hidden.
    pub fn level(&self, code: Code) -> Option<Severity> {
        if self.allowed.contains(&code) {
            return None;
        }
        if self.gathers {
            return Some(code.severity());
        }
        if self.denied.contains(&code) {
            return Some(Severity::Error);
        }
        match self.profile.level(code)? {
            Severity::Warning if self.deny_warnings => Some(Severity::Error),
            severity => Some(severity),
        }
    }

    /// How bad a diagnostic is; `None` if it is hidden. One that is worse than its code stays so, and so does one
    /// that is not as bad.
    pub fn severity(&self, diagnostic: &Diagnostic) -> Option<Severity> {
        let (code, severity) = (diagnostic.code, diagnostic.severity);
        if severity == Severity::Error && code.severity() < Severity::Error {
            return (!self.allowed.contains(&code)).then_some(Severity::Error);
        }
        let level = self.level(code)?;
        let milder = severity < code.severity() && !self.denied.contains(&code);
        Some(if milder { level.min(severity) } else { level })
    }

    /// What parser and resolver reported on the files that are checked, and what the rules found, as far as it is
    /// shown, in the order of files and positions.
    pub(crate) fn select<'t>(
        &self,
        model: &Model,
        files: &FxHashSet<FileId>,
        text: &dyn Fn(FileId) -> &'t str,
        reported: Diagnostics,
        found: Diagnostics,
    ) -> Diagnostics {
        let mut suppressed: FxHashMap<FileId, Vec<Code>> = FxHashMap::default();
        let mut list: Vec<Diagnostic> = Vec::with_capacity(reported.len() + found.len());
        let places = Places::new(model);
        for mut diagnostic in reported.into_iter().chain(found) {
            let Some(level) = self.severity(&diagnostic) else { continue };
            diagnostic.severity = level;
            if let Some(label) = &diagnostic.primary {
                let file = label.span.file;
                if !files.contains(&file) {
                    if diagnostic.code != Code::AmbiguousModule {
                        continue;
                    }
                    // Which file an import comes from is worth a line, not more.
                    diagnostic.severity = level.min(Severity::Note);
                }
                let codes = suppressed.entry(file).or_insert_with(|| suppress::codes(text(file)));
                if codes.contains(&diagnostic.code) {
                    continue;
                }
                if !self.allowed_in.is_empty()
                    && let Some(module) = places.module(label.span)
                {
                    let module = model.spelling(model[module].name).to_owned();
                    if self.allowed_in.contains(&(module, diagnostic.code)) {
                        continue;
                    }
                }
            }
            list.push(diagnostic);
        }
        list.sort_by_key(|diagnostic| diagnostic.primary.as_ref().map(|label| label.span));
        let mut selected = Diagnostics::default();
        list.into_iter().for_each(|diagnostic| selected.push(diagnostic));
        selected
    }
}

/// Tells which module a place of the text belongs to.
#[derive(Clone, Debug)]
pub struct Places {
    /// Where the modules of each file begin, in order.
    starts: FxHashMap<FileId, Vec<(u32, ModuleId)>>,
}

impl Places {
    /// The places of a model's modules.
    pub fn new(model: &Model) -> Places {
        let mut starts: FxHashMap<FileId, Vec<(u32, ModuleId)>> = FxHashMap::default();
        for module in model.modules() {
            starts.entry(module.file).or_default().push((module.name_span.start, module.id));
        }
        starts.values_mut().for_each(|list| list.sort_unstable());
        Places { starts }
    }

    /// The module that a place belongs to: the last one that begins before it, else the first of its file.
    pub fn module(&self, span: Span) -> Option<ModuleId> {
        let list = self.starts.get(&span.file)?;
        let at = list.partition_point(|(start, _)| *start <= span.start).saturating_sub(1);
        list.get(at).map(|(_, id)| *id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_user_says_comes_before_the_profile() {
        let settings = Settings::new(Profile::Rfc).allow("unused-import").and_then(|s| s.deny("not-utf8"));
        let settings = settings.expect("codes");
        assert_eq!(settings.level(Code::UnusedImport), None);
        assert_eq!(settings.level(Code::NotUtf8), Some(Severity::Error));
        assert_eq!(settings.level(Code::Syntax), Some(Severity::Error));
        let strict = Settings::new(Profile::Rfc).deny("warnings").expect("a group");
        assert_eq!(strict.level(Code::MissingComma), Some(Severity::Error));
    }

    #[test]
    fn a_typo_is_answered() {
        let error = Settings::default().allow("unused-improt").expect_err("no code");
        assert_eq!(error.to_string(), "there is no code `unused-improt`: did you mean `unused-import`?");
    }
}
