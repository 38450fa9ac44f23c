//! What the emitters of one module share: the model, the options, and how other modules are named from here.

use super::indexes::Indexes;
use super::meta::Metadata;
use super::scope::{Item, Scope};
use super::{Options, names};
use crate::model::{Kind, Model, ModuleId, Ref, Syntax, TypeId};
use mibc_runtime::syntax::BaseType;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Names of everything in a model, made when they are first asked for.
pub(super) struct Library<'a> {
    pub(super) model: &'a Model,
    pub(super) options: &'a Options,
    scopes: RefCell<FxHashMap<ModuleId, Rc<Scope>>>,
    modules: FxHashMap<ModuleId, String>,
    pub(super) indexes: Indexes<'a>,
    /// Whether all modules that are referred to are named beside the one that is written, so that paths lead there:
    /// one that is missing is one error then.
    pub(super) listed: bool,
}

impl<'a> Library<'a> {
    pub(super) fn new(model: &'a Model, options: &'a Options) -> Library<'a> {
        let modules = module_names(model);
        let indexes = Indexes::new(model);
        Library { model, options, scopes: RefCell::default(), modules, indexes, listed: false }
    }

    /// As [`new`](Self::new), for modules that will all be named beside each other.
    pub(super) fn listed(model: &'a Model, options: &'a Options) -> Library<'a> {
        Library { listed: true, ..Library::new(model, options) }
    }

    /// The Rust name of a module.
    pub(super) fn module_name(&self, module: ModuleId) -> &str {
        self.modules.get(&module).map_or("_X", String::as_str)
    }

    /// Where a module is that is not written here: the path of its Rust module.
    pub(super) fn external(&self, module: ModuleId) -> Option<String> {
        let data = &self.model[module];
        let name = self.model.spelling(data.name);
        if let Some((_, path)) = self.options.externs.iter().find(|(of, _)| of == name) {
            return Some(path.clone());
        }
        let standard = self.options.standard.as_ref()?;
        if !data.embedded {
            return None;
        }
        Some(format!("{standard}::{}", self.module_name(module)))
    }

    pub(super) fn scope(&self, module: ModuleId) -> Rc<Scope> {
        let mut scopes = self.scopes.borrow_mut();
        Rc::clone(scopes.entry(module).or_insert_with(|| Rc::new(Scope::of(self.model, module))))
    }
}

/// Each module's name; all of those that would be the same have a suffix of their own.
fn module_names(model: &Model) -> FxHashMap<ModuleId, String> {
    let mut count: FxHashMap<String, u32> = FxHashMap::default();
    let plain = |id: ModuleId| names::module(model.spelling(model[id].name));
    for module in model.modules() {
        *count.entry(plain(module.id)).or_default() += 1;
    }
    let named = model.modules().iter().map(|module| {
        let name = plain(module.id);
        let alone = count.get(&name) == Some(&1);
        let suffix = || names::suffix(model.spelling(module.name), "module");
        (module.id, if alone { name } else { names::with_suffix(&name, &suffix()) })
    });
    named.collect()
}

/// One module on its way to Rust.
pub(super) struct Context<'a> {
    pub(super) library: &'a Library<'a>,
    pub(super) model: &'a Model,
    pub(super) module: ModuleId,
    pub(super) scope: Rc<Scope>,
    pub(super) metadata: Metadata,
    /// Modules that paths lead into.
    references: RefCell<BTreeSet<ModuleId>>,
    /// What could not be written, for the header of the file: name and reason.
    skipped: RefCell<Vec<(String, String)>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(library: &'a Library<'a>, module: ModuleId, metadata: Metadata) -> Context<'a> {
        Context {
            library,
            model: library.model,
            module,
            scope: library.scope(module),
            metadata,
            references: RefCell::default(),
            skipped: RefCell::default(),
        }
    }

    /// What the paths lead into, and what was left out.
    pub(super) fn finish(self) -> (BTreeSet<ModuleId>, Vec<(String, String)>) {
        (self.references.into_inner(), self.skipped.into_inner())
    }

    /// Notes that something is left out.
    pub(super) fn skip(&self, name: &str, reason: impl Into<String>) {
        self.skipped.borrow_mut().push((name.to_owned(), reason.into()));
    }

    /// The identifier of an item of this module.
    pub(super) fn ident(&self, item: Item) -> Option<Ident> {
        self.scope.get(item).map(ident)
    }

    /// The path of an item of any module.
    pub(super) fn path(&self, module: ModuleId, item: Item) -> Option<TokenStream> {
        if module == self.module {
            let name = self.ident(item)?;
            return Some(quote!(#name));
        }
        let name = ident(self.library.scope(module).get(item)?);
        self.references.borrow_mut().insert(module);
        let path = match self.library.external(module) {
            Some(path) if !self.library.listed => path,
            _ => format!("super::{}", self.library.module_name(module)),
        };
        let path: TokenStream = path.parse().ok()?;
        Some(quote!(#path::#name))
    }

    /// The Rust type of a syntax that is an object's or a part of an index; `own` names the type of its own
    /// enumeration or BITS. A type that got no name is its base type. `None` if the type is not known.
    pub(super) fn value_type(&self, syntax: &Syntax, own: Option<(ModuleId, Item)>) -> Option<TokenStream> {
        let base = syntax.base?;
        if let Some(Ref::Bound(id)) = syntax.named
            && is_emitted(self.model, id)
            && let Some(path) = self.path(self.model[id].module, Item::Type(id))
        {
            return Some(path);
        }
        if let Some((module, item)) = own
            && super::scope::has_own_type(syntax)
            && let Some(path) = self.path(module, item)
        {
            return Some(path);
        }
        Some(base_type(base))
    }

    /// The Rust type of an object's values.
    pub(super) fn object_type(&self, object: crate::model::DefId) -> Option<TokenStream> {
        let definition = &self.model[object];
        match &definition.kind {
            Kind::Scalar(data) | Kind::Column(data, _) => {
                self.value_type(&data.syntax, Some((definition.module, Item::ObjectType(object))))
            }
            _ => None,
        }
    }

    /// A text of the model.
    pub(super) fn text(&self, text: Option<crate::model::Text>) -> &'a str {
        text.map_or("", |text| self.model.text(text))
    }
}

/// Whether a named type becomes a Rust type of its own.
pub(super) fn is_emitted(model: &Model, id: TypeId) -> bool {
    let data = &model[id];
    !data.builtin && data.syntax.base.is_some()
}

/// The runtime's type for a base type.
pub(super) fn base_type(base: BaseType) -> TokenStream {
    match base {
        BaseType::Integer32 => quote!(i32),
        BaseType::Unsigned32 => quote!(rt::value::Unsigned32),
        BaseType::Counter32 => quote!(rt::value::Counter32),
        BaseType::Gauge32 => quote!(rt::value::Gauge32),
        BaseType::TimeTicks => quote!(rt::value::TimeTicks),
        BaseType::Counter64 => quote!(rt::value::Counter64),
        BaseType::OctetString => quote!(rt::value::OctetString),
        BaseType::ObjectIdentifier => quote!(rt::oid::Oid),
        BaseType::IpAddress => quote!(rt::value::IpAddress),
        BaseType::Opaque => quote!(rt::value::Opaque),
        BaseType::Bits => quote!(rt::value::Bits),
    }
}

/// An identifier, raw where the name says so.
pub(super) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(plain) => Ident::new_raw(plain, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// The sub-identifiers of an OID as a slice literal.
pub(super) fn arcs(oid: &mibc_runtime::oid::Oid) -> TokenStream {
    let arcs = oid.arcs().map(proc_macro2::Literal::u32_unsuffixed);
    quote!(&[#(#arcs),*])
}
