//! The interface for build scripts: turns MIB modules into one Rust file, which is kept while nothing changes.
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), mibc_compiler::CompileError> {
//!     mibc_compiler::Config::new().include("mibs").modules(["ACME-POWER-MIB"]).compile()?;
//!     Ok(())
//! }
//! ```
//!
//! ```text
//! // src/lib.rs
//! pub mod mibs {
//!     include!(concat!(env!("OUT_DIR"), "/mibs.rs"));
//! }
//! ```
//!
//! The file has a `pub mod` for each module that is compiled and for each that it needs types of, and for a standard
//! module a `pub use` of the one that `mibc` has ready. Which of those exist is a matter of mibc's cargo features, one
//! for each module (`if-mib`); if one is missing, rustc says which.
//!
//! Build scripts run unoptimised in debug builds. That is a tenth of a second for a module, and only where something
//! has changed: `[profile.dev.build-override] opt-level = 3` costs minutes of the first build to save it.

mod cache;
mod report;

use crate::compile::{self, Compilation, compile_with};
use crate::emit::rust;
use crate::syntax::Comments;
use crate::world::FsWorld;
use cache::{Cache, Inputs};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

pub use report::CompileError;

/// What to compile, and how. Made by [`Config::new`], filled by its methods, run by [`Config::compile`].
#[derive(Clone, Debug)]
pub struct Config {
    include: Vec<Search>,
    base: Option<PathBuf>,
    modules: Vec<String>,
    options: rust::Options,
    out: Option<PathBuf>,
    file: String,
    cargo: bool,
    cache: bool,
    allow_errors: bool,
    comments: Comments,
    compliances: Vec<String>,
}

/// A place to look for modules.
#[derive(Clone, Debug, Hash)]
struct Search {
    path: PathBuf,
    below: bool,
}

/// What [`Config::compile`] has done.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Compiled {
    /// The file with the Rust.
    pub file: PathBuf,
    /// How many files were parsed, those of standard modules included: 0 if nothing had changed.
    pub parsed: usize,
    /// The files that were read now or, if nothing had changed, when the Rust was written; without those of
    /// standard modules.
    pub sources: Vec<PathBuf>,
}

/// What [`Config::generate`] has made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Generated {
    /// The Rust, outer attributes only.
    pub rust: String,
    /// The files that were read, without those of standard modules.
    pub sources: Vec<PathBuf>,
    /// What is wrong with the requested modules and no reason to stop, one line each.
    pub warnings: Vec<String>,
    /// How many files were parsed, those of standard modules included.
    pub parsed: usize,
}

impl Default for Config {
    fn default() -> Config {
        Config::new()
    }
}

impl Config {
    /// Nothing to compile yet, for an application that depends on the crate `mibc`.
    pub fn new() -> Config {
        Config {
            include: Vec::new(),
            base: None,
            modules: Vec::new(),
            options: rust::Options::default(),
            out: None,
            file: "mibs.rs".to_owned(),
            cargo: true,
            cache: true,
            allow_errors: false,
            comments: Comments::default(),
            compliances: Vec::new(),
        }
    }

    /// Looks for modules in this folder (not below it), or in this file. Modules are found by what the files say,
    /// whatever these are called. If several files define a module of one name, the one is taken that defines more
    /// of what other modules import from it, then the one with the later LAST-UPDATED, then the first; a warning names
    /// them. Standard modules are found without, and count only if no file has a module of their name.
    ///
    /// No other place is searched, and nothing is kept of a search but the file beside the Rust.
    #[must_use]
    pub fn include(mut self, path: impl Into<PathBuf>) -> Config {
        self.include.push(Search { path: path.into(), below: false });
        self
    }

    /// Looks for modules in this folder and everything below it.
    #[must_use]
    pub fn include_below(mut self, path: impl Into<PathBuf>) -> Config {
        self.include.push(Search { path: path.into(), below: true });
        self
    }

    /// Compiles these modules too. They may be standard modules.
    #[must_use]
    pub fn modules<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Config {
        self.modules.extend(names.into_iter().map(Into::into));
        self
    }

    /// Tables that an agent serves, by name (`acmeOutletTable`, or `ACME-MIB::acmeOutletTable`): each gets a trait to
    /// implement, `AcmeOutletTable` in its module. The trait of a standard table is that of `mibc::mibs`, where all of
    /// them are with mibc's feature `agent`; so its module is referred to as any other, and its types fit.
    #[must_use]
    pub fn agent<N: Into<String>>(mut self, tables: impl IntoIterator<Item = N>) -> Config {
        self.options.agent.extend(tables.into_iter().map(Into::into));
        self
    }

    /// Compliance statements that the agent is to meet (`IF-MIB::ifCompliance3`): a table that a mandatory group of
    /// theirs asks for and that [`Config::agent`] does not name is an error. Scalars are served at run time, and not
    /// looked at.
    #[must_use]
    pub fn complies_with<N: Into<String>>(mut self, statements: impl IntoIterator<Item = N>) -> Config {
        self.compliances.extend(statements.into_iter().map(Into::into));
        self
    }

    /// Refers to a module that is elsewhere: `.extern_path("ACME-TC", "::acme_types::acme_tc")`. It must come from the
    /// same text.
    #[must_use]
    pub fn extern_path(mut self, module: impl Into<String>, path: impl Into<String>) -> Config {
        self.options.externs.push((module.into(), path.into()));
        self
    }

    /// The path of the standard modules, by default `::mibc::mibs`. `None` writes those that are needed.
    #[must_use]
    pub fn standard_modules(mut self, path: Option<&str>) -> Config {
        self.options.standard = path.map(str::to_owned);
        self
    }

    /// The path of the runtime, by default `::mibc::runtime`.
    #[must_use]
    pub fn runtime_path(mut self, path: impl Into<String>) -> Config {
        self.options.runtime = path.into();
        self
    }

    /// The folder for the Rust; by default `OUT_DIR` of the build script.
    #[must_use]
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Config {
        self.out = Some(folder.into());
        self
    }

    /// The name of the Rust file in its folder, by default `mibs.rs`.
    #[must_use]
    pub fn out_file(mut self, name: impl Into<String>) -> Config {
        self.file = name.into();
        self
    }

    /// What relative paths start from: by default the working folder, which for a build script is that of
    /// its package.
    #[must_use]
    pub fn base_dir(mut self, folder: impl Into<PathBuf>) -> Config {
        self.base = Some(folder.into());
        self
    }

    /// Whether to print what cargo reads from build scripts: `cargo::rerun-if-changed` for every folder searched and
    /// every file read, and `cargo::warning` for what is wrong with the requested modules. On by default.
    #[must_use]
    pub fn emit_rerun_if_changed(mut self, on: bool) -> Config {
        self.cargo = on;
        self
    }

    /// Whether to skip everything while neither this configuration nor a file has changed, known from a file beside
    /// the Rust. On by default.
    #[must_use]
    pub fn cache(mut self, on: bool) -> Config {
        self.cache = on;
        self
    }

    /// Whether to go on with what can be read if a requested module has errors. They become warnings. For modules
    /// of others that you cannot fix. Off by default.
    #[must_use]
    pub fn allow_errors(mut self, on: bool) -> Config {
        self.allow_errors = on;
        self
    }

    /// Where comments end: by default with their line, as the authors of real modules expect.
    #[must_use]
    pub fn comments(mut self, comments: Comments) -> Config {
        self.comments = comments;
        self
    }

    /// Writes the Rust, unless it is there and nothing has changed.
    ///
    /// # Errors
    /// A requested module that is missing or has errors, a table of [`Config::agent`] that no module has, a path that
    /// is none, a file that cannot be written. `Debug` of the error is the whole report.
    pub fn compile(&self) -> Result<Compiled, CompileError> {
        let folder = match (&self.out, env::var_os("OUT_DIR")) {
            (Some(folder), _) => self.place(folder),
            (None, Some(folder)) => folder.into(),
            (None, None) => return Err(CompileError::no_out_dir()),
        };
        let file = folder.join(&self.file);
        let cache_file = folder.join(format!("{}.cache", self.file));
        let world = self.world();
        let inputs = Inputs::new(&world, &self.fingerprint());
        if self.cache
            && let Some(cache) = Cache::read(&cache_file)
            && cache.is_current(&inputs, &file)
        {
            self.tell_cargo(&cache.sources, &cache.warnings);
            return Ok(Compiled { file, parsed: 0, sources: cache.sources });
        }
        let generated = match self.generate_in(&world) {
            Ok(generated) => generated,
            Err((error, sources)) => {
                self.tell_cargo(&sources, &[]);
                return Err(error);
            }
        };
        fs::create_dir_all(&folder).map_err(|error| CompileError::io(&folder, &error))?;
        write_if_different(&file, &generated.rust).map_err(|error| CompileError::io(&file, &error))?;
        if self.cache {
            let cache = Cache::new(&inputs, &generated);
            // Without the cache the next build works more, not otherwise.
            let _ = fs::write(&cache_file, cache.to_text());
        }
        self.tell_cargo(&generated.sources, &generated.warnings);
        Ok(Compiled { file, parsed: generated.parsed, sources: generated.sources })
    }

    /// Makes the Rust and writes nothing.
    ///
    /// # Errors
    /// Like [`Config::compile`], but for files that cannot be written.
    pub fn generate(&self) -> Result<Generated, CompileError> {
        self.generate_in(&self.world()).map_err(|(error, _)| error)
    }

    /// The error comes with the files read until then: cargo has to watch them anyway.
    fn generate_in(&self, world: &FsWorld) -> Result<Generated, (CompileError, Vec<PathBuf>)> {
        if self.modules.is_empty() {
            return Err((CompileError::no_modules(), Vec::new()));
        }
        let options = compile::Options { comments: self.comments, ..compile::Options::default() };
        let compilation = compile_with(world, &self.modules, &[], &options);
        let fail = |error| (error, compilation.files.clone());
        if !compilation.missing_requested(&self.modules).is_empty()
            || (compilation.has_errors() && !self.allow_errors)
        {
            return Err(fail(CompileError::of(&compilation)));
        }
        let unknown = rust::unknown_tables(&compilation.model, &self.options);
        if !unknown.is_empty() {
            return Err(fail(CompileError::unknown_tables(&unknown)));
        }
        for statement in &self.compliances {
            match rust::unserved_tables(&compilation.model, statement, &self.options) {
                None => return Err(fail(CompileError::unknown_compliance(statement))),
                Some(tables) if tables.is_empty() => {}
                Some(tables) => return Err(fail(CompileError::unserved_tables(statement, &tables))),
            }
        }
        let text = rust::bundle(&compilation.model, &compilation.requested, &self.options);
        Ok(Generated {
            rust: text.map_err(|error| fail(CompileError::emit(&error)))?,
            warnings: report::warnings(&compilation),
            parsed: compilation.model.sources.files().len(),
            sources: compilation.files,
        })
    }

    fn world(&self) -> FsWorld {
        self.include.iter().fold(FsWorld::new(), |world, search| {
            let path = self.place(&search.path);
            if search.below { world.include_below(path) } else { world.include(path) }
        })
    }

    fn place(&self, path: &Path) -> PathBuf {
        match &self.base {
            Some(base) => base.join(path),
            None => path.to_owned(),
        }
    }

    /// Everything of this configuration that the Rust depends on.
    fn fingerprint(&self) -> String {
        format!(
            "{:?} {:?} {:?} {:?} {} {:?} {:?}",
            self.include,
            self.base,
            self.modules,
            self.options,
            self.allow_errors,
            self.comments,
            self.compliances
        )
    }

    fn tell_cargo(&self, sources: &[PathBuf], warnings: &[String]) {
        if self.cargo {
            self.cargo_lines(sources, warnings).iter().for_each(|line| println!("{line}"));
        }
    }

    /// What cargo reads. It watches the build script by itself.
    fn cargo_lines(&self, sources: &[PathBuf], warnings: &[String]) -> Vec<String> {
        let searched = self.include.iter().map(|search| self.place(&search.path));
        let mut lines: Vec<String> = searched
            .chain(sources.iter().cloned())
            .map(|path| format!("cargo::rerun-if-changed={}", path.display()))
            .collect();
        if lines.is_empty() {
            // Without a line cargo watches the whole package.
            lines.push("cargo::rerun-if-changed=Cargo.toml".to_owned());
        }
        lines.extend(warnings.iter().map(|warning| format!("cargo::warning={warning}")));
        lines
    }
}

impl Compilation {
    /// The requested names that were not found.
    fn missing_requested<'a>(&self, names: &'a [String]) -> Vec<&'a str> {
        names.iter().map(String::as_str).filter(|name| self.model.module(name).is_none()).collect()
    }
}

/// Writes the file only if its text is different, so that what depends on it is not rebuilt for nothing.
fn write_if_different(file: &Path, text: &str) -> io::Result<()> {
    if fs::read(file).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    fs::write(file, text)
}

#[cfg(test)]
mod tests;
