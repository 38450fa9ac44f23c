//! Rows and their index types.
//!
//! An index type belongs to an ordered list of index objects, each with its IMPLIED. Rows with the same list share
//! it, and their columns can be read together: rows that augment another, rows of the same module, and rows that are
//! indexed by exactly the objects of a table of another module. The row it is named after is the first one (by OID)
//! of the module that defines an object of the list, else of the row's own module. That depends on the row's module
//! and on what it imports from, never on what else is compiled.

use super::context::{Context, ident};
use super::conversions::{self, OnlyField};
use super::docs;
use super::scope::{Item, members};
use crate::model::{DefId, IndexItem, IndexTarget, Kind, Model, ModuleId, Ref, Syntax};
use mibc_runtime::index::Form;
use mibc_runtime::syntax::BaseType;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::rc::Rc;

/// One part of an index.
pub(super) struct Part<'a> {
    pub(super) target: Target<'a>,
    pub(super) syntax: &'a Syntax,
    pub(super) implied: bool,
}

/// What a part stands for.
#[derive(Clone, Copy)]
pub(super) enum Target<'a> {
    Object(DefId),
    /// A bare type (RFC 1212 §4.1.6): known by how it is written.
    Type(&'a str),
}

impl Part<'_> {
    /// The name of the object, or of the bare type.
    pub(super) fn name(&self, model: &Model) -> String {
        match self.target {
            Target::Object(id) => model.spelling(model[id].name).to_owned(),
            Target::Type(text) => text.split(['(', '{']).next().unwrap_or("").trim().to_owned(),
        }
    }

    /// How the part stands in the OID of an instance (RFC 2578 §7.7).
    pub(super) fn form(&self, model: &Model) -> Form {
        match &self.syntax.range[..] {
            [(low, high)] if self.is_string() && low == high => {
                usize::try_from(*low).map_or(Form::Variable, Form::Fixed)
            }
            _ if is_network_address(model, self.syntax) => Form::NetworkAddress,
            _ if self.implied => Form::Implied,
            _ => Form::Variable,
        }
    }

    fn is_string(&self) -> bool {
        matches!(self.syntax.base, Some(BaseType::OctetString | BaseType::Opaque))
    }
}

/// What makes two lists the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Object(DefId, bool),
    Type(String, bool),
}

/// The first row of each list of a module.
type FirstRows = FxHashMap<Vec<Key>, DefId>;

/// The owners of index types, found when first asked for.
pub(super) struct Indexes<'a> {
    model: &'a Model,
    /// For each module, the first row of each list.
    first: RefCell<FxHashMap<ModuleId, Rc<FirstRows>>>,
}

impl<'a> Indexes<'a> {
    pub(super) fn new(model: &'a Model) -> Indexes<'a> {
        Indexes { model, first: RefCell::default() }
    }

    /// The row that the index type of `row` is named after. `None` where the index is not known: it, or the type of
    /// an object in it, could not be bound.
    pub(super) fn owner(&self, row: DefId) -> Option<DefId> {
        let base = self.model.index_row(row)?;
        let parts = parts(self.model, base)?;
        let key = key(&parts);
        let home = self.model[base].module;
        let defining = parts.iter().filter_map(|part| match part.target {
            Target::Object(id) => Some(self.model[id].module),
            Target::Type(_) => None,
        });
        let mut seen = FxHashSet::default();
        let owner = defining
            .chain([home])
            .filter(|module| seen.insert(*module))
            .find_map(|module| self.first_of(module).get(&key).copied());
        // A row that is itself left out (it has no OID) owns nothing, so that no path leads nowhere.
        owner.filter(|owner| self.model[*owner].oid.is_some())
    }

    fn first_of(&self, module: ModuleId) -> Rc<FirstRows> {
        if let Some(known) = self.first.borrow().get(&module) {
            return Rc::clone(known);
        }
        let mut rows: Vec<DefId> = self.model[module].definitions.clone();
        rows.retain(|id| matches!(&self.model[*id].kind, Kind::Row(row) if row.augments.is_none()));
        rows.retain(|id| self.model[*id].oid.is_some());
        rows.sort_by(|a, b| self.model[*a].oid.cmp(&self.model[*b].oid).then(a.cmp(b)));
        let mut first = FxHashMap::default();
        for row in rows {
            if let Some(parts) = parts(self.model, row) {
                first.entry(key(&parts)).or_insert(row);
            }
        }
        let first = Rc::new(first);
        self.first.borrow_mut().insert(module, Rc::clone(&first));
        first
    }
}

/// The parts of a row's own INDEX; `None` where it has none or one of them is not known.
pub(super) fn parts(model: &Model, row: DefId) -> Option<Vec<Part<'_>>> {
    let Kind::Row(data) = &model[row].kind else { return None };
    let last = data.index.len().checked_sub(1)?;
    data.index.iter().enumerate().map(|(at, item)| part(model, item, at == last)).collect()
}

fn part<'a>(model: &'a Model, item: &'a IndexItem, last: bool) -> Option<Part<'a>> {
    // IMPLIED makes sense for the last part alone (RFC 2578 §7.7): elsewhere the end could not be found.
    let implied = item.implied && last;
    match &item.target {
        IndexTarget::Object(Ref::Bound(id)) => match &model[*id].kind {
            Kind::Scalar(object) | Kind::Column(object, _) if object.syntax.base.is_some() => {
                Some(Part { target: Target::Object(*id), syntax: &object.syntax, implied })
            }
            _ => None,
        },
        IndexTarget::Object(Ref::Unresolved(_)) => None,
        IndexTarget::Type(syntax) if syntax.base.is_some() => {
            Some(Part { target: Target::Type(model.text(syntax.span)), syntax, implied })
        }
        IndexTarget::Type(_) => None,
    }
}

fn key(parts: &[Part<'_>]) -> Vec<Key> {
    let key = |part: &Part<'_>| match part.target {
        Target::Object(id) => Key::Object(id, part.implied),
        Target::Type(text) => Key::Type(text.split_whitespace().collect(), part.implied),
    };
    parts.iter().map(key).collect()
}

/// The marker type of a row.
pub(super) fn row(context: &Context<'_>, id: DefId) -> Option<TokenStream> {
    let definition = &context.model[id];
    let name = context.ident(Item::Row(id))?;
    let module = context.ident(Item::Module)?;
    let oid = super::context::arcs(definition.oid.as_ref()?);
    if context.library.indexes.owner(id).is_none() {
        context
            .skip(context.model.spelling(definition.name), "its index is not known: it is sub-identifiers");
    }
    let index = index_type(context, id);
    let doc = docs::of_definition(context, id);
    Some(quote! {
        #doc
        #[derive(Clone, Copy, Debug)]
        pub struct #name;

        impl rt::typed::Row for #name {
            type Module = #module;
            type Index = #index;
            const OID: &'static [u32] = #oid;
        }
    })
}

/// The path of the index type of any row.
pub(super) fn index_type(context: &Context<'_>, row: DefId) -> TokenStream {
    let owner = context.library.indexes.owner(row);
    let path = owner.and_then(|owner| context.path(context.model[owner].module, Item::Index(owner)));
    path.unwrap_or_else(|| quote!(rt::index::Untyped))
}

/// The index type of a row, where the row is the one it is named after.
pub(super) fn index(context: &Context<'_>, row: DefId) -> Option<TokenStream> {
    if context.library.indexes.owner(row) != Some(row) {
        return None;
    }
    let parts = parts(context.model, row)?;
    let name = context.ident(Item::Index(row))?;
    let fields = fields(context, &parts)?;
    let doc = index_doc(context, row, &fields);
    let declared = fields.iter().map(|field| {
        let (name, ty, doc) = (&field.name, &field.ty, &field.doc);
        quote!(#[doc = #doc] pub #name: #ty)
    });
    let writes = fields.iter().map(|field| {
        let (name, form) = (&field.name, &field.form);
        quote!(w.part(&self.#name, #form);)
    });
    let reads = fields.iter().map(|field| {
        let (name, form) = (&field.name, &field.form);
        quote!(#name: r.part(#form)?)
    });
    let order = order(&name, &fields);
    let conversions = conversions(&name, &parts, &fields);
    Some(quote! {
        #doc
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct #name { #(#declared),* }

        impl rt::index::Index for #name {
            fn write(&self, w: &mut rt::index::IndexWriter) {
                #(#writes)*
            }
            fn read(r: &mut rt::index::IndexReader<'_>) -> ::core::result::Result<Self, rt::index::IndexError> {
                ::core::result::Result::Ok(Self { #(#reads),* })
            }
        }

        #order
        #conversions
    })
}

struct Field {
    name: Ident,
    ty: TokenStream,
    form: TokenStream,
    doc: String,
}

fn fields(context: &Context<'_>, parts: &[Part<'_>]) -> Option<Vec<Field>> {
    let spellings: Vec<String> = parts.iter().map(|part| part.name(context.model)).collect();
    let members = members(&spellings.iter().map(String::as_str).collect::<Vec<_>>());
    let mut fields = Vec::new();
    for ((part, spelling), member) in parts.iter().zip(&spellings).zip(members) {
        let own = match part.target {
            Target::Object(id) => Some((context.model[id].module, Item::ObjectType(id))),
            Target::Type(_) => None,
        };
        let ty = context.value_type(part.syntax, own)?;
        let form = match part.form(context.model) {
            Form::Variable => quote!(rt::index::Form::Variable),
            Form::Implied => quote!(rt::index::Form::Implied),
            Form::NetworkAddress => quote!(rt::index::Form::NetworkAddress),
            Form::Fixed(size) => {
                let size = Literal::usize_unsuffixed(size);
                quote!(rt::index::Form::Fixed(#size))
            }
        };
        fields.push(Field { name: ident(&member), ty, form, doc: format!(" {}", docs::code(spelling)) });
    }
    Some(fields)
}

/// NetworkAddress has a sub-identifier for its kind before the address (RFC 1212 §4.1.6).
fn is_network_address(model: &Model, syntax: &Syntax) -> bool {
    matches!(syntax.named, Some(Ref::Bound(id)) if model[id].builtin && model.spelling(model[id].name) == "NetworkAddress")
}

fn index_doc(context: &Context<'_>, row: DefId, fields: &[Field]) -> TokenStream {
    let names: Vec<&str> = fields.iter().map(|field| field.doc.trim()).collect();
    let row = docs::code(context.model.spelling(context.model[row].name));
    let line = format!(" The index of {row} and of every row with the same index: {}.", names.join(", "));
    quote!(#[doc = #line])
}

/// `Ord` in the order in which SNMP walks rows, which is that of the encoding: shorter strings first.
fn order(name: &Ident, fields: &[Field]) -> TokenStream {
    let order = |field: &Field| {
        let (name, form) = (&field.name, &field.form);
        quote!(rt::index::order_part(&self.#name, &other.#name, #form))
    };
    let mut orders = fields.iter().map(order);
    let first = orders.next();
    quote! {
        impl ::core::cmp::Ord for #name {
            fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                #first #(.then_with(|| #orders))*
            }
        }

        impl ::core::cmp::PartialOrd for #name {
            fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
            }
        }
    }
}

fn conversions(name: &Ident, parts: &[Part<'_>], fields: &[Field]) -> TokenStream {
    if let ([part], [field]) = (parts, fields)
        && let Some(base) = part.syntax.base
    {
        let only = OnlyField {
            name: &field.name,
            ty: &field.ty,
            base,
            convention: field.ty.to_string() != super::context::base_type(base).to_string(),
            labelled: base == BaseType::Integer32 && !part.syntax.enums.is_empty(),
            fixed: super::types::fixed_size(part.syntax),
        };
        return conversions::of_index(name, &only);
    }
    let names: Vec<&Ident> = fields.iter().map(|field| &field.name).collect();
    let types: Vec<&TokenStream> = fields.iter().map(|field| &field.ty).collect();
    conversions::of_tuple(name, &names, &types)
}

/// The field of an object in the index type of a row.
pub(super) fn index_field(context: &Context<'_>, row: DefId, object: DefId) -> Option<Ident> {
    let parts = parts(context.model, context.library.indexes.owner(row)?)?;
    let names: Vec<String> = parts.iter().map(|part| part.name(context.model)).collect();
    let names = members(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut found = parts.iter().zip(names);
    found
        .find(|(part, _)| matches!(part.target, Target::Object(id) if id == object))
        .map(|(_, name)| ident(&name))
}
