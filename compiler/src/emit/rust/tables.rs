//! Rows, and the index types that belong to them.

use super::context::{Context, ident};
use super::conversions::{self, OnlyField};
use super::docs;
use super::indexes::{Part, Target, parts};
use super::scope::{Item, members};
use crate::model::DefId;
use mibc_runtime::index::Form;
use mibc_runtime::syntax::BaseType;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

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

/// The index type of a row, if the row is the one it is named after.
pub(super) fn index(context: &Context<'_>, row: DefId) -> Option<TokenStream> {
    if context.library.indexes.owner(row) != Some(row) {
        return None;
    }
    let parts = parts(context.model, row)?;
    let name = context.ident(Item::Index(row))?;
    let fields = fields(context, &parts)?;
    let arcs = arcs(context, &parts);
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
    let conversions = conversions(context, &name, &parts, &fields);
    let marker = context.ident(Item::Row(row))?;
    Some(quote! {
        #doc
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct #name { #(#declared),* }

        impl rt::index::Index for #name {
            #arcs
            fn write(&self, w: &mut rt::index::IndexWriter) {
                #(#writes)*
            }
            fn read(r: &mut rt::index::IndexReader<'_>) -> ::core::result::Result<Self, rt::index::IndexError> {
                ::core::result::Result::Ok(Self { #(#reads),* })
            }
        }

        #order
        #conversions

        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                rt::typed::display_index::<#marker>(self, f)
            }
        }
    })
}

/// How many sub-identifiers the index takes, where that is always the same.
fn arcs(context: &Context<'_>, parts: &[Part<'_>]) -> Option<TokenStream> {
    let mut total = 0_usize;
    for part in parts {
        total += match (part.form(context.model), part.syntax.base?) {
            (Form::Fixed(size), _) => size,
            (Form::NetworkAddress, _) => 5,
            (_, BaseType::IpAddress) => 4,
            (_, BaseType::OctetString | BaseType::Opaque | BaseType::Bits | BaseType::ObjectIdentifier) => {
                return None;
            }
            _ => 1,
        };
    }
    let total = Literal::usize_unsuffixed(total);
    Some(quote!(const ARCS: ::core::option::Option<usize> = ::core::option::Option::Some(#total);))
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

fn conversions(context: &Context<'_>, name: &Ident, parts: &[Part<'_>], fields: &[Field]) -> TokenStream {
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
            text: part.syntax.named.is_none() || super::types::reads_as_text(context, part.syntax),
        };
        return conversions::of_index(name, &only);
    }
    let names: Vec<&Ident> = fields.iter().map(|field| &field.name).collect();
    let types: Vec<&TokenStream> = fields.iter().map(|field| &field.ty).collect();
    let mut out = conversions::of_tuple(name, &names, &types);
    let typed: Vec<_> = parts.iter().map(|part| part.syntax).zip(types.iter().copied()).collect();
    let pairs: Vec<bool> = (0..typed.len())
        .map(|at| match typed.get(at..at + 2) {
            Some(&[kind, address]) => super::types::is_inet_pair(context, [kind, address]),
            _ => false,
        })
        .collect();
    out.extend(conversions::of_addresses(name, &names, &types, &pairs));
    out
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
