//! Notifications as structs: a binding per object, and `at` where one index serves them all.

use super::context::{Context, ident};
use super::scope::{Item, members};
use super::{docs, tables};
use crate::model::{DefId, Kind, Ref};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// An object of a notification.
struct Field {
    name: Ident,
    /// The constant of the object.
    constant: TokenStream,
    /// The type of its values.
    value: TokenStream,
    /// The type of its row's index; `None` for a scalar.
    index: Option<TokenStream>,
    /// The field of the index that is the object itself.
    part: Option<Ident>,
    doc: String,
}

/// The struct of a notification.
pub(super) fn notification(context: &Context<'_>, id: DefId) -> Option<TokenStream> {
    let definition = &context.model[id];
    let Kind::Notification(data) = &definition.kind else { return None };
    let spelling = context.model.spelling(definition.name);
    let oid = super::context::arcs(definition.oid.as_ref()?);
    let name = context.ident(Item::Notification(id))?;
    let module = context.ident(Item::Module)?;
    let objects: Vec<DefId> = data.objects.iter().filter_map(|object| object.bound()).collect();
    for object in &data.objects {
        if let Ref::Unresolved(object) = object {
            let reason =
                format!("its object {} is not known: it is left out", context.model.spelling(*object));
            context.skip(spelling, reason);
        }
    }
    let spellings: Vec<&str> =
        objects.iter().map(|id| context.model.spelling(context.model[*id].name)).collect();
    let fields = objects.iter().zip(&spellings).zip(members(&spellings));
    let fields: Vec<Field> = fields
        .filter_map(|((object, object_name), member)| {
            let field = field(context, *object, object_name, &member);
            if field.is_none() {
                context.skip(
                    spelling,
                    format!("the type of its object {object_name} is not known: it is left out"),
                );
            }
            field
        })
        .collect();
    let declared = fields.iter().map(|field| {
        let (name, value, doc) = (&field.name, &field.value, &field.doc);
        let index = field.index.clone().unwrap_or_else(|| quote!(()));
        quote!(#[doc = #doc] pub #name: rt::typed::Binding<#index, #value>)
    });
    let writes = fields.iter().map(|field| {
        let (name, constant) = (&field.name, &field.constant);
        let method = method(field);
        quote!(out.#method(#constant, &self.#name)?;)
    });
    let reads = fields.iter().map(|field| {
        let (name, constant) = (&field.name, &field.constant);
        let method = method(field);
        quote!(#name: input.#method(#constant)?)
    });
    let (out, input) = match fields.is_empty() {
        true => (quote!(_), quote!(_)),
        false => (quote!(out), quote!(input)),
    };
    let doc = docs::of_definition(context, id);
    let at = at(&name, &fields);
    Some(quote! {
        #doc
        #[derive(Clone, Debug, PartialEq)]
        pub struct #name { #(#declared),* }

        #at

        impl rt::typed::Notification for #name {
            type Module = #module;
            const OID: &'static [u32] = #oid;
            fn write(
                &self,
                #out: &mut rt::typed::NotificationWriter,
            ) -> ::core::result::Result<(), rt::typed::NameError> {
                #(#writes)*
                ::core::result::Result::Ok(())
            }
            fn read(
                #input: &mut rt::typed::NotificationReader<'_>,
            ) -> ::core::result::Result<Self, rt::typed::DecodeError> {
                ::core::result::Result::Ok(Self { #(#reads),* })
            }
        }
    })
}

fn method(field: &Field) -> Ident {
    ident(if field.index.is_some() { "column" } else { "scalar" })
}

fn field(context: &Context<'_>, object: DefId, spelling: &str, member: &str) -> Option<Field> {
    let definition = &context.model[object];
    definition.oid.as_ref()?;
    let constant = super::objects::constant_path(context, object)?;
    let (index, part) = match &definition.kind {
        Kind::Scalar(_) => (None, None),
        Kind::Column(_, row) => {
            (Some(tables::index_type(context, *row)), tables::index_field(context, *row, object))
        }
        _ => return None,
    };
    let value = context.object_type(object)?;
    Some(Field {
        name: ident(member),
        constant,
        value,
        index,
        part,
        doc: format!(" {}", docs::code(spelling)),
    })
}

/// `LinkDown::at(index, value, value)`, where all objects are columns with the same index. A column that is part of
/// the index takes its value from there.
fn at(name: &Ident, fields: &[Field]) -> TokenStream {
    let indexes: Option<Vec<&TokenStream>> = fields.iter().map(|field| field.index.as_ref()).collect();
    let Some([index, others @ ..]) = indexes.as_deref() else { return TokenStream::new() };
    if others.iter().any(|other| other.to_string() != index.to_string()) {
        return TokenStream::new();
    }
    // The parameter `index` has priority; an object of that name is renamed.
    let parameter = |field: &Field| match field.name == "index" {
        true => ident("index_"),
        false => field.name.clone(),
    };
    let parameters = fields.iter().filter(|field| field.part.is_none()).map(|field| {
        let (name, value) = (parameter(field), &field.value);
        quote!(#name: #value)
    });
    let last = fields.len() - 1;
    let values = fields.iter().enumerate().map(|(position, field)| {
        let (name, constant) = (&field.name, &field.constant);
        match &field.part {
            Some(part) => quote!(#name: #constant.at(index.clone()).with(index.#part.clone())),
            None => {
                let value = parameter(field);
                let index = if position == last { quote!(index) } else { quote!(index.clone()) };
                quote!(#name: #constant.at(#index).with(#value))
            }
        }
    });
    quote! {
        impl #name {
            /// The notification about one row.
            pub fn at(index: impl ::core::convert::Into<#index>, #(#parameters),*) -> Self {
                let index: #index = index.into();
                Self { #(#values),* }
            }
        }
    }
}
