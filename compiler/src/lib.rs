//! Compiles SNMP MIB modules (SMIv1 and SMIv2) to typed Rust or JSON.
//!
//! The stages, each a module of this crate: [`source`] finds and decodes files, [`syntax`] turns text into
//! [`syntax::ast`], `resolve` binds every name and builds the [`model`], `emit` writes it out. Problems are
//! collected as [`diag::Diagnostic`]s on the way; no stage stops at the first.
#![forbid(unsafe_code)]

pub mod compat;
pub mod compile;
mod config;
pub mod diag;
pub mod emit;
pub mod lint;
pub mod model;
mod parallel;
pub mod query;
pub mod resolve;
pub mod search;
pub mod source;
pub mod syntax;

pub use config::{CompileError, Compiled, Config, Generated};
