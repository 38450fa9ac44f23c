//! `#[derive(Index)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Data, DeriveInput, Error, Field, LitInt, Path, Result, spanned::Spanned};

use crate::attributes;

pub(crate) fn expand(input: DeriveInput) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "Index is for structs: a field per INDEX object"));
    };
    if data.fields.is_empty() {
        return Err(Error::new_spanned(
            &input.ident,
            "Index needs a field for each INDEX object, and there is none",
        ));
    }
    let rt = attributes::runtime(&input.attrs)?;
    attributes::nowhere(&input.attrs, "index", "to the field of the object that it is about")?;

    let mut writes = TokenStream::new();
    let mut reads = TokenStream::new();
    let mut orders = TokenStream::new();
    let mut arcs = TokenStream::new();
    let count = data.fields.len();
    for (position, (member, field)) in data.fields.members().zip(&data.fields).enumerate() {
        let span = field.ty.span();
        let rt = attributes::at(&rt, span);
        let ty = &field.ty;
        let form = form_of(field, position + 1 == count, &rt)?;
        arcs.extend(quote_spanned! {span=> (<#ty as #rt::index::IndexPart>::ARCS, #form), });
        writes.extend(quote_spanned! {span=> w.part(&self.#member, #form); });
        reads.extend(quote_spanned! {span=> #member: r.part(#form)?, });
        let order = quote_spanned! {span=> #rt::index::order_part(&self.#member, &other.#member, #form) };
        orders.extend(if position == 0 { order } else { quote!(.then_with(|| #order)) });
    }

    let name = &input.ident;
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #impl_generics #rt::index::Index for #name #type_generics #where_clause {
            const ARCS: ::core::option::Option<::core::primitive::usize> = #rt::index::total_arcs(&[#arcs]);

            fn write(&self, w: &mut #rt::index::IndexWriter) {
                #writes
            }

            fn read(
                r: &mut #rt::index::IndexReader<'_>,
            ) -> ::core::result::Result<Self, #rt::index::IndexError> {
                ::core::result::Result::Ok(Self { #reads })
            }
        }

        #[automatically_derived]
        impl #impl_generics ::core::cmp::Ord for #name #type_generics #where_clause {
            fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                #orders
            }
        }

        #[automatically_derived]
        impl #impl_generics ::core::cmp::PartialOrd for #name #type_generics #where_clause {
            fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
            }
        }
    })
}

/// `#[index(implied)]`, `#[index(size = 6)]`, or neither.
fn form_of(field: &Field, last: bool, rt: &Path) -> Result<TokenStream> {
    attributes::nowhere(&field.attrs, "mibc", "to the struct")?;
    let mut form = quote!(#rt::index::Form::Variable);
    let Some(attribute) = attributes::only(&field.attrs, "index")? else { return Ok(form) };
    let mut said = false;
    attribute.parse_nested_meta(|meta| {
        if std::mem::replace(&mut said, true) {
            return Err(meta.error("an object of an index is either IMPLIED or of one size, and that once"));
        }
        if meta.path.is_ident("implied") {
            if !last {
                return Err(
                    meta.error("only the last object of an index can be IMPLIED (RFC 2578 section 7.7)")
                );
            }
            form = quote!(#rt::index::Form::Implied);
        } else if meta.path.is_ident("size") {
            let size: LitInt = meta.value()?.parse()?;
            if size.base10_parse::<u16>().is_err() {
                return Err(Error::new_spanned(size, "expected a number of octets, at most 65535"));
            }
            form = quote!(#rt::index::Form::Fixed(#size));
        } else {
            return Err(meta.error("expected `implied` or `size = n`"));
        }
        Ok(())
    })?;
    Ok(form)
}

#[cfg(test)]
mod tests;
