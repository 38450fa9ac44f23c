//! Attributes that the derives share.

use proc_macro2::Span;
use syn::{Attribute, Error, Path, Result, parse_quote};

/// Where the runtime is: `#[mibc(crate = path)]`, else `::mibc::runtime`.
pub(crate) fn runtime(attributes: &[Attribute]) -> Result<Path> {
    let mut runtime = parse_quote!(::mibc::runtime);
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("mibc")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("crate") {
                return Err(meta.error("expected `crate = path`, the path of mibc's runtime"));
            }
            runtime = meta.value()?.call(Path::parse_mod_style)?;
            Ok(())
        })?;
    }
    Ok(runtime)
}

/// A path that stands at `span`, so that what is wrong with what it names is shown there.
pub(crate) fn at(path: &Path, span: Span) -> Path {
    let mut path = path.clone();
    if let Some(colons) = &mut path.leading_colon {
        colons.spans = [span; 2];
    }
    path.segments.iter_mut().for_each(|segment| segment.ident.set_span(span));
    path
}

/// The one attribute of this name; a second is an error.
pub(crate) fn only<'a>(attributes: &'a [Attribute], name: &str) -> Result<Option<&'a Attribute>> {
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        if found.replace(attribute).is_some() {
            return Err(Error::new_spanned(attribute, format!("`#[{name}(..)]` stands here twice")));
        }
    }
    Ok(found)
}

/// An attribute in a place where it has no meaning is an error; otherwise it would silently do nothing.
pub(crate) fn nowhere(attributes: &[Attribute], name: &str, belongs: &str) -> Result<()> {
    match attributes.iter().find(|attribute| attribute.path().is_ident(name)) {
        Some(attribute) => Err(Error::new_spanned(attribute, format!("`#[{name}(..)]` belongs {belongs}"))),
        None => Ok(()),
    }
}
