//! Types of a module: textual conventions, and the enumerations and BITS that objects have of their own.
//!
//! Each is a newtype over the runtime's type for its base. Enumerations are open: the labels are constants, and any
//! other number is a value too, since devices send numbers that their MIB does not name.

use super::context::{Context, base_type, ident, is_emitted};
use super::conversions::{self, Octets};
use super::docs;
use super::scope::{Item, labels};
use crate::model::{DefId, Kind, Model, Ref, Syntax, TypeId};
use mibc_runtime::syntax::BaseType;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

/// How many labels of one type get a constant. Real ones have some hundreds; a million constants would cost the Rust
/// compiler gigabytes. Labels beyond are still known by their numbers at run time.
const MAX_LABELS: usize = 20_000;

/// The type of a textual convention or type assignment; nothing for a type whose base is not known.
pub(super) fn named(context: &Context<'_>, id: TypeId) -> Option<TokenStream> {
    let data = &context.model[id];
    if data.builtin {
        return None;
    }
    let spelling = context.model.spelling(data.name);
    if !is_emitted(context.model, id) {
        context.skip(spelling, "its base type is not known");
        return None;
    }
    let doc = docs::of_type(context, data);
    convention(context, Item::Type(id), &data.syntax, *context.metadata.types.get(&id)?, doc)
}

/// The type of an object's own enumeration or BITS.
pub(super) fn of_object(context: &Context<'_>, id: DefId) -> Option<TokenStream> {
    let definition = &context.model[id];
    let (Kind::Scalar(object) | Kind::Column(object, _)) = &definition.kind else { return None };
    if !super::scope::has_own_type(&object.syntax) {
        return None;
    }
    let line = format!(" Values of {}.", docs::code(context.model.spelling(definition.name)));
    let number = *context.metadata.object_types.get(&id)?;
    convention(context, Item::ObjectType(id), &object.syntax, number, quote!(#[doc = #line]))
}

fn convention(
    context: &Context<'_>,
    item: Item,
    syntax: &Syntax,
    number: u32,
    doc: TokenStream,
) -> Option<TokenStream> {
    let name = context.ident(item)?;
    let module = context.ident(Item::Module)?;
    let base = syntax.base?;
    let repr = base_type(base);
    let labelled = base == BaseType::Integer32 && !syntax.enums.is_empty();
    let derives = match base {
        _ if labelled => quote!(#[derive(Clone, Copy, PartialEq, Eq, Hash)]),
        BaseType::OctetString | BaseType::Opaque | BaseType::ObjectIdentifier | BaseType::Bits => {
            quote!(#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)])
        }
        _ => quote!(#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]),
    };
    let constants = match base {
        BaseType::Bits => bits(context, &name, syntax),
        _ if labelled => enumeration(context, &name, syntax),
        _ => TokenStream::new(),
    };
    let number = Literal::u32_unsuffixed(number);
    let conversions = match labelled {
        true if is_truth(context, syntax) => conversions::of_truth(&name),
        true => TokenStream::new(),
        false => {
            let octets = Octets {
                fixed: fixed_size(syntax),
                text: reads_as_text(context, syntax),
                address: address(context, syntax),
            };
            conversions::of_type(&name, base, &octets)
        }
    };
    let inet = inet_address(context, item, &name);
    Some(quote! {
        #doc
        #derives
        pub struct #name(pub #repr);

        #constants

        impl rt::typed::Convention for #name {
            type Repr = #repr;
            const INFO: rt::typed::TypeInfo = rt::typed::TypeInfo::new(<#module as rt::typed::Module>::META, #number);
            fn wrap(repr: #repr) -> Self {
                Self(repr)
            }
            fn repr(&self) -> &#repr {
                &self.0
            }
        }

        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                rt::typed::display(self, f)
            }
        }

        impl ::core::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                rt::typed::debug(self, f)
            }
        }

        #conversions
        #inet
    })
}

/// Whether an enumeration is that of TruthValue.
fn is_truth(context: &Context<'_>, syntax: &Syntax) -> bool {
    let mut labels: Vec<_> =
        syntax.enums.iter().map(|(label, number)| (*number, context.model.spelling(*label))).collect();
    labels.sort_unstable();
    labels == [(1, "true"), (2, "false")]
}

/// The address that a string of its size is by its hint.
fn address(context: &Context<'_>, syntax: &Syntax) -> Option<TokenStream> {
    match (fixed_size(syntax)?, context.text(syntax.hint)) {
        (4, "1d.1d.1d.1d") => Some(quote!(::std::net::Ipv4Addr)),
        (16, "2x:2x:2x:2x:2x:2x:2x:2x") => Some(quote!(::std::net::Ipv6Addr)),
        _ => None,
    }
}

/// The conversions of InetAddress, which has no hint: what it is depends on an InetAddressType beside it.
fn inet_address(context: &Context<'_>, item: Item, name: &Ident) -> Option<TokenStream> {
    let Item::Type(id) = item else { return None };
    let kind = inet_address_type(context.model, id)?;
    Some(conversions::of_inet_address(name, &context.ident(Item::Type(kind))?))
}

/// The InetAddressType beside an InetAddress, if that is what a type is: both convert from an address.
fn inet_address_type(model: &Model, address: TypeId) -> Option<TypeId> {
    let module = &model[model[address].module];
    let is = |id: TypeId, name: &str| model.spelling(model[id].name) == name;
    if model.spelling(module.name) != "INET-ADDRESS-MIB" || !is(address, "InetAddress") {
        return None;
    }
    let kind = *module.types.iter().find(|id| is(**id, "InetAddressType"))?;
    let fits =
        model[address].syntax.base == Some(BaseType::OctetString) && !model[kind].syntax.enums.is_empty();
    fits.then_some(kind)
}

/// Whether two parts of an index, of these syntaxes and Rust types, are an InetAddressType and its InetAddress.
pub(super) fn is_inet_pair(context: &Context<'_>, pair: [(&Syntax, &TokenStream); 2]) -> bool {
    let [(_, kind_type), (syntax, address_type)] = pair;
    let Some(Ref::Bound(address)) = syntax.named else { return false };
    let Some(kind) = inet_address_type(context.model, address) else { return false };
    let module = context.model[address].module;
    let is = |id, ty: &TokenStream| {
        context.path(module, Item::Type(id)).is_some_and(|path| path.to_string() == ty.to_string())
    };
    is(kind, kind_type) && is(address, address_type)
}

/// The size of a string that has one size only.
pub(super) fn fixed_size(syntax: &Syntax) -> Option<usize> {
    match &syntax.range[..] {
        [(low, high)] if syntax.base == Some(BaseType::OctetString) && low == high => {
            usize::try_from(*low).ok()
        }
        _ => None,
    }
}

/// Whether a string is text as a whole: its hint is one piece in `a` or `t`, such as `255a`.
pub(super) fn reads_as_text(context: &Context<'_>, syntax: &Syntax) -> bool {
    let hint = context.text(syntax.hint);
    let digits = hint.strip_suffix(['a', 't']).unwrap_or("");
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Says in the header of the file that a type has labels without a constant.
fn note_labels(context: &Context<'_>, name: &Ident, count: usize) {
    if count > MAX_LABELS {
        let reason = format!("{} of its labels have no constant, {MAX_LABELS} have", count - MAX_LABELS);
        context.skip(&name.to_string(), reason);
    }
}

/// A constant per label of an enumeration.
fn enumeration(context: &Context<'_>, name: &Ident, syntax: &Syntax) -> TokenStream {
    let spellings: Vec<&str> =
        syntax.enums.iter().take(MAX_LABELS).map(|(label, _)| context.model.spelling(*label)).collect();
    note_labels(context, name, syntax.enums.len());
    let constants = labels(&spellings).into_iter().zip(&spellings).zip(&syntax.enums);
    let constants = constants.filter_map(|((name, spelling), (_, value))| {
        let (name, value) = (ident(&name?), Literal::i32_unsuffixed(i32::try_from(*value).ok()?));
        let doc = format!(" {}", docs::code(&format!("{spelling}({value})")));
        Some(quote!(#[doc = #doc] pub const #name: Self = Self(#value);))
    });
    quote!(impl #name { #(#constants)* })
}

/// A constant per label of BITS, and how to ask for one and how to make a set of some.
fn bits(context: &Context<'_>, name: &Ident, syntax: &Syntax) -> TokenStream {
    let spellings: Vec<&str> =
        syntax.bits.iter().take(MAX_LABELS).map(|(label, _)| context.model.spelling(*label)).collect();
    note_labels(context, name, syntax.bits.len());
    let constants = labels(&spellings).into_iter().zip(&spellings).zip(&syntax.bits);
    let constants = constants.filter_map(|((name, spelling), (_, position))| {
        let (name, position) = (ident(&name?), Literal::u32_unsuffixed(*position));
        let doc = format!(" {}", docs::code(&format!("{spelling}({position})")));
        Some(quote!(#[doc = #doc] pub const #name: rt::typed::Bit<Self> = rt::typed::Bit::new(#position);))
    });
    quote! {
        impl #name {
            #(#constants)*

            /// Whether the bit is set.
            pub fn contains(&self, bit: rt::typed::Bit<Self>) -> bool {
                self.0.contains(bit.position())
            }
        }

        impl<const N: usize> ::core::convert::From<[rt::typed::Bit<Self>; N]> for #name {
            fn from(bits: [rt::typed::Bit<Self>; N]) -> Self {
                rt::typed::Bit::set(bits)
            }
        }
    }
}
