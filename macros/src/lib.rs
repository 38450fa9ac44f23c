//! The macros of [mibc](https://docs.rs/mibc), which re-exports them: `oid!`, `#[derive(FromRow)]`,
//! `#[derive(Index)]`, and with the feature `mib` the macro `mib!`. Use them as `mibc::oid!` and so on: what they
//! write refers to that crate.
#![forbid(unsafe_code)]

mod attributes;
mod from_row;
mod index;
#[cfg(feature = "mib")]
mod mib;
mod oid;

use proc_macro::TokenStream;

/// A name of a MIB as an object that rustc checks: `oid!("IF-MIB::ifDescr.1")`.
///
/// No MIB is read: the module and the name become the path that the compiler of MIBs gave them, below
/// `crate::mibs`, or below another path: `oid!(in mibc::mibs, "IF-MIB::ifDescr.1")`. What it is depends on what
/// follows the name:
///
/// | literal | value |
/// |---|---|
/// | `"IF-MIB::ifNumber"`, `"IF-MIB::ifNumber.0"` | the scalar |
/// | `"IF-MIB::ifDescr"` | the column |
/// | `"IF-MIB::ifDescr.1"` | one variable of the column |
/// | `"IF-MIB::interfaces"` | a node, to be walked |
/// | `"1.3.6.1.2.1.1.3.0"` | an untyped `Oid` |
///
/// If the index of a row always has the same number of sub-identifiers, another number does not compile. The path of a
/// constant (`oid!(IF_DESCR)`) stands for itself: it is what rustc suggests for a misspelt name.
///
/// ```text
/// use mibc::mibs;                                            // at the root of the crate: makes it `crate::mibs`
///
/// let name = router.get(oid!("IF-MIB::ifDescr.1")).await?;   // a DisplayString
/// let mut walk = router.bulk_walk(oid!("IF-MIB::interfaces"));
/// ```
///
/// Strings and values of other types do not stand in the literal: `IF_DESCR.at(index)` takes them. A name that
/// meets another in Rust (`fooBar` and `foo-bar` are both `FOO_BAR`) has a suffix there and is written as a path.
#[proc_macro]
pub fn oid(input: TokenStream) -> TokenStream {
    expand(syn::parse(input).and_then(oid::expand))
}

/// A struct with a field per wanted column of a table, to be read with `session.rows::<T>()`.
///
/// ```text
/// #[derive(FromRow)]
/// #[row(IfEntry)]
/// struct Port {
///     if_descr: String,                // IF_DESCR
///     #[column(IF_HC_IN_OCTETS)]
///     received: Option<u64>,           // of ifXTable, which has the same index; may be absent
/// }
///
/// let ports: Vec<(IfIndex, Port)> = router.rows().await?;
/// ```
///
/// - `#[row(path)]` names the row, whose index type is the struct's.
/// - A field is read from the constant of its name in upper case, beside the row: `if_descr` with
///   `#[row(if_mib::IfEntry)]` is `if_mib::IF_DESCR`. `#[column(path)]` names another constant, also one of another
///   row with the same index type.
/// - A field has the type of the column, or any type that is `From` it. If it is an `Option`, a row may lack the
///   column; a row that lacks another is an error that names object and instance.
/// - `#[mibc(crate = path)]` is for crates that have the runtime at another path than `::mibc::runtime`.
#[proc_macro_derive(FromRow, attributes(row, column, mibc))]
pub fn from_row(input: TokenStream) -> TokenStream {
    expand(syn::parse(input).and_then(from_row::expand))
}

/// A struct as the index of a row: a field per INDEX object, in their order. Generated code has its own index types;
/// this is for rows that are written by hand.
///
/// ```text
/// #[derive(Clone, Debug, PartialEq, Eq, Index)]
/// struct StationIndex {
///     bank: i32,
///     #[index(size = 6)]
///     address: OctetString,
/// }
/// ```
///
/// A string or OID is preceded by its length, unless `#[index(size = n)]` says that it is always of `n` octets, or
/// `#[index(implied)]` that the last one has none (RFC 2578 §7.7). `Ord` and `PartialOrd` are derived along, in the
/// order in which SNMP walks rows; `Clone` and `Eq` are left to their own derives. `#[mibc(crate = path)]` is for
/// crates that have the runtime at another path than `::mibc::runtime`.
#[proc_macro_derive(Index, attributes(index, mibc))]
pub fn index(input: TokenStream) -> TokenStream {
    expand(syn::parse(input).and_then(index::expand))
}

/// MIB modules compiled in place, for small programs and tests: what a build script with
/// `mibc_compiler::Config` writes to a file. Needs the feature `mib`, which brings the compiler into the build.
///
/// ```text
/// mod mibs {
///     mibc::mib! { include = "mibs", modules = ["ACME-POWER-MIB"] }
/// }
/// ```
///
/// - `include`: a folder or file to look for modules in, or several in brackets, from the folder of `Cargo.toml`. The
///   standard modules are there without.
/// - `modules`: names of the modules.
/// - `agent`: names of tables that an agent serves; each gets a trait. Those of standard tables are in `mibc::mibs`.
///
/// The files that were read are watched; a new file in a folder is seen when the crate is built anew for another
/// reason.
#[cfg(feature = "mib")]
#[proc_macro]
pub fn mib(input: TokenStream) -> TokenStream {
    expand(mib::expand(input.into()))
}

/// The tokens, or the error where it belongs.
fn expand(result: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    result.unwrap_or_else(syn::Error::into_compile_error).into()
}
