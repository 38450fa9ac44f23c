//! `oid!`: from a MIB name to the path of its constant.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{
    Error, LitStr, Path, Result, Token,
    parse::{Parse, ParseStream},
};

/// `"IF-MIB::ifDescr.1"` or `in path, "IF-MIB::ifDescr.1"`.
pub(crate) struct Input {
    root: Option<Path>,
    name: Written,
}

enum Written {
    Literal(LitStr),
    /// `IF_DESCR`: what rustc suggests to write for a misspelt literal.
    Constant(Path),
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let root = if input.parse::<Option<Token![in]>>()?.is_some() {
            let path = Path::parse_mod_style(input)?;
            input.parse::<Token![,]>()?;
            Some(path)
        } else {
            None
        };
        if let Some(constant) = constant(input) {
            return Ok(Self { root, name: Written::Constant(constant) });
        }
        let literal = input.parse().map_err(|error| {
            Error::new(error.span(), "expected a literal such as \"IF-MIB::ifDescr.1\"; what is known at run time goes through `.at(index)` or `Oid::from_arcs`")
        })?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Self { root, name: Written::Literal(literal) })
    }
}

/// The path of a constant, which is all there is.
fn constant(input: ParseStream<'_>) -> Option<Path> {
    let ahead = input.fork();
    let path = Path::parse_mod_style(&ahead).ok().filter(|_| ahead.is_empty())?;
    let name = path.segments.last()?.ident.to_string();
    if name.chars().any(char::is_lowercase) {
        return None;
    }
    Path::parse_mod_style(input).ok()
}

pub(crate) fn expand(input: Input) -> Result<TokenStream> {
    let literal = match input.name {
        Written::Literal(literal) => literal,
        Written::Constant(path) => return Ok(path.into_token_stream()),
    };
    let span = literal.span();
    let text = literal.value();
    let name = Name::parse(&text).map_err(|message| Error::new(span, message))?;
    let (module, object, arcs) = match name {
        Name::Numeric(arcs) => {
            return Ok(quote_spanned! {span=>
                ::mibc::runtime::oid::Oid::from_arcs(&[#(#arcs),*]).expect("oid! has checked the arcs")
            });
        }
        Name::Object { module, object, arcs } => (module, object, arcs),
    };
    let module = ident(&mibc_runtime::names::module(module), span)?;
    let constant = ident(&mibc_runtime::names::constant(object), span)?;
    let path = match input.root {
        Some(root) => quote_spanned! {span=> #root::#module::#constant },
        None => quote_spanned! {span=> crate::mibs::#module::#constant },
    };
    let instance = match arcs.as_slice() {
        [] => return Ok(path),
        [0] => quote_spanned! {span=> instance_zero() },
        arcs => quote_spanned! {span=> instance_arcs([#(#arcs),*]) },
    };
    // A constant that is an item is looked at by `cargo check` too.
    let count = arcs.len();
    Ok(quote_spanned! {span=>
        {
            const _: () = #path.check_arcs(#count);
            const { #path.#instance }
        }
    })
}

fn ident(name: &str, span: Span) -> Result<Ident> {
    let mut ident: Ident =
        syn::parse_str(name).map_err(|_| Error::new(span, format!("`{name}` is not a name in Rust")))?;
    ident.set_span(span);
    Ok(ident)
}

/// What a literal says.
#[derive(Debug, PartialEq)]
enum Name<'a> {
    Numeric(Vec<u32>),
    Object { module: &'a str, object: &'a str, arcs: Vec<u32> },
}

impl<'a> Name<'a> {
    fn parse(text: &'a str) -> std::result::Result<Self, String> {
        if text.is_empty() {
            return Err("expected a name such as `IF-MIB::ifDescr.1`, found nothing".to_owned());
        }
        let numeric = text.strip_prefix('.').unwrap_or(text);
        if numeric.starts_with(|c: char| c.is_ascii_digit()) && !text.contains("::") {
            return numeric_oid(numeric).map(Self::Numeric);
        }
        let Some((module, rest)) = text.split_once("::") else {
            return Err(format!(
                "expected the module before the name: `MODULE::{text}`, such as `IF-MIB::ifDescr.1`"
            ));
        };
        let (object, instance) = match rest.split_once('.') {
            Some((object, instance)) => (object, Some(instance)),
            None => (rest, None),
        };
        if !is_module(module) {
            return Err(format!(
                "`{module}` is not the name of a module, which begins with an upper-case letter: `IF-MIB`"
            ));
        }
        if !is_object(object) {
            return Err(if object.contains(['[', '"', '(', '\'']) {
                values_go_through_at(module, object)
            } else {
                format!(
                    "`{object}` is not the name of an object, which begins with a lower-case letter: `ifDescr`"
                )
            });
        }
        let arcs = match instance {
            None => Vec::new(),
            Some(instance) => instance
                .split('.')
                .map(|arc| arc_of(arc).ok_or_else(|| wrong_arc(module, object, arc)))
                .collect::<std::result::Result<_, _>>()?,
        };
        Ok(Self::Object { module, object, arcs })
    }
}

fn numeric_oid(text: &str) -> std::result::Result<Vec<u32>, String> {
    let arcs: Vec<u32> = text
        .split('.')
        .map(|arc| {
            arc_of(arc).ok_or_else(|| {
                format!("`{arc}` is not a sub-identifier, which is a number from 0 to 4294967295")
            })
        })
        .collect::<std::result::Result<_, _>>()?;
    match arcs.as_slice() {
        [] | [_] => Err("an OID has at least 2 sub-identifiers".to_owned()),
        [first, ..] if *first > 2 => {
            Err(format!("the first sub-identifier of an OID is 0, 1 or 2, found {first}"))
        }
        [0 | 1, second, ..] if *second > 39 => {
            Err(format!("the second sub-identifier of an OID under 0 or 1 is at most 39, found {second}"))
        }
        arcs if arcs.len() > mibc_runtime::oid::MAX_ARCS => {
            Err("an OID has at most 128 sub-identifiers".to_owned())
        }
        _ => Ok(arcs),
    }
}

fn arc_of(text: &str) -> Option<u32> {
    // `parse` on its own would accept a sign.
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

fn wrong_arc(module: &str, object: &str, arc: &str) -> String {
    if arc.is_empty() {
        format!(
            "a sub-identifier is missing: `{module}::{object}.` is followed by numbers, separated by single dots"
        )
    } else if arc.bytes().all(|b| b.is_ascii_digit()) {
        format!("`{arc}` is above 4294967295, the highest sub-identifier")
    } else {
        format!("`{arc}` is not a number; {}", values_go_through_at(module, object))
    }
}

fn values_go_through_at(module: &str, object: &str) -> String {
    let object = object.split(['[', '"', '(', '\'']).next().unwrap_or(object);
    let path = format!("{}::{}", mibc_runtime::names::module(module), mibc_runtime::names::constant(object));
    format!("only numbers follow the name in `oid!`; other indexes go through `at`: `{path}.at(..)`")
}

fn is_module(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && is_word(name)
}

fn is_object(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && is_word(name)
}

/// As in a MIB, and with the underscores that some vendors use.
fn is_word(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests;
