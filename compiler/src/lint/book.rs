//! The pages of all codes as one document.

use std::fmt::Write;

use super::profile::Profile;
use super::registry::page;
use crate::diag::{Code, Severity};

const HEAD: &str = "# Diagnostics

Every code that `mibc check` and `mibc compile` report, in alphabetical order. The same text is printed by
`mibc explain CODE`. This file is written from the sources of the compiler; a test compares it.

";

/// All pages as one Markdown document: a table of the codes, then a section for each.
pub fn book() -> String {
    let mut codes: Vec<Code> = Code::ALL.to_vec();
    codes.sort_by_key(|code| code.id());
    let mut text = HEAD.to_owned();
    text.push_str("| code | rfc | vendor | lenient | |\n|---|---|---|---|---|\n");
    for &code in &codes {
        let [rfc, vendor, lenient] = Profile::ALL.map(|profile| level(profile, code));
        // Writing to a string does not fail.
        let _ = writeln!(text, "| [{code}](#{code}) | {rfc} | {vendor} | {lenient} | {} |", code.title());
    }
    for &code in &codes {
        let _ = write!(text, "\n## {code}\n\n{}", code.title());
        if !code.section().is_empty() {
            let _ = write!(text, " ({})", code.section());
        }
        let _ = writeln!(text, "\n\n{}", page(code).map_or_else(String::new, |page| page.text));
    }
    text
}

/// How a profile calls the severity of a code.
fn level(profile: Profile, code: Code) -> &'static str {
    match profile.level(code) {
        Some(Severity::Error) => "error",
        Some(Severity::Warning) => "warning",
        Some(Severity::Note) => "note",
        None => "",
    }
}
