//! How a name was resolved.

use super::{Library, TranslateError, detail};
use crate::compile::Compilation;
use crate::model::{DefId, Definition, ImportTarget, Kind, Model, Module, ModuleId, Ref, Syntax, Type};
use crate::source::{Lines, Span};
use crate::world::World;
use std::fmt::Write;

/// An account of a name in a module, as lines of text under headings.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Why {
    /// The headings, each with its lines.
    pub sections: Vec<(String, Vec<String>)>,
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (number, (heading, lines)) in self.sections.iter().enumerate() {
            if number > 0 {
                f.write_char('\n')?;
            }
            writeln!(f, "{heading}")?;
            for line in lines {
                writeln!(f, "  {line}")?;
            }
        }
        Ok(())
    }
}

/// How `MODULE::name` is resolved, or `name` in each module that defines it: where it is defined, through which
/// imports it comes, which file was taken, and the chains of OIDs and types.
///
/// # Errors
/// A module or name that is not found.
pub fn why(library: &Library, question: &str) -> Result<Why, TranslateError> {
    let (modules, name) = match question.split_once("::") {
        Some((module, name)) => (vec![module.to_owned()], name),
        None => {
            let entries = library.index().named(question).filter(|entry| !entry.module.shadowed);
            let mut modules: Vec<String> = entries.map(|entry| entry.module.name.to_owned()).collect();
            modules.dedup();
            (modules, question)
        }
    };
    if modules.is_empty() {
        let similar = library.similar_name(name).map(|(name, module)| format!("{module}::{name}"));
        return Err(TranslateError::UnknownName { name: name.to_owned(), similar });
    }
    let mut sections = Vec::new();
    for module in &modules {
        let compilation = library.compile(&[module]);
        let Some(found) = compilation.model.module(module) else {
            let similar = library.similar_module(module).map(str::to_owned);
            return Err(TranslateError::UnknownModule { module: module.clone(), similar });
        };
        let account = Account { library, compilation: &compilation, model: &compilation.model };
        let Some(told) = account.name(found, name) else {
            let own = found.definitions.iter().map(|&id| account.model[id].name);
            let own = own.chain(found.imports.iter().map(|import| import.symbol));
            let own = own.map(|name| account.model.spelling(name));
            let similar = crate::resolve::closest(name, own).map(str::to_owned);
            return Err(TranslateError::NotInModule {
                module: module.clone(),
                name: name.to_owned(),
                similar,
            });
        };
        sections.extend(told);
    }
    Ok(Why { sections })
}

struct Account<'a> {
    library: &'a Library,
    compilation: &'a Compilation,
    model: &'a Model,
}

type Sections = Vec<(String, Vec<String>)>;

impl Account<'_> {
    fn name(&self, module: &Module, name: &str) -> Option<Sections> {
        let model = self.model;
        let mut sections = Sections::new();
        let mut modules = vec![module.id];
        let (definition, named) = match model.definition(module.id, name) {
            Some(definition) => (Some(definition), None),
            None => (None, model.named_type(module.id, name)),
        };
        let import = module.imports.iter().find(|import| model.spelling(import.symbol) == name);
        let heading = format!("{}::{name}", model.spelling(module.name));
        let (definition, named) = match (definition, named, import) {
            (None, None, None) => return None,
            (None, None, Some(import)) => {
                let from = model.spelling(import.module);
                let mut lines = vec![format!("imported from {from} at {}", self.place(import.span))];
                let found = match import.target {
                    ImportTarget::Definition(id) => (Some(&model[id]), None),
                    ImportTarget::Type(id) => (None, Some(&model[id])),
                    ImportTarget::Builtin => {
                        lines.push("a macro or type of the SMI itself".to_owned());
                        (None, None)
                    }
                    ImportTarget::Unresolved => {
                        lines.push(self.unresolved(from, name));
                        (None, None)
                    }
                };
                sections.push((heading, lines));
                found
            }
            (definition, named, _) => {
                sections.push((heading, Vec::new()));
                (definition, named)
            }
        };
        let lines = &mut sections.last_mut()?.1;
        if let Some(definition) = definition {
            lines.push(self.defined(definition.kind.as_str(), definition.module, definition.name_span));
            modules.push(definition.module);
        }
        if let Some(named) = named {
            let word = if named.textual_convention { "textual convention" } else { "type" };
            lines.push(self.defined(word, named.module, named.name_span));
            modules.push(named.module);
        }
        let unresolved = definition.map(|d| &*d.unresolved).or(named.map(|n| &*n.unresolved));
        for name in unresolved.into_iter().flatten() {
            lines.push(format!("`{}` in it is not resolved", model.spelling(*name)));
        }
        if let Some(definition) = definition {
            sections.push(("OID".to_owned(), self.oid_chain(definition, &mut modules)));
            self.object(definition, &mut sections, &mut modules);
        }
        if let Some(named) = named {
            sections.push(("types".to_owned(), self.type_chain(named, &mut modules)));
        }
        modules.dedup();
        let mut seen = Vec::new();
        modules.retain(|id| {
            !seen.contains(id) && {
                seen.push(*id);
                true
            }
        });
        let files = modules.iter().flat_map(|id| self.file(*id)).collect();
        sections.push(("files".to_owned(), files));
        Some(sections)
    }

    fn object(&self, definition: &Definition, sections: &mut Sections, modules: &mut Vec<ModuleId>) {
        let (Kind::Scalar(object) | Kind::Column(object, _)) = &definition.kind else { return };
        let mut lines = vec![self.written(&object.syntax)];
        lines.extend(
            detail::types(self.model, &object.syntax).into_iter().map(|line| line.replacen("-- ", "", 1)),
        );
        if let Some(Ref::Bound(id)) = object.syntax.named {
            modules.push(self.model[id].module);
            lines.extend(self.import_of(definition.module, self.model.spelling(self.model[id].name)));
        }
        sections.push(("type".to_owned(), lines));
        if let Kind::Column(_, row) = definition.kind
            && let Some(base) = self.model.index_row(row).filter(|base| *base != row)
        {
            let name = |id: DefId| self.model.spelling(self.model[id].name);
            sections.push((
                "index".to_owned(),
                vec![format!(
                    "`{}` augments `{}` of {}: its INDEX counts",
                    name(row),
                    name(base),
                    self.module_name(self.model[base].module)
                )],
            ));
        }
    }

    fn oid_chain(&self, definition: &Definition, modules: &mut Vec<ModuleId>) -> Vec<String> {
        let model = self.model;
        let mut lines = Vec::new();
        let mut at = definition;
        let width = at.oid.as_ref().map_or(0, |oid| oid.to_string().len());
        for _ in 0..=model.definitions().len() {
            let oid = at.oid.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string);
            let mut line =
                format!("{oid:width$}  {}::{}", self.module_name(at.module), model.spelling(at.name));
            let Some(parent) = at.parent.map(|parent| &model[parent]) else {
                lines.push(line);
                break;
            };
            if parent.module != at.module {
                modules.push(parent.module);
                let name = model.spelling(parent.name);
                let how = self.import_of(at.module, name).unwrap_or_else(|| {
                    format!("`{name}` is not imported: it is taken from {}", self.module_name(parent.module))
                });
                line.push_str(&format!("  ({how})"));
            }
            lines.push(line);
            at = parent;
        }
        lines
    }

    fn type_chain(&self, named: &Type, modules: &mut Vec<ModuleId>) -> Vec<String> {
        let mut lines = vec![self.written(&named.syntax)];
        lines.extend(
            detail::types(self.model, &named.syntax).into_iter().map(|line| line.replacen("-- ", "", 1)),
        );
        if let Some(Ref::Bound(id)) = named.syntax.named {
            modules.push(self.model[id].module);
            lines.extend(self.import_of(named.module, self.model.spelling(self.model[id].name)));
        }
        lines
    }

    fn written(&self, syntax: &Syntax) -> String {
        let text: Vec<&str> = self.model.text(syntax.span).split_whitespace().collect();
        let base = syntax.base.map_or_else(|| "not known".to_owned(), |base| base.to_string());
        format!("written `{}`, in the end {base}", text.join(" "))
    }

    fn import_of(&self, module: ModuleId, name: &str) -> Option<String> {
        let import = self.model[module].imports.iter().find(|i| self.model.spelling(i.symbol) == name)?;
        let from = self.model.spelling(import.module);
        Some(format!("{} imports `{name}` from {from}", self.module_name(module)))
    }

    fn unresolved(&self, module: &str, name: &str) -> String {
        if self.compilation.missing.iter().any(|missing| missing == module) {
            return format!("not resolved: module {module} is not found on the search path");
        }
        let elsewhere = self.library.index().named(name).map(|entry| entry.module.name).next();
        match elsewhere {
            Some(other) => format!("not resolved: {module} does not define it, but {other} does"),
            None => format!("not resolved: {module} does not define it"),
        }
    }

    fn defined(&self, word: &str, module: ModuleId, span: Span) -> String {
        let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        format!("{article} {word} that {} defines at {}", self.module_name(module), self.place(span))
    }

    /// The file of a module, and the others that define one of its name.
    fn file(&self, module: ModuleId) -> Vec<String> {
        let name = self.module_name(module);
        let taken = &self.model.sources.file(self.model[module].file).name;
        let candidates: Vec<String> =
            self.library.world().candidates(name).iter().map(ToString::to_string).collect();
        let mut lines = vec![format!("{name}: {taken}")];
        let files = candidates.iter().any(|other| !other.starts_with("<built-in>"));
        for other in candidates.iter().filter(|other| *other != taken) {
            let why = if other.starts_with("<built-in>") && files {
                "the search path has one"
            } else {
                "another was taken: what others import from it, then LAST-UPDATED, then the order decides"
            };
            lines.push(format!("  not {other}: {why}"));
        }
        lines
    }

    fn module_name(&self, module: ModuleId) -> &str {
        self.model.spelling(self.model[module].name)
    }

    fn place(&self, span: Span) -> String {
        let file = self.model.sources.file(span.file);
        let at = Lines::new(&file.text).position(&file.text, span.start);
        format!("{}:{}:{}", file.name, at.line, at.column)
    }
}
