//! The pest parser of `smi.pest`: what the grammar means is what it does.
#![allow(missing_docs, unreachable_pub)]

#[derive(pest_derive::Parser)]
#[grammar = "syntax/smi.pest"]
pub struct Grammar;
