//! Constants: scalars and columns with their types, other nodes with only their OID.

use super::context::{Context, arcs};
use super::docs;
use super::scope::{Item, has_constant};
use crate::model::{DefId, Kind, Object};
use mibc_runtime::syntax::Access;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The constant of a definition.
pub(super) fn constant(context: &Context<'_>, id: DefId) -> Option<TokenStream> {
    let definition = &context.model[id];
    if !has_constant(definition) {
        return None;
    }
    let spelling = context.model.spelling(definition.name);
    let oid = definition.oid.as_ref()?;
    let name = context.ident(Item::Constant(id))?;
    let module = context.ident(Item::Module)?;
    let doc = docs::of_definition(context, id);
    let typed = match &definition.kind {
        Kind::Scalar(object) => context.object_type(id).map(|value| {
            let (access, oid) = (access(object), arcs(oid));
            (quote!(rt::typed::Scalar<#module, #value, #access>), quote!(rt::typed::Scalar::new(#oid)))
        }),
        Kind::Column(object, row) => column(context, id, object, *row),
        _ => None,
    };
    if typed.is_none() && matches!(definition.kind, Kind::Scalar(_) | Kind::Column(..)) {
        context.skip(spelling, "its type is not known, so it is written as a plain node");
    }
    let (ty, value) = typed.unwrap_or_else(|| {
        let oid = arcs(oid);
        (quote!(rt::typed::Node<#module>), quote!(rt::typed::Node::new(#oid)))
    });
    Some(quote! {
        #doc
        pub const #name: #ty = #value;
    })
}

/// Type and value of a column's constant; `None` if its type or its row is not known, or where it does not lie
/// one sub-identifier below its row.
fn column(
    context: &Context<'_>,
    id: DefId,
    object: &Object,
    row: DefId,
) -> Option<(TokenStream, TokenStream)> {
    let sub_id = sub_id(context, id, row)?;
    let value = context.object_type(id)?;
    let marker = context.path(context.model[row].module, Item::Row(row))?;
    let (access, sub_id) = (access(object), Literal::u32_unsuffixed(sub_id));
    Some((quote!(rt::typed::Column<#marker, #value, #access>), quote!(rt::typed::Column::new(#sub_id))))
}

/// The sub-identifier of a column below its row.
pub(super) fn sub_id(context: &Context<'_>, column: DefId, row: DefId) -> Option<u32> {
    let (column, row) = (context.model[column].oid.as_ref()?, context.model[row].oid.as_ref()?);
    let mut rest = column.strip_prefix(row)?;
    let sub_id = rest.next()?;
    rest.next().is_none().then_some(sub_id)
}

/// The path of the constant of an object that has a typed one.
pub(super) fn constant_path(context: &Context<'_>, id: DefId) -> Option<TokenStream> {
    let definition = &context.model[id];
    match &definition.kind {
        Kind::Scalar(_) => {}
        Kind::Column(_, row) => {
            sub_id(context, id, *row)?;
        }
        _ => return None,
    }
    context.object_type(id)?;
    context.path(definition.module, Item::Constant(id))
}

/// The marker of what may be done with an object. One whose access is not given can be read, which does no harm.
fn access(object: &Object) -> TokenStream {
    match object.access {
        Some(Access::NotAccessible | Access::NotImplemented) => quote!(rt::typed::access::NotAccessible),
        Some(Access::AccessibleForNotify) => quote!(rt::typed::access::AccessibleForNotify),
        Some(Access::ReadWrite) => quote!(rt::typed::access::ReadWrite),
        Some(Access::ReadCreate) => quote!(rt::typed::access::ReadCreate),
        Some(Access::WriteOnly) => quote!(rt::typed::access::WriteOnly),
        Some(Access::ReadOnly) | None => quote!(rt::typed::access::ReadOnly),
    }
}

/// A constant for each name that several constants would have, so that a look-up by name says what is wrong.
pub(super) fn ambiguous(context: &Context<'_>) -> TokenStream {
    let constants = context.scope.ambiguous().map(|(name, instead)| {
        let name = super::context::ident(name);
        let instead: Vec<String> = instead.into_iter().map(docs::code).collect();
        let doc = format!(" Several names of the module would be this one; they are {}.", instead.join(", "));
        quote! {
            #[doc = #doc]
            pub const #name: rt::typed::Ambiguous = rt::typed::Ambiguous;
        }
    });
    constants.collect()
}
