//! Whole modules: what goes into a file and in which order, and which files there are.

use super::context::{Context, Library, ident};
use super::scope::Item;
use super::{Options, agent, meta, notifications, objects, tables, types};
use crate::model::{DefId, Kind, Model, ModuleId};
use mibc_runtime::meta::MetaError;
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::collections::BTreeSet;

/// A module as Rust.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct File {
    /// The SMI module.
    pub module: ModuleId,
    /// The Rust module's name, `if_mib`; may be raw (`r#type`).
    pub name: String,
    /// The text, without outer `mod`.
    pub text: String,
    /// With [`Options::agent_feature`], what an agent needs for the tables of the module, if it has any: the text
    /// includes `agent/name.rs`.
    pub agent: Option<String>,
    /// The modules that its paths lead into, sorted by name.
    pub references: Vec<ModuleId>,
    /// What could not be written: name and reason.
    pub skipped: Vec<(String, String)>,
}

/// Why there is no Rust.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EmitError {
    /// A path among the options is not a valid path.
    Path {
        /// What the option says.
        path: String,
    },
    /// The metadata of a module is larger than its format allows.
    Metadata(MetaError),
    /// A module gave Rust that does not parse: a mistake of the compiler's, never of the MIB's.
    Internal {
        /// The module.
        module: String,
        /// What the parser said.
        error: String,
    },
}

impl std::fmt::Display for EmitError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            EmitError::Path { path } => {
                write!(f, "`{path}` is not the path of a Rust module, such as `::mibc::mibs`")
            }
            EmitError::Metadata(error) => error.fmt(f),
            EmitError::Internal { module, error } => {
                write!(
                    f,
                    "the Rust for {module} does not parse ({error}); please report this with the module"
                )
            }
        }
    }
}

impl std::error::Error for EmitError {}

/// The Rust of the modules in `wanted` and of those that their paths lead into, unless they are elsewhere by the
/// options; sorted by name. Their paths lead into modules beside them, which [`index`] names.
///
/// # Errors
/// A bad path in the options, or metadata above its limit.
pub fn files(model: &Model, wanted: &[ModuleId], options: &Options) -> Result<Vec<File>, EmitError> {
    check(options)?;
    let library = Library::listed(model, options);
    let mut todo: Vec<ModuleId> = wanted.to_vec();
    todo.extend(agent::modules(model, options));
    let mut seen: BTreeSet<ModuleId> = BTreeSet::new();
    let mut files = Vec::new();
    while let Some(module) = todo.pop() {
        if library.external(module).is_none() && seen.insert(module) {
            let file = written(&library, module)?;
            todo.extend(&file.references);
            files.push(file);
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// The Rust of one module, also if it is elsewhere by the options; other modules are where the options say.
///
/// # Errors
/// As [`files`].
pub fn file(model: &Model, module: ModuleId, options: &Options) -> Result<File, EmitError> {
    check(options)?;
    written(&Library::new(model, options), module)
}

/// Paths of the options become part of the text.
fn check(options: &Options) -> Result<(), EmitError> {
    let paths =
        options.standard.iter().chain([&options.runtime]).chain(options.externs.iter().map(|(_, path)| path));
    for path in paths {
        if syn::parse_str::<syn::Path>(path).is_err() {
            return Err(EmitError::Path { path: path.clone() });
        }
    }
    Ok(())
}

/// All of [`files`] as one text: a `pub mod` for each, and a `pub use` for each module that is elsewhere and is
/// asked for or referred to. Contains outer attributes only, so that it can be included anywhere.
///
/// # Errors
/// As [`files`].
pub fn bundle(model: &Model, wanted: &[ModuleId], options: &Options) -> Result<String, EmitError> {
    let files = files(model, wanted, options)?;
    Ok(listing(model, wanted, options, &files, |file| format!(" {{\n{}}}", file.text)))
}

/// The `mod.rs` of [`files`]: a `pub mod` for each, and a `pub use` for each module that is elsewhere and is asked for
/// or referred to.
pub fn index(model: &Model, wanted: &[ModuleId], options: &Options, files: &[File]) -> String {
    listing(model, wanted, options, files, |_| ";".to_owned())
}

fn listing(
    model: &Model,
    wanted: &[ModuleId],
    options: &Options,
    files: &[File],
    body: impl Fn(&File) -> String,
) -> String {
    let library = Library::new(model, options);
    let mut elsewhere: Vec<(&str, String)> = Vec::new();
    let served = agent::elsewhere(&library);
    let references = files.iter().flat_map(|file| &file.references).chain(wanted);
    for &module in references.chain(served.iter().map(|(module, _)| module)) {
        if let Some(path) = library.external(module) {
            elsewhere.push((library.module_name(module), path));
        }
    }
    elsewhere.sort();
    elsewhere.dedup();
    let mut text = String::from("// @generated by mibc\n");
    text.push_str(&standard(options, &mut elsewhere));
    for (name, path) in elsewhere {
        let last = path.rsplit("::").next().unwrap_or("").trim();
        let rename = if last == name { String::new() } else { format!(" as {name}") };
        text.push_str(&format!("\n#[allow(unreachable_pub, unused_imports)]\npub use {path}{rename};\n"));
    }
    text.push_str(&traits(&library, &served));
    for file in files {
        let doc: Vec<String> =
            super::docs::of_module(model, file.module).iter().map(|line| format!("///{line}")).collect();
        let body = body(file);
        text.push_str(&format!("\n{}\n{ALLOW}\npub mod {}{body}\n", doc.join("\n"), file.name));
    }
    text
}

/// One `pub use` of all standard modules among those elsewhere, which it takes out: so those that lack their cargo
/// feature are one error, and the line that rustc shows says what to write.
fn standard(options: &Options, elsewhere: &mut Vec<(&str, String)>) -> String {
    let Some(standard) = &options.standard else { return String::new() };
    let mut list = String::new();
    elsewhere.retain(|(name, path)| {
        if *path != format!("{standard}::{name}") {
            return true;
        }
        let feature = name.trim_start_matches("r#").replace('_', "-");
        list.push_str(&format!("    {name}, // Cargo.toml: mibc = {{ .., features = [\"{feature}\"] }}\n"));
        false
    });
    if list.is_empty() {
        return list;
    }
    format!("\n#[allow(unreachable_pub, unused_imports)]\npub use {standard}::{{\n{list}}};\n")
}

/// Names the traits of the tables that an agent serves and whose modules are elsewhere, so that rustc says where one is
/// not there, and shows what to do.
fn traits(library: &Library<'_>, served: &BTreeSet<(ModuleId, String)>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (module, table) in served {
        let advice = if library.model[*module].embedded {
            "Cargo.toml: mibc = { .., features = [\"agent\"] }"
        } else {
            "`Config::agent` must name this table where its module is compiled"
        };
        let module = library.module_name(*module);
        lines.push(format!("#[allow(unused_imports)]\nuse self::{module}::{table} as _; // {advice}\n"));
    }
    lines.sort();
    if lines.is_empty() { String::new() } else { format!("\n{}", lines.concat()) }
}

/// The attribute that belongs before `pub mod` of a generated module, which itself has outer attributes only: its
/// names are as the MIB has them, and a program uses a few of them.
pub const ALLOW: &str = "#[allow(clippy::all, clippy::nursery, clippy::pedantic, dead_code, missing_copy_implementations, \
    missing_debug_implementations, missing_docs, non_camel_case_types, single_use_lifetimes, unreachable_pub, \
    unused_imports, unused_qualifications)]";

/// How many of the things that could not be written the header names: where an import is missing, it can be all.
const MAX_SKIPPED: usize = 50;

/// One module.
fn written(library: &Library<'_>, module: ModuleId) -> Result<File, EmitError> {
    let model = library.model;
    let metadata = meta::pack(model, module).map_err(EmitError::Metadata)?;
    let context = Context::new(library, module, metadata);
    let ordered = ordered(&context);
    let name = library.module_name(module);
    let agent = library.options.agent_feature.as_deref().and_then(|feature| {
        let tables: TokenStream = ordered.iter().filter_map(|id| agent::table(&context, *id)).collect();
        let path = format!("agent/{}.rs", name.trim_start_matches("r#"));
        (!tables.is_empty()).then(|| (quote!(#[cfg(feature = #feature)] include!(#path);), tables))
    });
    let (include, tables) = agent.unzip();
    let tokens = items(&context, &ordered, include);
    let agent = tables.map(|tables| formatted(model, module, tables)).transpose()?;
    let agent = agent.map(|agent| header(model, module) + &agent);
    let items = formatted(model, module, tokens)?;
    let mut text = header(model, module);
    let (references, skipped) = context.finish();
    for (name, reason) in skipped.iter().take(MAX_SKIPPED) {
        text.push_str(&format!("// {}: {reason}.\n", super::docs::code(name)));
    }
    if skipped.len() > MAX_SKIPPED {
        text.push_str(&format!("// And {} more.\n", skipped.len() - MAX_SKIPPED));
    }
    text.push_str(&items);
    let mut references: Vec<ModuleId> = references.into_iter().collect();
    references.sort_by(|a, b| model.spelling(model[*a].name).cmp(model.spelling(model[*b].name)));
    Ok(File { module, name: name.to_owned(), text, agent, references, skipped })
}

/// Items of a module as text.
fn formatted(model: &Model, module: ModuleId, items: TokenStream) -> Result<String, EmitError> {
    let parsed: syn::File = syn::parse2(items).map_err(|error| EmitError::Internal {
        module: model.spelling(model[module].name).to_owned(),
        error: error.to_string(),
    })?;
    Ok(spaced(&prettyplease::unparse(&parsed)))
}

/// Puts an empty line before each item.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    let mut inside = false;
    for line in text.lines() {
        let begins = ["///", "#[", "pub ", "impl", "use "].iter().any(|start| line.starts_with(start));
        if begins && !inside {
            out.push('\n');
        }
        // Comments and attributes belong to what follows.
        inside = line.starts_with("///") || line.starts_with("#[");
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// Where the text comes from: module and revision, no date and no path.
fn header(model: &Model, module: ModuleId) -> String {
    let data = &model[module];
    let name: String = model.spelling(data.name).chars().filter(|c| !c.is_control()).collect();
    let revision = data.last_updated.map_or("", |text| model.text(text)).trim();
    let plain = !revision.is_empty() && revision.bytes().all(|b| b.is_ascii_alphanumeric());
    let revision = if plain { format!(" (revision {revision})") } else { String::new() };
    format!("// @generated by mibc from {name}{revision}\n")
}

/// The definitions of a module that have an OID, by OID.
fn ordered(context: &Context<'_>) -> Vec<DefId> {
    let model = context.model;
    let mut definitions = model[context.module].definitions.clone();
    definitions.retain(|id| match model[*id].oid {
        Some(_) => true,
        None => {
            context.skip(model.spelling(model[*id].name), "its OID is not known");
            false
        }
    });
    definitions.sort_by(|a, b| {
        let key = |id: DefId| (model[id].oid.as_ref(), model.spelling(model[id].name));
        key(*a).cmp(&key(*b))
    });
    definitions
}

/// Everything of a module: types first, then by OID.
fn items(context: &Context<'_>, ordered: &[DefId], agent: Option<TokenStream>) -> TokenStream {
    let model = context.model;
    let data = &model[context.module];
    let runtime: TokenStream = context.library.options.runtime.parse().unwrap_or_default();
    let mut named: Vec<_> = data.types.clone();
    named.sort_by_key(|id| model.spelling(model[*id].name));
    let named = named.into_iter().filter_map(|id| types::named(context, id));
    let named: TokenStream = named.collect();
    let defined: TokenStream = ordered.iter().map(|id| definition(context, *id)).collect();
    let (marker, metadata) = marker(context);
    let ambiguous = objects::ambiguous(context);
    quote! {
        use #runtime as rt;
        #marker
        #named
        #defined
        #ambiguous
        #agent
        #metadata
    }
}

/// All items of one definition.
fn definition(context: &Context<'_>, id: DefId) -> TokenStream {
    let mut items = TokenStream::new();
    items.extend(objects::constant(context, id));
    items.extend(types::of_object(context, id));
    match &context.model[id].kind {
        Kind::Row(_) => {
            items.extend(tables::row(context, id));
            items.extend(tables::index(context, id));
            let options = context.library.options;
            if options.agent_feature.is_none() && agent::is_wanted(context.model, options, id) {
                items.extend(agent::table(context, id));
            }
        }
        Kind::Notification(_) => items.extend(notifications::notification(context, id)),
        _ => {}
    }
    items
}

/// The marker type of the module, and its metadata, which goes last: it is one long line of bytes.
fn marker(context: &Context<'_>) -> (TokenStream, TokenStream) {
    let Some(name) = context.ident(Item::Module) else { return Default::default() };
    let spelling = super::docs::code(context.model.spelling(context.model[context.module].name));
    let doc = format!(" The module {spelling}.");
    let bytes = Literal::byte_string(&context.metadata.bytes);
    let meta = ident("META");
    let marker = quote! {
        #[doc = #doc]
        #[derive(Clone, Copy, Debug)]
        pub struct #name;
    };
    let metadata = quote! {
        impl rt::typed::Module for #name {
            const #meta: rt::meta::Meta<'static> = rt::meta::Meta::new(#bytes);
        }
    };
    (marker, metadata)
}
