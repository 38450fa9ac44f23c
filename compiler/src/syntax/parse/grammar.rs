//! The pest parser of `smi.pest`.
#![allow(missing_docs, unreachable_pub)]

#[derive(pest_derive::Parser)]
#[grammar = "syntax/smi.pest"]
pub struct Grammar;
