//! Attributes that the derives share.

use syn::{Attribute, Error, Path, Result, parse_quote};

/// Where the runtime is: `#[mibc(crate = path)]`, else `::mibc::runtime`.
pub(crate) fn runtime(attributes: &[Attribute]) -> Result<Path> {
    let mut runtime = parse_quote!(::mibc::runtime);
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("mibc")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("crate") {
                return Err(meta.error("expected `crate = path`, where path is that of mibc's runtime"));
            }
            runtime = meta.value()?.call(Path::parse_mod_style)?;
            Ok(())
        })?;
    }
    Ok(runtime)
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
