//! Compiles SNMP MIB modules (SMIv1 and SMIv2) to typed Rust or JSON, and answers questions about them.
//!
//! # In a build script
//!
//! Applications use [`Config`]. Errors in a module are printed as a report with lines and carets:
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), mibc_compiler::CompileError> {
//!     mibc_compiler::Config::new().include("mibs").modules(["ACME-POWER-MIB"]).compile()?;
//!     Ok(())
//! }
//! ```
//!
//! # In a program of one's own
//!
//! | to | use | feature |
//! |---|---|---|
//! | compile modules to a [`model`](model::Model) | [`compile::compile`], [`compile::compile_files`] | |
//! | show what is wrong | [`diag::Renderer`] | |
//! | write Rust | [`emit::rust`] | |
//! | check modules | `compile::check`; `lint` has the rules | `tools` |
//! | show what is wrong as JSON | `diag::json` | `tools` |
//! | write JSON and SMI | `emit::json`, `emit::pysmi_json`, `emit::smi` | `tools` |
//! | translate names and OIDs, find, draw trees | `query` | `tools` |
//! | compare two revisions of a module | `compat` | `tools` |
//! | write what collectors read | `emit::snmp_exporter` and others | `collectors` |
//! | fill in templates | `emit::template` | `template` |
//! | read and parse with all processors | | `parallel` |
//!
//! Build scripts need no feature, and so compile a third less.
//!
//! A [`World`](world::World) says where files come from: [`FsWorld`](world::FsWorld) searches folders,
//! [`MemWorld`](world::MemWorld) holds texts. A mistake costs its own definition and nothing else:
//!
#![cfg_attr(feature = "tools", doc = "```")]
#![cfg_attr(not(feature = "tools"), doc = "```ignore")]
//! use mibc_compiler::{compile::compile, diag::Renderer, emit::json, world::MemWorld};
//!
//! let text = "ACME-MIB DEFINITIONS ::= BEGIN
//! IMPORTS enterprises FROM SNMPv2-SMI;
//! acme OBJECT IDENTIFIER ::= { enterprises 32473 }
//! acmeProducts OBJECT IDENTIFIER ::= { amce 1 }
//! END";
//! let compilation = compile(&MemWorld::new().with_built_in().file("acme.mib", text), &["ACME-MIB"]);
//!
//! let report = Renderer::plain(&compilation.model.sources).render_all(&compilation.diagnostics);
//! assert!(report.contains("--> acme.mib:4:38") && report.contains("did you mean `acme`?"), "{report}");
//!
//! let acme = compilation.requested[0];
//! assert!(json::module_value(&compilation.model, acme).to_string().contains("1.3.6.1.4.1.32473"));
//! ```
//!
//! # Inside
//!
//! The stages, each a module of this crate: [`source`] finds and decodes files, [`syntax`] turns text into
//! [`syntax::ast`], [`resolve`] binds every name and builds the [`model`], [`emit`] writes it out. Problems are
//! collected as [`diag::Diagnostic`]s on the way; no stage stops at the first.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
// The tools use parts of the rest that nothing else does.
#![cfg_attr(not(feature = "tools"), allow(dead_code, unused_imports))]

#[cfg(feature = "tools")]
pub mod compat;
pub mod compile;
mod config;
pub mod diag;
pub mod emit;
#[cfg(feature = "tools")]
pub mod lint;
pub mod model;
mod parallel;
#[cfg(feature = "tools")]
pub mod query;
pub mod resolve;
#[cfg(feature = "tools")]
pub mod search;
pub mod source;
pub mod syntax;
mod work;
pub mod world;

pub use config::{CompileError, Compiled, Config, Generated};
