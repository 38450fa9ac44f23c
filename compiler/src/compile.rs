//! The pipeline: finds modules and what they import, parses every file once, and resolves the set.

mod files;

use crate::diag::{Code, Diagnostic, Diagnostics};
#[cfg(feature = "tools")]
use crate::lint::{self, Settings};
use crate::model::{Model, ModuleId};
use crate::parallel;
use crate::resolve::suggest::closest;
use crate::resolve::{self, Input, Keep};
use crate::source::{FileId, decode_owned};
use crate::syntax::{Comments, Way, ast, parse_by};
use crate::world::{Location, World};
use files::{Counter, Files};
use rustc_hash::{FxHashMap, FxHashSet};
use std::io;
use std::path::PathBuf;

/// How many places are read that all seem to define the same module.
const MAX_CANDIDATES: usize = 64;

/// What came of a compilation. Nothing is an `Err`: the model holds what could be read, the diagnostics say what
/// could not.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Compilation {
    /// All modules: the requested ones and what they import.
    pub model: Model,
    /// Everything that was found, in the order of the files, those without a place first.
    pub diagnostics: Diagnostics,
    /// The requested modules that were found, in the order of the request.
    pub requested: Vec<ModuleId>,
    /// The names of requested or imported modules that were not found, in the order they were missed.
    pub missing: Vec<String>,
    /// Every file that was read, sorted: what a build script has to watch.
    pub files: Vec<PathBuf>,
}

impl Compilation {
    /// Whether the text of a requested module has an error, or a requested module is missing.
    pub fn has_errors(&self) -> bool {
        self.own_diagnostics().any(|diagnostic| diagnostic.severity == crate::diag::Severity::Error)
    }

    /// The diagnostics that concern what was requested: those of the files of requested modules, of files without any
    /// module, and of no file.
    pub fn own_diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        let own: FxHashSet<_> = self.requested.iter().map(|&id| self.model[id].file).collect();
        self.diagnostics.iter().filter(move |diagnostic| {
            let file = diagnostic.primary.as_ref().map(|label| label.span.file);
            diagnostic.code == Code::NoModule || file.is_none_or(|file| own.contains(&file))
        })
    }
}

/// Compiles modules by name, with all that they import, from wherever `world` finds them.
///
/// If several files define a module of one name, the one is taken that defines more of what other modules import
/// from it, then the one with the later LAST-UPDATED, then the first of the search path; a diagnostic names them.
/// Built-in modules count only if no file has a module of their name.
pub fn compile<N: AsRef<str>>(world: &dyn World, names: &[N]) -> Compilation {
    compile_with(world, names, &[], &Options::default())
}

/// Compiles every module of some files, with all that they import. For the modules in them no other file counts.
pub fn compile_files(world: &dyn World, locations: &[Location]) -> Compilation {
    Loader::run(world, Vec::new(), locations, &Options::default())
}

/// How texts are read, and what is checked. Made by [`Options::default`], then filled.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// Where comments end.
    pub comments: Comments,
    /// What to check the modules for that are asked for; nothing if it is `None`. See [`check`].
    #[cfg(feature = "tools")]
    pub checks: Option<Settings>,
    /// Whether pest parses every text and the resolver does every definition in full, without the short ways for plain
    /// ones: for the test that both come to the same.
    #[doc(hidden)]
    pub in_full: bool,
}

/// As [`compile`] and [`compile_files`] together, with options.
pub fn compile_with<N: AsRef<str>>(
    world: &dyn World,
    names: &[N],
    locations: &[Location],
    options: &Options,
) -> Compilation {
    let names: Vec<String> = names.iter().map(|name| name.as_ref().to_owned()).collect();
    Loader::run(world, names, locations, options)
}

/// Compiles modules by name and every module of some files, with all that they import, and checks what was
/// asked for. The diagnostics are those of the checked modules, at the levels that `settings` give them.
#[cfg(feature = "tools")]
pub fn check<N: AsRef<str>>(
    world: &dyn World,
    names: &[N],
    locations: &[Location],
    settings: &Settings,
) -> Compilation {
    let options = Options { checks: Some(settings.clone()), ..Options::default() };
    compile_with(world, names, locations, &options)
}

/// A module that has been parsed.
struct Parsed<'s> {
    module: ast::Module<'s>,
    /// What it needs besides its imports.
    implied: Vec<&'s str>,
    embedded: bool,
    /// Where its text has parse errors, in order.
    broken: Vec<u32>,
    /// Whether the set needs it: a file can hold modules that nobody asked for.
    wanted: bool,
}

struct Loader<'w, 's> {
    world: &'w dyn World,
    way: Way,
    comments: Comments,
    files: &'s Files,
    counter: Counter,
    modules: Vec<Parsed<'s>>,
    /// How many of the modules are of the files that were asked for: no other file counts for their names.
    given: usize,
    by_name: FxHashMap<&'s str, Vec<usize>>,
    loaded: FxHashSet<Location>,
    asked: FxHashSet<String>,
    queue: Vec<Wanted>,
    diagnostics: Diagnostics,
    missing: Vec<String>,
}

/// A module to look for.
struct Wanted {
    name: String,
    /// Why: what is not found is reported here where the user asked for it, by the resolver where an import did,
    /// and not at all where it only would have been useful.
    by: By,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    User,
    Import,
    Use,
}

impl<'w, 's> Loader<'w, 's> {
    fn run(
        world: &'w dyn World,
        names: Vec<String>,
        locations: &[Location],
        options: &Options,
    ) -> Compilation {
        let files = Files::default();
        let mut loader = Loader {
            world,
            way: if options.in_full { Way::Pest } else { Way::Short },
            comments: options.comments,
            files: &files,
            counter: Counter::default(),
            modules: Vec::new(),
            given: 0,
            by_name: FxHashMap::default(),
            loaded: FxHashSet::default(),
            asked: FxHashSet::default(),
            queue: Vec::new(),
            diagnostics: Diagnostics::default(),
            missing: Vec::new(),
        };
        let mut requested: Vec<String> = Vec::new();
        loader.load(locations);
        requested.extend(loader.modules.iter().map(|parsed| parsed.module.name.text().to_owned()));
        loader.given = loader.modules.len();
        #[cfg(feature = "tools")]
        let given = loader.counter.count();
        requested.extend(names);
        let user = requested.iter().map(|name| Wanted { name: name.clone(), by: By::User });
        loader.queue.extend(user);
        loader.load_all();
        let Loader { modules, mut diagnostics, missing, .. } = loader;
        for problem in world.problems() {
            diagnostics.push(problem);
        }
        let inputs: Vec<Input<'_>> = modules
            .into_iter()
            .filter(|parsed| parsed.wanted)
            .map(|Parsed { module, embedded, broken, .. }| Input { module, embedded, broken })
            .collect();
        #[cfg(feature = "tools")]
        let (mut model, resolved, trees) = match options.checks {
            _ if options.in_full => {
                let keep = if options.checks.is_some() { Keep::Trees } else { Keep::Nothing };
                let (model, resolved, trees) = resolve::resolve_in_full(inputs, keep);
                (model, resolved, Some(trees))
            }
            Some(_) => {
                let (model, resolved, trees) = resolve::resolve_with_trees(inputs);
                (model, resolved, Some(trees))
            }
            None => {
                let (model, resolved) = resolve::resolve(inputs);
                (model, resolved, None)
            }
        };
        #[cfg(not(feature = "tools"))]
        let (mut model, resolved) = resolve::resolve(inputs);
        diagnostics.merge(resolved);
        let mut seen = FxHashSet::default();
        let found = requested.iter().filter_map(|name| model.module(name)).map(|module| module.id);
        let requested: Vec<ModuleId> = found.filter(|id| seen.insert(*id)).collect();
        #[cfg(feature = "tools")]
        if let (Some(settings), Some(trees)) = (&options.checks, &trees) {
            let text = |file| files.get(file).map_or("", |file| file.text.as_str());
            let found = lint::check(&model, trees, &text, &requested, &diagnostics, settings);
            let named = requested.iter().map(|&id| model[id].file);
            let files_checked = named.chain((0..given as usize).filter_map(FileId::new)).collect();
            diagnostics = settings.select(&model, &files_checked, &text, diagnostics, found);
        }
        #[cfg(feature = "tools")]
        drop(trees);
        model.sources = files.into_sources();
        Compilation { model, diagnostics, requested, missing, files: world.files_read() }
    }

    /// Loads what is wanted, and what that imports, wave by wave.
    fn load_all(&mut self) {
        while !self.queue.is_empty() {
            let asked = &mut self.asked;
            let wave: Vec<Wanted> =
                self.queue.drain(..).filter(|wanted| asked.insert(wanted.name.clone())).collect();
            self.find(&wave);
            for wanted in wave {
                let found = self.by_name.get(wanted.name.as_str()).cloned().unwrap_or_default();
                if found.is_empty() {
                    self.miss(wanted);
                    continue;
                }
                for number in found {
                    self.modules[number].wanted = true;
                    self.want_imports(number);
                }
            }
        }
    }

    /// Reads the places that may define some modules. The standard modules of the program count where no file does.
    fn find(&mut self, wave: &[Wanted]) {
        let (mut files, mut built_in) = (Vec::new(), Vec::new());
        for Wanted { name, .. } in wave {
            let first = self.by_name.get(name.as_str()).and_then(|numbers| numbers.first());
            if first.is_some_and(|&first| first < self.given) {
                continue;
            }
            let candidates = self.world.candidates(name);
            if candidates.len() > MAX_CANDIDATES {
                self.too_many_candidates(name, candidates.len());
            }
            for location in candidates.into_iter().take(MAX_CANDIDATES) {
                match location {
                    Location::BuiltIn(_) => built_in.push((name, location)),
                    Location::File(_) => files.push(location),
                }
            }
        }
        self.load(&files);
        built_in.retain(|(name, _)| !self.by_name.contains_key(name.as_str()));
        let built_in: Vec<Location> = built_in.into_iter().map(|(_, location)| location).collect();
        self.load(&built_in);
    }

    /// Reads and parses texts, each once. What comes of them is in their order, whichever is ready first.
    fn load(&mut self, locations: &[Location]) {
        let new = locations.iter().filter(|location| self.loaded.insert((*location).clone())).collect();
        let world = self.world;
        let texts =
            parallel::map(new, |location: &Location| (location, world.read(location).map(decode_owned)));
        let mut files = Vec::with_capacity(texts.len());
        for (location, text) in texts {
            match text {
                Ok(text) => match self.files.add(&mut self.counter, location.to_string(), text) {
                    Some(file) => files.push((file, matches!(location, Location::BuiltIn(_)))),
                    None => self.left_out(location),
                },
                Err(error) => self.unreadable(location, &error),
            }
        }
        let (way, comments) = (self.way, self.comments);
        let all = parallel::map_largest_first(
            files,
            |(file, _)| file.text.len(),
            |(file, embedded)| {
                let parsed = parse_by(way, file, comments);
                let implied: Vec<_> = parsed.modules.iter().map(resolve::implied_modules).collect();
                (parsed, implied, embedded)
            },
        );
        for (parsed, implied, embedded) in all {
            let mut broken = parsed.diagnostics.broken_places();
            self.diagnostics.append(parsed.diagnostics);
            // From the last module on, so that each takes what is left of the places behind its beginning.
            let mut places: Vec<Vec<u32>> = parsed
                .modules
                .iter()
                .rev()
                .map(|module| broken.split_off(broken.partition_point(|&place| place < module.span.start)))
                .collect();
            for (module, implied) in parsed.modules.into_iter().zip(implied) {
                self.by_name.entry(module.name.text()).or_default().push(self.modules.len());
                let broken = places.pop().unwrap_or_default();
                self.modules.push(Parsed { module, implied, embedded, broken, wanted: false });
            }
        }
    }

    fn too_many_candidates(&mut self, name: &str, count: usize) {
        let message = format!(
            "{count} files define a module `{name}`: the first {MAX_CANDIDATES} of the search path are compared"
        );
        self.diagnostics
            .push(Diagnostic::new(Code::AmbiguousModule, message).help("take copies off the search path"));
    }

    fn unreadable(&mut self, location: &Location, error: &io::Error) {
        self.diagnostics.push(
            Diagnostic::new(Code::UnreadableFile, format!("cannot read {location}: {error}"))
                .help("check its permissions, or take it off the search path"),
        );
    }

    fn left_out(&mut self, location: &Location) {
        self.diagnostics.push(
            Diagnostic::new(
                Code::UnreadableFile,
                format!("{location} is left out: there are too many files"),
            )
            .help("compile fewer modules at once"),
        );
    }

    fn want_imports(&mut self, number: usize) {
        let parsed = &self.modules[number];
        let imported = parsed.module.imports.iter().map(|import| (import.module.text(), By::Import));
        let used = parsed.implied.iter().map(|name| (*name, By::Use));
        let new: Vec<Wanted> = imported
            .chain(used)
            .filter(|(name, _)| !self.asked.contains(*name))
            .map(|(name, by)| Wanted { name: name.to_owned(), by })
            .collect();
        self.queue.extend(new);
    }

    fn miss(&mut self, wanted: Wanted) {
        match wanted.by {
            By::User => {
                let there = self.world.names();
                let known = self.by_name.keys().copied().chain(mibc_mibs::modules().iter().map(|m| m.name));
                let known = there.iter().map(String::as_str).chain(known);
                // The search paths know names exactly; the one that is left out most often is asked for.
                let longer = format!("{}-MIB", wanted.name);
                let hint = match closest(&wanted.name, known) {
                    Some(name) => format!("did you mean `{name}`?"),
                    None if !self.world.candidates(&longer).is_empty() => format!("did you mean `{longer}`?"),
                    None => format!("check its spelling, or {}", resolve::ADD_FOLDER),
                };
                let message = format!("module `{}` is not found", wanted.name);
                self.diagnostics.push(Diagnostic::new(Code::UnknownModule, message).help(hint));
                self.missing.push(wanted.name);
            }
            By::Import => {
                let today = resolve::successors(&wanted.name);
                self.queue.extend(today.iter().map(|&name| Wanted { name: name.to_owned(), by: By::Use }));
                self.missing.push(wanted.name);
            }
            By::Use => {}
        }
    }
}

#[cfg(test)]
mod tests;
