//! The part of the index that is always read: the files, and the modules they define.

use super::bytes::{Reader, Writer};
use super::entry::EntryKind;
use super::facts::ModuleFacts;
use super::stamp::Stamp;
use crate::model::Language;

/// Files and modules.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    /// Path as octets and stamp of each file, in search order, then those of the built-in modules.
    pub(super) files: Vec<(Vec<u8>, Stamp)>,
    pub(super) modules: Vec<Module>,
}

/// One module; see [`ModuleEntry`](super::ModuleEntry).
#[derive(Clone, Debug)]
pub(super) struct Module {
    pub(super) name: String,
    pub(super) file: usize,
    pub(super) language: Language,
    pub(super) last_updated: String,
    pub(super) objects: usize,
    pub(super) notifications: usize,
    pub(super) types: usize,
    pub(super) definitions: usize,
    pub(super) shadowed: bool,
}

impl Module {
    pub(super) fn new(facts: &ModuleFacts, file: usize, shadowed: bool) -> Module {
        let count =
            |wanted: fn(EntryKind) -> bool| facts.definitions.iter().filter(|fact| wanted(fact.kind)).count();
        Module {
            name: facts.name.clone(),
            file,
            language: facts.language,
            last_updated: facts.last_updated.clone(),
            objects: count(|kind| kind.rank() == 0),
            notifications: count(|kind| kind == EntryKind::Notification),
            types: count(|kind| kind == EntryKind::Type),
            definitions: facts.definitions.len(),
            shadowed,
        }
    }
}

impl Head {
    pub(super) fn write(&self, out: &mut Writer) {
        out.u32(self.files.len());
        for (path, stamp) in &self.files {
            out.octets(path);
            out.u64(stamp.size);
            out.u64(stamp.time);
        }
        out.u32(self.modules.len());
        for module in &self.modules {
            out.text(&module.name);
            out.u32(module.file);
            let language = u8::from(module.language == Language::SmiV2);
            out.u8(language | u8::from(module.shadowed) << 1);
            out.text(&module.last_updated);
            for count in [module.objects, module.notifications, module.types, module.definitions] {
                out.u32(count);
            }
        }
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Option<Head> {
        let count = from.count(20)?;
        let mut files = Vec::with_capacity(count);
        for _ in 0..count {
            let path = from.octets()?.to_vec();
            files.push((path, Stamp { size: from.u64()?, time: from.u64()? }));
        }
        let count = from.count(29)?;
        let mut modules = Vec::with_capacity(count);
        for _ in 0..count {
            let (name, file, flags) = (from.text()?.to_owned(), from.u32()?, from.u8()?);
            let language = if flags & 1 == 1 { Language::SmiV2 } else { Language::SmiV1 };
            let last_updated = from.text()?.to_owned();
            modules.push(Module {
                name,
                file: (file < files.len()).then_some(file)?,
                language,
                last_updated,
                objects: from.u32()?,
                notifications: from.u32()?,
                types: from.u32()?,
                definitions: from.u32()?,
                shadowed: flags & 2 == 2,
            });
        }
        Some(Head { files, modules })
    }
}
