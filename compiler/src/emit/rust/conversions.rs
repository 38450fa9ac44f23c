//! `From` and `TryFrom` of generated types.
//!
//! Exactly one of the integer types converts by `From` into a type: so a literal has one type to be, and `.at(1)`
//! needs no suffix. The others convert by `TryFrom`.

use super::context::base_type;
use mibc_runtime::syntax::BaseType;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

/// `impl From<from> for to`, with `value` of type `from` in the expression.
fn from(from: &TokenStream, to: &TokenStream, expression: &TokenStream) -> TokenStream {
    quote! {
        impl ::core::convert::From<#from> for #to {
            fn from(value: #from) -> Self {
                #expression
            }
        }
    }
}

/// The plain Rust type inside one of the runtime's number types.
fn plain(base: BaseType) -> Option<TokenStream> {
    match base {
        BaseType::Unsigned32 | BaseType::Gauge32 | BaseType::Counter32 | BaseType::TimeTicks => {
            Some(quote!(u32))
        }
        BaseType::Counter64 => Some(quote!(u64)),
        BaseType::IpAddress => Some(quote!(::std::net::Ipv4Addr)),
        _ => None,
    }
}

/// Of a textual convention that is no enumeration: from what is underneath and back.
pub(super) fn of_type(name: &Ident, base: BaseType, fixed: Option<usize>, text: bool) -> TokenStream {
    let (name, repr) = (quote!(#name), base_type(base));
    let mut out = from(&repr, &name, &quote!(Self(value)));
    out.extend(from(&name, &repr, &quote!(value.0)));
    if let Some(plain) = plain(base) {
        out.extend(from(&plain, &name, &quote!(Self(value.into()))));
        out.extend(from(&name, &plain, &quote!(value.0.into())));
    }
    if base == BaseType::OctetString {
        let literal = fixed.map(Literal::usize_unsuffixed);
        let octets = literal.map_or_else(|| quote!(&str), |size| quote!([u8; #size]));
        let vector = quote!(::std::vec::Vec<u8>);
        out.extend(from(&octets, &name, &quote!(Self(value.into()))));
        out.extend(from(&vector, &name, &quote!(Self(value.into()))));
        if text {
            let string = quote!(::std::string::String);
            out.extend(from(&string, &name, &quote!(Self(value.into()))));
            out.extend(from(&name, &string, &quote!(::std::string::ToString::to_string(&value))));
        }
    }
    out
}

/// The one field of an index type.
pub(super) struct OnlyField<'a> {
    pub(super) name: &'a Ident,
    pub(super) ty: &'a TokenStream,
    pub(super) base: BaseType,
    /// Whether the type is one of the MIB's, over the base type.
    pub(super) convention: bool,
    /// Whether it is an enumeration.
    pub(super) labelled: bool,
    /// The size of a string that has one only.
    pub(super) fixed: Option<usize>,
}

/// Of an index type with one field: from the field's type, and from what a program has at hand.
pub(super) fn of_index(index: &Ident, field: &OnlyField<'_>) -> TokenStream {
    let OnlyField { name, ty, base, .. } = *field;
    let repr = base_type(base);
    let index = quote!(#index);
    let mut out = from(ty, &index, &quote!(Self { #name: value }));
    let wrapped = |value: TokenStream| match field.convention {
        true => quote!(Self { #name: <#ty as rt::value::Convention>::wrap(#value) }),
        false => quote!(Self { #name: #value }),
    };
    if field.labelled || matches!(base, BaseType::Bits | BaseType::Opaque) {
        return out;
    }
    if field.convention {
        out.extend(from(&repr, &index, &wrapped(quote!(value))));
    }
    if let Some(plain) = plain(base) {
        out.extend(from(&plain, &index, &wrapped(quote!(#repr::from(value)))));
    }
    match (base, field.fixed.map(Literal::usize_unsuffixed)) {
        (BaseType::OctetString, Some(size)) => {
            out.extend(from(&quote!([u8; #size]), &index, &wrapped(quote!(#repr::from(value)))));
        }
        (BaseType::OctetString, None) => {
            for text in [quote!(&str), quote!(::std::string::String)] {
                out.extend(from(&text, &index, &wrapped(quote!(#repr::from(value)))));
            }
        }
        (BaseType::Integer32, _) => out.extend(try_from(&index, &quote!(i32), &quote!(u32))),
        (BaseType::Unsigned32 | BaseType::Gauge32 | BaseType::Counter32 | BaseType::TimeTicks, _) => {
            out.extend(try_from(&index, &quote!(u32), &quote!(i32)));
        }
        _ => {}
    }
    out
}

/// From the other 32-bit integer and from `usize`, where the value fits.
fn try_from(index: &TokenStream, own: &TokenStream, other: &TokenStream) -> TokenStream {
    let implementation = |from: &TokenStream| {
        quote! {
            impl ::core::convert::TryFrom<#from> for #index {
                type Error = ::core::num::TryFromIntError;
                fn try_from(value: #from) -> ::core::result::Result<Self, Self::Error> {
                    <#own as ::core::convert::TryFrom<#from>>::try_from(value).map(::core::convert::Into::into)
                }
            }
        }
    };
    [implementation(other), implementation(&quote!(usize))].into_iter().collect()
}

/// The most fields that a tuple converts into.
const MAX_TUPLE: usize = 12;

/// Of an index type with several fields: from a tuple of what each of them converts from.
pub(super) fn of_tuple(index: &Ident, names: &[&Ident], types: &[&TokenStream]) -> TokenStream {
    if names.len() > MAX_TUPLE {
        return TokenStream::new();
    }
    let letters = (b'A'..).map(|letter| super::context::ident(&char::from(letter).to_string()));
    let letters: Vec<Ident> = letters.take(names.len()).collect();
    quote! {
        impl<#(#letters: ::core::convert::Into<#types>),*> ::core::convert::From<(#(#letters),*)> for #index {
            fn from((#(#names),*): (#(#letters),*)) -> Self {
                Self { #(#names: #names.into()),* }
            }
        }
    }
}
