//! MIB text of any bytes: parser, chunker, resolver with linter and JSON, and the emitter of Rust.

use mibc_compiler::diag::{Diagnostics, Renderer};
use mibc_compiler::emit::{json, rust};
use mibc_compiler::lint::{Settings, check};
use mibc_compiler::model::{Model, ModuleId};
use mibc_compiler::resolve::{Input, resolve_with_trees};
use mibc_compiler::source::{FileId, SourceMap};
use mibc_compiler::syntax::{self, ast};
use mibc_compiler::world::{MemWorld, World};
use std::sync::OnceLock;

/// How many diagnostics of one input are drawn.
const DRAWN: usize = 20;

/// MIB text of any bytes: parsing never fails, and every span it reports lies within the file.
pub fn parse(data: &[u8]) {
    let mut sources = SourceMap::default();
    let id = sources.add_bytes("fuzz", data);
    let file = sources.file(id);
    let parsed = syntax::parse(file);
    for diagnostic in parsed.diagnostics.iter() {
        if let Some(label) = &diagnostic.primary {
            assert!(file.text.get(label.span.range()).is_some(), "a span outside of the text");
        }
    }
    for module in &parsed.modules {
        for definition in &module.definitions {
            assert!(file.text.get(definition.span().range()).is_some(), "a span outside of the text");
        }
    }
}

/// A text that is parsed definition by definition, which a stray brace behind it brings about: modules and definitions
/// come in the order of the text, none lies in another, and names lie within what they name.
///
/// Which definitions a broken text has is a matter of opinion; that a good one has all of its own is what the tests of
/// the compiler ask over real modules.
pub fn chunker(data: &[u8]) {
    let mut sources = SourceMap::default();
    let mut broken = data.to_vec();
    broken.extend_from_slice(b"\n}\n");
    let id = sources.add_bytes("broken", &broken);
    let file = sources.file(id);
    let parsed = syntax::parse(file);
    assert!(!parsed.diagnostics.is_empty(), "nothing is said of a stray brace");
    let mut behind = 0;
    for module in &parsed.modules {
        let name = module.name.span().range();
        assert!(file.text.get(name.clone()).is_some() && behind <= name.start, "a module before its turn");
        behind = name.end;
        for definition in &module.definitions {
            let (name, span) = (definition.name.span().range(), definition.span().range());
            assert!(file.text.get(span.clone()).is_some(), "a span outside of the text");
            assert!(behind <= span.start, "a definition before its turn, or inside of another");
            assert!(span.start <= name.start && name.end <= span.end, "a name outside of its definition");
            behind = span.end;
        }
    }
}

/// One of so many inputs is written to Rust a second time.
const TWICE: usize = 8;

/// What most modules import from, read once. Their texts live as long as the program.
struct Standard {
    sources: SourceMap,
    modules: Vec<ast::Module<'static>>,
}

impl Standard {
    const NAMES: [&str; 7] =
        ["SNMPv2-SMI", "SNMPv2-TC", "SNMPv2-CONF", "IF-MIB", "RFC1155-SMI", "RFC-1212", "RFC-1215"];

    fn get() -> &'static Standard {
        static STANDARD: OnceLock<Standard> = OnceLock::new();
        STANDARD.get_or_init(|| {
            let world = MemWorld::new().with_built_in();
            let mut sources = SourceMap::default();
            for name in Self::NAMES {
                let (_, text) = world.load(name).expect("a standard module");
                sources.add_bytes(name, &text);
            }
            let files: &'static SourceMap = Box::leak(Box::new(sources.clone()));
            let modules = files.files().iter().flat_map(|file| syntax::parse(file).modules).collect();
            Standard { sources, modules }
        })
    }
}

/// Resolves the modules of a text beside the standard ones, and checks them.
fn resolve(data: &[u8]) -> (Model, Diagnostics, Vec<ModuleId>) {
    let standard = Standard::get();
    let mut sources = standard.sources.clone();
    let file = sources.add_bytes("fuzz", data);
    let (mut model, diagnostics, own) = resolve_file(standard, &sources, file);
    model.sources = sources;
    (model, diagnostics, own)
}

fn resolve_file(
    standard: &Standard,
    sources: &SourceMap,
    file: FileId,
) -> (Model, Diagnostics, Vec<ModuleId>) {
    let parsed = syntax::parse(sources.file(file));
    let own = parsed.modules.into_iter().map(|module| Input { module, embedded: false, broken: Vec::new() });
    // Every name that the text has somewhere, imported or not, brings its module.
    let text = sources.file(file).text.as_str();
    let used = standard.modules.iter().filter(|module| text.contains(module.name.text()));
    let inputs: Vec<_> = own
        .chain(used.map(|module| Input { module: module.clone(), embedded: true, broken: Vec::new() }))
        .collect();
    let (model, mut diagnostics, trees) = resolve_with_trees(inputs);
    let own: Vec<ModuleId> =
        model.modules().iter().filter(|module| module.file == file).map(|module| module.id).collect();
    let text = |file| sources.file(file).text.as_str();
    diagnostics.append(parsed.diagnostics);
    diagnostics.append(check(&model, &trees, &text, &own, &diagnostics, &Settings::default()));
    (model, diagnostics, own)
}

/// Modules of any bytes: every name is bound or reported, the rules of the linter ask what they like, every diagnostic
/// can be drawn, and the JSON is JSON.
pub fn resolver(data: &[u8]) {
    let (model, diagnostics, modules) = resolve(data);
    let mut renderer = Renderer::plain(&model.sources);
    for diagnostic in diagnostics.iter().take(DRAWN) {
        assert!(!renderer.render(diagnostic).is_empty());
    }
    for module in modules {
        let text = json::module_json(&model, module);
        let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(read["schema"], json::SCHEMA);
    }
}

/// The Rust of modules of any bytes is accepted by `syn`, and is the same twice. Every table is served by an agent.
pub fn emitter(data: &[u8]) {
    let (model, _, modules) = resolve(data);
    let tables = model.definitions().iter().filter(|definition| {
        modules.contains(&definition.module) && model.spelling(definition.name).ends_with("Table")
    });
    let agent = tables.map(|table| model.spelling(table.name).to_owned()).collect();
    let options = rust::Options { agent, ..rust::Options::default() };
    let files = match rust::files(&model, &modules, &options) {
        Ok(files) => files,
        Err(rust::EmitError::Metadata(_)) => return,
        Err(error) => panic!("{error}"),
    };
    for file in &files {
        if let Err(error) = syn::parse_file(&file.text) {
            panic!("{error}: {}", file.text);
        }
    }
    if !data.len().is_multiple_of(TWICE) {
        return;
    }
    let again = rust::files(&model, &modules, &options).expect("as before");
    assert!(files.iter().map(|file| &file.text).eq(again.iter().map(|file| &file.text)), "another text");
}
