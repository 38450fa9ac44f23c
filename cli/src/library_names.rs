//! Names of the MIB in configurations: the standard's, and those of the search path.

use crate::search_path::SearchPath;
use mibc_admin::config::{Names, StandardNames};
use mibc_compiler::query::{Form, Library, Translator};
use mibc_runtime::oid::Oid;
use std::cell::OnceCell;

/// Looks modules up only when a name is not the standard's.
pub(crate) struct LibraryNames<'s> {
    search: &'s SearchPath,
    library: OnceCell<Library>,
}

impl<'s> LibraryNames<'s> {
    pub(crate) fn new(search: &'s SearchPath) -> Self {
        Self { search, library: OnceCell::new() }
    }
}

impl Names for LibraryNames<'_> {
    fn oid(&self, name: &str) -> Option<Oid> {
        if let Some(oid) = StandardNames.oid(name) {
            return Some(oid);
        }
        let library = self.library.get_or_init(|| self.search.library());
        let answer = Translator::new(library).translate(name).ok()?;
        answer.text(Form::Numeric).trim_start_matches('.').parse().ok()
    }
}
