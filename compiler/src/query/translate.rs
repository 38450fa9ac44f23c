//! Names to OIDs, and OIDs to names.

use super::instance::WordPlace;
use super::question::{Part, Question};
use super::{Form, InstanceError, Library, TranslateError, detail, instance, standing};
use crate::compile::Compilation;
use crate::emit::rust::meta;
use crate::model::{DefId, Definition, Kind, Model, ModuleId};
use crate::search::{Entry, EntryKind, SearchIndex};
use mibc_runtime::meta::{Meta, ObjectKind, ObjectMeta};
use mibc_runtime::oid::Oid;
use mibc_runtime::show::{self, Names, Style};
use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Translates one question after another; modules are compiled once.
#[derive(Debug)]
pub struct Translator<'l> {
    library: &'l Library,
    loaded: HashMap<String, Option<Rc<Loaded>>>,
}

/// A compiled module.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) compilation: Compilation,
    pub(super) module: ModuleId,
    /// The packed metadata of the module, made when an index is to be read.
    meta: OnceCell<Vec<u8>>,
}

/// Which way a question went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From a name.
    ToOid,
    /// From numbers.
    ToName,
}

/// What a question means.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answer {
    pub(super) loaded: Rc<Loaded>,
    pub(super) definition: DefId,
    /// The whole OID, instance included.
    pub oid: Oid,
    /// Which way the question went.
    pub direction: Direction,
    /// Other names of the same definition's OID, as `MODULE::name`, in search order.
    pub others: Vec<String>,
}

impl<'l> Translator<'l> {
    /// For questions about a library.
    pub fn new(library: &'l Library) -> Translator<'l> {
        Translator { library, loaded: HashMap::new() }
    }

    /// What is asked.
    pub(super) fn library(&self) -> &'l Library {
        self.library
    }

    /// The meaning of a name (`ifDescr`, `IF-MIB::ifDescr`, a path such as `.iso.org.dod` or `ifTable.ifEntry`), of
    /// an instance (`ifDescr.3`, `vacmAccessContextMatch."group"."".any.noAuthNoPriv`), or of an OID in numbers.
    ///
    /// # Errors
    /// A text that is not a question, or that has no answer. The error's text lists candidates and similar names.
    pub fn translate(&mut self, question: &str) -> Result<Answer, TranslateError> {
        let question = Question::parse(question.trim())?;
        self.current(|this| this.ask(&question))
    }

    /// Asks the index of the last run, and, if its answer does not stand, that of all files as they are.
    fn current(
        &mut self,
        ask: impl Fn(&mut Self) -> Result<Answer, TranslateError>,
    ) -> Result<Answer, TranslateError> {
        if self.library.kept().is_none() {
            return ask(self);
        }
        match ask(self) {
            Ok(answer) if answer.is_whole() && self.library.stands() => Ok(answer),
            _ => {
                self.library.doubt();
                self.loaded.clear();
                ask(self)
            }
        }
    }

    fn ask(&mut self, question: &Question<'_>) -> Result<Answer, TranslateError> {
        if let Some(numbers) = question.numbers() {
            return self.find(instance::oid_of(numbers)?);
        }
        match question.module {
            Some(module) => self.in_module(module, &question.parts),
            None => self.by_name(&question.parts),
        }
    }

    fn in_module(&mut self, name: &str, parts: &[Part]) -> Result<Answer, TranslateError> {
        let Some(loaded) = self.load(name) else {
            let similar = self.similar(|library| library.similar_module(name)).map(str::to_owned);
            return Err(TranslateError::UnknownModule { module: name.to_owned(), similar });
        };
        let Some(first) = parts.first() else {
            return Err(self.not_in_module(&loaded, name, ""));
        };
        let first = first.to_string();
        let model = &loaded.compilation.model;
        let Some(mut definition) = model.definition(loaded.module, &first) else {
            if model.named_type(loaded.module, &first).is_some() {
                return Err(TranslateError::IsType { module: name.to_owned(), name: first });
            }
            if let Some(answer) = self.instance_named(&loaded, &first, parts.get(1..).unwrap_or_default()) {
                return answer;
            }
            return Err(self.not_in_module(&loaded, name, &first));
        };
        let mut rest = parts.get(1..).unwrap_or_default();
        while let Some((Part::Word(word), behind)) = rest.split_first()
            && let Some(child) = model.definition(loaded.module, word)
            && child.oid.as_ref().and_then(Oid::parent) == definition.oid
        {
            (definition, rest) = (child, behind);
        }
        let definition = definition.id;
        self.answer(loaded, definition, rest)
    }

    /// A name that another module gives to an instance of a scalar of this one: `SNMPv2-MIB::sysUpTimeInstance`, which
    /// DISMAN-EVENT-MIB defines.
    fn instance_named(
        &mut self,
        loaded: &Loaded,
        name: &str,
        rest: &[Part],
    ) -> Option<Result<Answer, TranslateError>> {
        let model = &loaded.compilation.model;
        let ours = |entry: &Entry<'_>| {
            let above = entry.oid.and_then(|oid| oid.to_oid().parent());
            let scalar = |id: &DefId| {
                matches!(model[*id].kind, Kind::Scalar(_)) && above.is_some() && model[*id].oid == above
            };
            entry.kind == EntryKind::Value && model[loaded.module].definitions.iter().any(scalar)
        };
        let entry = self.library.kept_or_current().named(name).find(ours)?;
        let (module, name) = (entry.module.name.to_owned(), entry.name.to_owned());
        let other = self.load(&module)?;
        let definition = other.compilation.model.definition(other.module, &name)?.id;
        Some(self.answer(other, definition, rest))
    }

    fn by_name(&mut self, parts: &[Part]) -> Result<Answer, TranslateError> {
        let (library, index) = (self.library, self.library.kept_or_current());
        let preferred =
            |entry: &Entry<'_>| entry.kind != EntryKind::Type && library.prefers(entry.module.name);
        let mut path: Vec<u32> = Vec::new();
        let mut found: Vec<Entry<'_>> = Vec::new();
        let mut name = String::new();
        let mut rest = parts;
        while let Some((Part::Word(word), behind)) = rest.split_first() {
            let child = |entry: &Entry<'_>| {
                path.is_empty()
                    || entry.oid.is_some_and(|oid| {
                        oid.len() == path.len() + 1 && oid.arcs().take(path.len()).eq(path.iter().copied())
                    })
            };
            let mut entries: Vec<Entry<'_>> = index.named(word).filter(child).collect();
            if entries.iter().any(&preferred) {
                entries.retain(preferred);
            }
            if entries.iter().any(|entry| !entry.module.shadowed) {
                entries.retain(|entry| !entry.module.shadowed);
            }
            match entries.iter().find_map(|entry| entry.oid) {
                Some(oid) => path = oid.arcs().collect(),
                None if path.is_empty() && word == "iso" => path = vec![1],
                // A type, or a definition whose OID is not known: it is what is meant if it comes first.
                None if path.is_empty() => {}
                None => break,
            }
            let known = !path.is_empty();
            (found, rest) = (entries, behind);
            name.clone_from(word);
            // Only one OID can have children to go on with.
            if !known
                || found.iter().any(|entry| entry.oid.is_some_and(|oid| !oid.arcs().eq(path.iter().copied())))
            {
                break;
            }
        }
        if found.is_empty() && path == [1] {
            return self.numbers("iso".to_owned(), vec![1], rest);
        }
        if found.is_empty() && matches!(parts.first(), Some(Part::Number(_))) {
            return self.numbers(String::new(), Vec::new(), parts);
        }
        if found.is_empty() {
            let name = parts.first().map(ToString::to_string).unwrap_or_default();
            let similar = self.similar(|library| library.similar_name(&name));
            let similar = similar.map(|(name, module)| format!("{module}::{name}"));
            return Err(TranslateError::UnknownName { name, similar });
        }
        let entry = choose(index, &name, found)?;
        let (module, oid) = (entry.module.name.to_owned(), entry.oid.map(|oid| oid.to_oid()));
        let unknown = || TranslateError::UnknownName { name: name.clone(), similar: None };
        let loaded = self.load(&module).ok_or_else(unknown)?;
        let definition = loaded.compilation.model.definition(loaded.module, &name).ok_or_else(unknown)?.id;
        let mut answer = self.answer(loaded, definition, rest)?;
        if let Some(oid) = oid {
            answer.others = self.others(&oid, &module, &name);
        }
        Ok(answer)
    }

    /// Only numbers, or numbers after the one name that has no OID of its own: `iso.3.6.1`.
    fn numbers(
        &mut self,
        mut text: String,
        mut arcs: Vec<u32>,
        rest: &[Part],
    ) -> Result<Answer, TranslateError> {
        for part in rest {
            match part {
                Part::Number(number) => {
                    arcs.push(*number);
                    text = if text.is_empty() { number.to_string() } else { format!("{text}.{number}") };
                }
                Part::Quoted(string) => {
                    arcs.extend(string.numbers());
                    text = format!("{text}.{part}");
                }
                other => {
                    let similar = self.similar(|library| library.similar_name(&other.to_string()));
                    let above = instance::oid_of(arcs).ok().and_then(|oid| self.find(oid).ok());
                    let above = above.filter(|above| above.definition().oid.as_ref() == Some(&above.oid));
                    let label = above.map(|above| above.model().spelling(above.definition().name).to_owned());
                    return Err(TranslateError::Instance(InstanceError::NotANumber {
                        place: WordPlace::Below(label.unwrap_or_else(|| text.clone())),
                        object: text,
                        found: other.to_string(),
                        similar: similar.map(|(name, _)| name.to_owned()),
                    }));
                }
            }
        }
        self.find(instance::oid_of(arcs)?)
    }

    /// The definition that an OID is, or is an instance of.
    ///
    /// # Errors
    /// Where no module that is known defines anything above it.
    pub fn by_oid(&mut self, oid: Oid) -> Result<Answer, TranslateError> {
        self.current(|this| this.find(oid.clone()))
    }

    fn find(&mut self, oid: Oid) -> Result<Answer, TranslateError> {
        let index = self.library.kept_or_current();
        let mut at = Some(oid.clone());
        while let Some(prefix) = at {
            let mut found: Vec<Entry<'_>> = index.at(&prefix).collect();
            standing::sort(index, &mut found, |entry| self.library.prefers(entry.module.name));
            // A name for the instance of a scalar, such as sysUpTimeInstance, says less than the scalar's own, unless its
            // module is to be looked in first.
            if let Some(above) = prefix.parent()
                && found
                    .iter()
                    .all(|entry| entry.kind == EntryKind::Value && !self.library.prefers(entry.module.name))
                && index.at(&above).any(|entry| entry.kind == EntryKind::Scalar)
            {
                found.clear();
            }
            for entry in &found {
                let (module, name) = (entry.module.name.to_owned(), entry.name.to_owned());
                // What the index takes for a definition at this OID may turn out not to be one.
                let Some(loaded) = self.load(&module) else { continue };
                let definition = loaded.compilation.model.definition(loaded.module, &name);
                if let Some(definition) = definition.filter(|d| d.oid.as_ref() == Some(&prefix)) {
                    let (definition, direction) = (definition.id, Direction::ToName);
                    let others = self.others(&prefix, &module, &name);
                    return Ok(Answer { loaded, definition, oid, direction, others });
                }
            }
            at = prefix.parent();
        }
        Err(TranslateError::UnknownOid { oid: oid.to_string() })
    }

    fn answer(&mut self, loaded: Rc<Loaded>, id: DefId, rest: &[Part]) -> Result<Answer, TranslateError> {
        let model = &loaded.compilation.model;
        let definition = &model[id];
        let name = model.spelling(definition.name);
        let Some(oid) = &definition.oid else {
            let module = model.spelling(model[loaded.module].name).to_owned();
            return Err(TranslateError::NoOid { module, name: name.to_owned() });
        };
        let column = loaded.object(definition).filter(is_column);
        let resolve =
            |text: &str| Translator::new(self.library).translate(text).ok().map(|answer| answer.oid);
        let encoded = instance::encode(name, oid, column, rest, &resolve);
        let oid = encoded.map_err(|error| with_child(model, definition, error))?;
        Ok(Answer { definition: id, oid, direction: Direction::ToOid, others: Vec::new(), loaded })
    }

    /// Other definitions at an OID that have another name or module.
    fn others(&self, oid: &Oid, module: &str, name: &str) -> Vec<String> {
        let other = |entry: &Entry<'_>| entry.name != name || entry.module.name != module;
        let mut others: Vec<String> = self
            .library
            .kept_or_current()
            .at(oid)
            .filter(other)
            .map(|entry| format!("{}::{}", entry.module.name, entry.name))
            .collect();
        others.dedup();
        others
    }

    /// A name that may have been meant. It is not looked for where the question will be asked again.
    fn similar<T>(&self, look: impl FnOnce(&'l Library) -> Option<T>) -> Option<T> {
        if self.library.kept().is_some() { None } else { look(self.library) }
    }

    fn not_in_module(&self, loaded: &Loaded, module: &str, name: &str) -> TranslateError {
        let model = &loaded.compilation.model;
        let own = model[loaded.module].definitions.iter().map(|&id| model.spelling(model[id].name));
        let elsewhere = || {
            let others =
                self.library.kept_or_current().named(name).filter(|entry| entry.kind != EntryKind::Type);
            let entry = others.min_by_key(standing::preference)?;
            Some(format!("{}::{name}", entry.module.name))
        };
        let similar = elsewhere().or_else(|| crate::resolve::closest(name, own).map(str::to_owned));
        TranslateError::NotInModule { module: module.to_owned(), name: name.to_owned(), similar }
    }

    fn load(&mut self, name: &str) -> Option<Rc<Loaded>> {
        if let Some(known) = self.loaded.get(name) {
            return known.clone();
        }
        let compilation = self.library.compile_kept(name);
        let module = compilation.model.module(name).map(|module| module.id);
        let loaded = module.map(|module| Rc::new(Loaded { compilation, module, meta: OnceCell::new() }));
        self.loaded.insert(name.to_owned(), loaded.clone());
        loaded
    }
}

/// One of the definitions of a name, unless they are at different OIDs.
fn choose<'e>(
    index: &SearchIndex,
    name: &str,
    mut found: Vec<Entry<'e>>,
) -> Result<Entry<'e>, TranslateError> {
    if found.iter().any(|entry| entry.kind != EntryKind::Type) {
        found.retain(|entry| entry.kind != EntryKind::Type);
    }
    if found.iter().any(|entry| entry.oid.is_some()) {
        found.retain(|entry| entry.oid.is_some());
    }
    standing::sort(index, &mut found, |_| false);
    let Some(first) = found.first().copied() else {
        return Err(TranslateError::UnknownName { name: name.to_owned(), similar: None });
    };
    if first.kind == EntryKind::Type {
        let module = first.module.name.to_owned();
        return Err(TranslateError::IsType { module, name: name.to_owned() });
    }
    if found.iter().any(|entry| entry.oid != first.oid) {
        let oid = |entry: &Entry<'_>| entry.oid.map(|oid| oid.to_string()).unwrap_or_default();
        let mut candidates: Vec<(String, String)> =
            found.iter().map(|entry| (format!("{}::{name}", entry.module.name), oid(entry))).collect();
        candidates.dedup();
        return Err(TranslateError::Ambiguous { name: name.to_owned(), candidates });
    }
    Ok(first)
}

/// Says which child of a definition is meant, where a word behind it is nearly one.
fn with_child(model: &Model, definition: &Definition, error: InstanceError) -> TranslateError {
    let InstanceError::NotANumber { object, found, similar: None, place } = error else {
        return TranslateError::Instance(error);
    };
    let place = if matches!(definition.kind, Kind::Scalar(_)) { WordPlace::Scalar } else { place };
    let children = model.definitions().iter().filter(|child| child.parent == Some(definition.id));
    let names = children.map(|child| model.spelling(child.name));
    let similar = crate::resolve::closest(&found, names).map(str::to_owned);
    TranslateError::Instance(InstanceError::NotANumber { object, found, similar, place })
}

fn is_column(object: &ObjectMeta<'_>) -> bool {
    object.kind() == ObjectKind::Column
}

impl Loaded {
    /// What is known of an object at run time: its type, its index. `None` for what is not an object.
    fn object(&self, definition: &Definition) -> Option<ObjectMeta<'_>> {
        if !matches!(definition.kind, Kind::Scalar(_) | Kind::Column(..) | Kind::Row(_)) {
            return None;
        }
        let bytes = self.meta.get_or_init(|| {
            // A module that is too large for the format has its indexes in numbers.
            meta::pack(&self.compilation.model, definition.module).map(|data| data.bytes).unwrap_or_default()
        });
        Meta::new(bytes).object_exact(definition.oid.as_ref()?)
    }
}

impl Answer {
    /// The module that defines it.
    pub fn module(&self) -> &str {
        let model = self.model();
        model.spelling(model[self.loaded.module].name)
    }

    /// The definition: what the OID is, or what it is an instance of.
    pub fn definition(&self) -> &Definition {
        &self.model()[self.definition]
    }

    /// The model that it is part of.
    pub fn model(&self) -> &Model {
        &self.loaded.compilation.model
    }

    /// The OID in one of its forms.
    pub fn text(&self, form: Form) -> String {
        match form {
            Form::Numeric => self.oid.to_string(),
            _ => self.prefix(form) + &self.index(&Style::DEFAULT, &|oid| oid.to_string()),
        }
    }

    /// Only the definition, without what follows it in the OID.
    pub(super) fn prefix(&self, form: Form) -> String {
        match form {
            Form::Numeric => self.definition().oid.as_ref().unwrap_or(&self.oid).to_string(),
            Form::Short => self.name(),
            Form::Module => format!("{}::{}", self.module(), self.name()),
            Form::Full => self.path(),
            Form::Ucd => {
                let path = self.path();
                let known = [".iso.org.dod.internet.mgmt.mib-2.", ".iso.org.dod.internet.private."];
                known.iter().find_map(|known| path.strip_prefix(known)).map(str::to_owned).unwrap_or(path)
            }
        }
    }

    /// What is needed to show a value and an index of it; `None` if it is not a scalar, a column or a row.
    pub fn object(&self) -> Option<ObjectMeta<'_>> {
        self.loaded.object(self.definition())
    }

    /// The definition as SMIv2 text, with where it comes from, its types and its path in the tree.
    pub fn detail(&self) -> String {
        detail::of(self)
    }

    /// Whether it is a definition, or an instance of an object; not only what is known above it.
    fn is_whole(&self) -> bool {
        let definition = self.definition();
        matches!(definition.kind, Kind::Scalar(_) | Kind::Column(..))
            || definition.oid.as_ref() == Some(&self.oid)
    }

    fn name(&self) -> String {
        self.model().spelling(self.definition().name).to_owned()
    }

    /// What follows the name.
    pub(super) fn index(&self, style: &Style, names: Names<'_>) -> String {
        let oid = self.definition().oid.as_ref();
        let rest = oid.and_then(|oid| self.oid.strip_prefix(oid));
        let column = self.object().filter(is_column);
        rest.map(|rest| show::index(column.as_ref(), rest, style, names)).unwrap_or_default()
    }

    /// The names on the way from the root, numbers where no definition of the model is.
    fn path(&self) -> String {
        let (model, mut names) = (self.model(), HashMap::new());
        let Some(oid) = &self.definition().oid else { return self.name() };
        for definition in model.definitions() {
            if let Some(other) = &definition.oid
                && oid.starts_with(other)
            {
                // The definition itself has its own name.
                let own = definition.id == self.definition;
                let place = names.entry(other.len()).or_insert((own, definition.name));
                if own {
                    *place = (own, definition.name);
                }
            }
        }
        let part = |(at, arc): (usize, u32)| match names.get(&(at + 1)) {
            Some((_, name)) => format!(".{}", model.spelling(*name)),
            None if at == 0 => format!(".{}", show::root(arc)),
            None => format!(".{arc}"),
        };
        oid.arcs().enumerate().map(part).collect()
    }
}
