//! `From` and `TryFrom` of generated types.
//!
//! Exactly one of the integer types converts by `From` into a type: so a literal has one type to be, and `.at(1)`
//! needs no suffix. The others convert by `TryFrom`.
//!
//! Text converts into strings that are text by their DISPLAY-HINT, not into others: `"192.0.2.1"` as an InetAddress
//! would be nine octets of ASCII.

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

/// Comparison with a plain type, and order where it has one.
fn compared(name: &TokenStream, plain: &TokenStream) -> TokenStream {
    quote! {
        impl ::core::cmp::PartialEq<#plain> for #name {
            fn eq(&self, other: &#plain) -> bool {
                self.0 == *other
            }
        }

        impl ::core::cmp::PartialOrd<#plain> for #name {
            fn partial_cmp(&self, other: &#plain) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::cmp::PartialOrd::partial_cmp(&self.0, other)
            }
        }
    }
}

/// Of a number: to the wider ones that hold all its values, and comparison.
fn of_number(name: &TokenStream, base: BaseType) -> TokenStream {
    let (plain, wider) = match base {
        BaseType::Integer32 => (quote!(i32), vec![quote!(i64)]),
        BaseType::Unsigned32 | BaseType::Gauge32 | BaseType::Counter32 | BaseType::TimeTicks => {
            (quote!(u32), vec![quote!(u64), quote!(i64)])
        }
        BaseType::Counter64 => (quote!(u64), vec![quote!(u128)]),
        _ => return TokenStream::new(),
    };
    let mut out = compared(name, &plain);
    for wider in wider {
        out.extend(from(name, &wider, &quote!(value.0.into())));
    }
    out
}

/// Of a string that is text as a whole.
fn of_text(name: &TokenStream) -> TokenStream {
    let string = quote!(::std::string::String);
    let mut out = from(&string, name, &quote!(Self(value.into())));
    out.extend(from(name, &string, &quote!(::std::string::ToString::to_string(&value))));
    for text in [quote!(str), quote!(&str), string] {
        out.extend(quote! {
            impl ::core::cmp::PartialEq<#text> for #name {
                fn eq(&self, other: &#text) -> bool {
                    self.0.0 == other.as_bytes()
                }
            }
        });
    }
    out.extend(quote! {
        impl #name {
            /// The text.
            ///
            /// # Errors
            /// Octets that are not UTF-8.
            pub fn as_str(&self) -> ::core::result::Result<&str, ::core::str::Utf8Error> {
                self.0.to_str()
            }
        }
    });
    out
}

/// Of an enumeration with the labels of a TruthValue: anything but `true(1)` is false.
pub(super) fn of_truth(name: &Ident) -> TokenStream {
    let name = quote!(#name);
    let mut out = from(&quote!(bool), &name, &quote!(Self(if value { 1 } else { 2 })));
    out.extend(from(&name, &quote!(bool), &quote!(value.0 == 1)));
    out.extend(quote! {
        impl ::core::cmp::PartialEq<bool> for #name {
            fn eq(&self, other: &bool) -> bool {
                (self.0 == 1) == *other
            }
        }
    });
    out
}

/// What an address of the Internet converts from, and its pair with the type of INET-ADDRESS-MIB.
pub(super) fn of_inet_address(name: &Ident, kind: &Ident) -> TokenStream {
    let (address, v4, v6) =
        (quote!(::std::net::IpAddr), quote!(::std::net::Ipv4Addr), quote!(::std::net::Ipv6Addr));
    let (to, of) = (quote!(#name), quote!(#kind));
    let mut out = TokenStream::new();
    for plain in [quote!([u8; 4]), quote!([u8; 16])] {
        out.extend(from(&plain, &to, &quote!(Self(value.into()))));
    }
    for plain in [&v4, &v6] {
        out.extend(from(plain, &to, &quote!(Self(value.octets().into()))));
    }
    let either = quote! {
        match value {
            #address::V4(value) => value.into(),
            #address::V6(value) => value.into(),
        }
    };
    out.extend(from(&address, &to, &either));
    out.extend(from(&address, &of, &quote!(Self(if value.is_ipv4() { 1 } else { 2 }))));
    out.extend(quote! {
        impl #name {
            /// An address with its type, as objects and indexes have them side by side.
            pub fn with_type(address: impl ::core::convert::Into<#address>) -> (#of, Self) {
                let address = address.into();
                (address.into(), address.into())
            }

            /// The address, as its type says to read it, without a zone. `None` if it is not an address: a name,
            /// another type, another size.
            pub fn to_ip(&self, kind: #of) -> ::core::option::Option<#address> {
                let octets: &[u8] = &self.0;
                match (kind.0, octets.len()) {
                    (1, 4) | (3, 8) => octets.first_chunk::<4>().map(|&octets| octets.into()),
                    (2, 16) | (4, 20) => octets.first_chunk::<16>().map(|&octets| octets.into()),
                    _ => ::core::option::Option::None,
                }
            }
        }
    });
    out
}

/// What a string is.
pub(super) struct Octets {
    /// Its size, if it has one only.
    pub(super) fixed: Option<usize>,
    /// Whether it is text as a whole.
    pub(super) text: bool,
    /// The address whose octets it is by its DISPLAY-HINT.
    pub(super) address: Option<TokenStream>,
}

/// The conversions of a textual convention that is not an enumeration: from the underlying type and back.
pub(super) fn of_type(name: &Ident, base: BaseType, octets: &Octets) -> TokenStream {
    let (name, repr) = (quote!(#name), base_type(base));
    let mut out = from(&repr, &name, &quote!(Self(value)));
    out.extend(from(&name, &repr, &quote!(value.0)));
    if let Some(plain) = plain(base) {
        out.extend(from(&plain, &name, &quote!(Self(value.into()))));
        out.extend(from(&name, &plain, &quote!(value.0.into())));
    }
    out.extend(of_number(&name, base));
    if base == BaseType::OctetString {
        let literal = octets.fixed.map(Literal::usize_unsuffixed);
        let plain = match literal {
            Some(size) => quote!([u8; #size]),
            None if octets.text => quote!(&str),
            None => quote!(&[u8]),
        };
        let vector = quote!(::std::vec::Vec<u8>);
        out.extend(from(&plain, &name, &quote!(Self(value.into()))));
        out.extend(from(&vector, &name, &quote!(Self(value.into()))));
        if let Some(address) = &octets.address {
            out.extend(from(address, &name, &quote!(Self(value.octets().into()))));
        }
        if octets.text {
            out.extend(of_text(&name));
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
    /// Whether a string is text, as far as is known.
    pub(super) text: bool,
}

/// Of an index type with one field: from the field's type, and from what a program has at hand.
pub(super) fn of_index(index: &Ident, field: &OnlyField<'_>) -> TokenStream {
    let OnlyField { name, ty, base, .. } = *field;
    let repr = base_type(base);
    let index = quote!(#index);
    let mut out = from(ty, &index, &quote!(Self { #name: value }));
    let wrapped = |value: TokenStream| match field.convention {
        true => quote!(Self { #name: <#ty as rt::typed::Convention>::wrap(#value) }),
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
            let plain = match field.text {
                true => [quote!(&str), quote!(::std::string::String)],
                false => [quote!(&[u8]), quote!(::std::vec::Vec<u8>)],
            };
            for plain in plain {
                out.extend(from(&plain, &index, &wrapped(quote!(#repr::from(value)))));
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

/// Of an index type with an InetAddressType and its InetAddress side by side: both of an address. `pairs` says of each field
/// whether it is the first of such two.
pub(super) fn of_addresses(
    index: &Ident,
    names: &[&Ident],
    types: &[&TokenStream],
    pairs: &[bool],
) -> TokenStream {
    if !pairs.contains(&true) || names.len() > MAX_TUPLE {
        return TokenStream::new();
    }
    let (mut bounds, mut given, mut taken, mut fields) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut letters = (b'A'..).map(|letter| super::context::ident(&char::from(letter).to_string()));
    let mut at = 0;
    while let (Some(name), Some(ty), Some(is_pair)) = (names.get(at), types.get(at), pairs.get(at)) {
        match (is_pair, names.get(at + 1)) {
            (true, Some(address)) => {
                given.push(quote!(::std::net::IpAddr));
                taken.push(quote!(#address));
                fields.push(quote!(#name: #address.into(), #address: #address.into()));
                at += 2;
            }
            _ => {
                let letter = letters.next();
                bounds.push(quote!(#letter: ::core::convert::Into<#ty>));
                given.push(quote!(#letter));
                taken.push(quote!(#name));
                fields.push(quote!(#name: #name.into()));
                at += 1;
            }
        }
    }
    let (given, taken) = match (given.as_slice(), taken.as_slice()) {
        ([only], [name]) => (quote!(#only), quote!(#name)),
        _ => (quote!((#(#given),*)), quote!((#(#taken),*))),
    };
    let generics = if bounds.is_empty() { TokenStream::new() } else { quote!(<#(#bounds),*>) };
    quote! {
        impl #generics ::core::convert::From<#given> for #index {
            fn from(#taken: #given) -> Self {
                Self { #(#fields),* }
            }
        }
    }
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
