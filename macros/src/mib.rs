//! `mib!`: compiles modules in place.

use mibc_compiler::Config;
use proc_macro2::TokenStream;
use quote::quote;
use std::path::PathBuf;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Token, bracketed};

/// The settings of one invocation.
struct Arguments {
    config: Config,
    /// Where a problem with the modules is shown.
    modules: LitStr,
}

/// The Rust of the modules, and what makes rustc look at their files.
pub(crate) fn expand(input: TokenStream) -> syn::Result<TokenStream> {
    let Arguments { config, modules } = syn::parse2(input)?;
    let failed = |message: String| syn::Error::new(modules.span(), message);
    let Some(base) = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from) else {
        return Err(failed(
            "CARGO_MANIFEST_DIR is not set: `mib!` needs cargo, which says where relative paths start".into(),
        ));
    };
    let generated = config.base_dir(base).generate().map_err(|error| failed(format!("{error:?}")))?;
    let rust: TokenStream = generated.rust.parse().map_err(|error| failed(format!("{error}")))?;
    let sources: Vec<&str> = generated.sources.iter().filter_map(|source| source.to_str()).collect();
    Ok(quote! {
        #rust
        const _: &[&[::core::primitive::u8]] = &[#(::core::include_bytes!(#sources)),*];
    })
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut config = Config::new();
        let mut modules = None;
        while !input.is_empty() {
            let name: Ident = input.call(syn::ext::IdentExt::parse_any)?;
            input.parse::<Token![=]>()?;
            let values = strings(input)?;
            let texts = || values.iter().map(LitStr::value);
            config = match name.to_string().as_str() {
                "include" => texts().fold(config, |config, path| config.include(path)),
                "modules" => {
                    modules = modules.or_else(|| values.first().cloned());
                    config.modules(texts())
                }
                "agent" => config.agent(texts()),
                _ => {
                    let message =
                        format!("unknown setting `{name}`: there are `include`, `modules` and `agent`");
                    return Err(syn::Error::new(name.span(), message));
                }
            };
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        let missing =
            || input.error("`modules` is missing: `mib! { include = \"mibs\", modules = [\"ACME-MIB\"] }`");
        Ok(Arguments { config, modules: modules.ok_or_else(missing)? })
    }
}

/// One string, or several in brackets.
fn strings(input: ParseStream<'_>) -> syn::Result<Vec<LitStr>> {
    if input.peek(LitStr) {
        return Ok(vec![input.parse()?]);
    }
    let list;
    bracketed!(list in input);
    Ok(list.parse_terminated(|item| item.parse::<LitStr>(), Token![,])?.into_iter().collect())
}
