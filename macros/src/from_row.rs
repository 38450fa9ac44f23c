//! `#[derive(FromRow)]`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Data, DeriveInput, Error, Field, Member, Path, PathSegment, Result, Type, ext::IdentExt, spanned::Spanned,
};

use crate::attributes;

pub(crate) fn expand(input: DeriveInput) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "FromRow is for structs: a field per column"));
    };
    let rt = attributes::runtime(&input.attrs)?;
    attributes::nowhere(&input.attrs, "column", "to the field that is read from it")?;
    let Some(attribute) = attributes::only(&input.attrs, "row")? else {
        let message = "FromRow needs the row whose columns are read: `#[row(IfEntry)]`";
        return Err(Error::new_spanned(&input.ident, message));
    };
    let row: Path = attribute.parse_args_with(Path::parse_mod_style).map_err(|error| {
        Error::new(
            error.span(),
            "expected the marker type of a row: `#[row(IfEntry)]` or `#[row(if_mib::IfEntry)]`",
        )
    })?;
    if data.fields.is_empty() {
        return Err(Error::new_spanned(
            &input.ident,
            "FromRow needs a field for each column to read, and there is none",
        ));
    }

    let mut objects = TokenStream::new();
    let mut values = TokenStream::new();
    for (position, (member, field)) in data.fields.members().zip(&data.fields).enumerate() {
        let column = column_of(field, &member, &row)?;
        let span = column.span();
        let rt_here = attributes::at(&rt, span);
        objects.extend(quote_spanned! {span=>
            columns.push(#rt_here::typed::field_object::<Self::Index, _, _, _>(#column));
        });
        // The conversion from the column's type belongs to the field's type, so that an error points there.
        let span = field.ty.span();
        let rt_here = attributes::at(&rt, span);
        let read = Ident::new(if is_option(&field.ty) { "optional_field" } else { "required_field" }, span);
        values.extend(quote_spanned! {span=>
            #member: #rt_here::typed::#read(#column, row, #position)?,
        });
    }

    let name = &input.ident;
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #impl_generics #rt::typed::FromRow for #name #type_generics #where_clause {
            type Index = <#row as #rt::typed::Row>::Index;

            fn columns(columns: &mut ::std::vec::Vec<#rt::typed::ObjectRef>) {
                #objects
            }

            fn from_cells(
                row: &#rt::typed::RowCells<'_>,
            ) -> ::core::result::Result<Self, #rt::typed::DecodeError> {
                ::core::result::Result::Ok(Self { #values })
            }
        }
    })
}

/// The constant of a field's column: that of `#[column(..)]`, else the field's name in upper case, beside the row.
fn column_of(field: &Field, member: &Member, row: &Path) -> Result<Path> {
    attributes::nowhere(&field.attrs, "row", "to the struct; a field's column is `#[column(..)]`")?;
    attributes::nowhere(&field.attrs, "mibc", "to the struct")?;
    if let Some(attribute) = attributes::only(&field.attrs, "column")? {
        return attribute.parse_args_with(Path::parse_mod_style).map_err(|error| {
            Error::new(error.span(), "expected the constant of a column: `#[column(IF_HC_IN_OCTETS)]`")
        });
    }
    let Member::Named(name) = member else {
        let message = "a field without a name needs its column: `#[column(IF_DESCR)]`";
        return Err(Error::new_spanned(field.to_token_stream(), message));
    };
    let constant = Ident::new(&name.unraw().to_string().to_uppercase(), name.span());
    let mut path = row.clone();
    path.segments.pop();
    path.segments.push(PathSegment::from(constant));
    Ok(path)
}

/// Whether a type is written as `Option<..>`.
fn is_option(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == "Option" && !last.arguments.is_empty())
}

#[cfg(test)]
mod tests;
