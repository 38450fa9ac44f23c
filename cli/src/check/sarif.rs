//! Findings as SARIF 2.1.0 (OASIS): what code hosts and editors read.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use mibc_compiler::diag::{Code, Diagnostic, Diagnostics, Severity};
use mibc_compiler::lint::page;
use mibc_compiler::source::{FileId, Lines, SourceMap, Span};
use serde_json::{Value, json};

/// Writes one run with a result for each finding.
pub(super) fn write(out: &mut dyn Write, diagnostics: &Diagnostics, sources: &SourceMap) -> io::Result<()> {
    let mut codes: BTreeMap<&str, Code> = BTreeMap::new();
    diagnostics.iter().for_each(|d| {
        codes.insert(d.code.id(), d.code);
    });
    let index: HashMap<&str, usize> = codes.keys().enumerate().map(|(at, id)| (*id, at)).collect();
    let rules: Vec<Value> = codes.values().map(|code| rule(*code)).collect();
    let mut places = Places { sources, lines: HashMap::new() };
    let results: Vec<Value> = diagnostics.iter().map(|d| result(d, &index, &mut places)).collect();
    let report = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "mibc", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer(&mut *out, &report)?;
    writeln!(out)
}

fn rule(code: Code) -> Value {
    let text = page(code).map_or_else(String::new, |page| page.text);
    json!({
        "id": code.id(),
        "shortDescription": {"text": code.title()},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": level(code.severity())},
        "properties": {"section": code.section()},
    })
}

fn result(diagnostic: &Diagnostic, index: &HashMap<&str, usize>, places: &mut Places<'_>) -> Value {
    let mut message = diagnostic.message.clone();
    for help in &diagnostic.help {
        message.push_str("; ");
        message.push_str(help);
    }
    let mut result = json!({
        "ruleId": diagnostic.code.id(),
        "ruleIndex": index.get(diagnostic.code.id()),
        "level": level(diagnostic.severity),
        "message": {"text": message},
    });
    if let Some(label) = &diagnostic.primary {
        result["locations"] = json!([{"physicalLocation": places.physical(label.span)}]);
    }
    if !diagnostic.secondary.is_empty() {
        let related = diagnostic.secondary.iter().enumerate().map(|(id, label)| {
            json!({"id": id, "physicalLocation": places.physical(label.span), "message": {"text": label.text}})
        });
        result["relatedLocations"] = related.collect();
    }
    if let Some(fix) = &diagnostic.fix {
        let place = places.physical(fix.span);
        result["fixes"] = json!([{
            "description": {"text": format!("write `{}`", fix.replacement)},
            "artifactChanges": [{
                "artifactLocation": place["artifactLocation"],
                "replacements": [{"deletedRegion": place["region"], "insertedContent": {"text": fix.replacement}}],
            }],
        }]);
    }
    result
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        _ => "note",
    }
}

/// Lines and columns of the files that have findings.
struct Places<'m> {
    sources: &'m SourceMap,
    lines: HashMap<FileId, Lines>,
}

impl Places<'_> {
    fn physical(&mut self, span: Span) -> Value {
        let file = self.sources.file(span.file);
        let lines = self.lines.entry(file.id).or_insert_with(|| Lines::new(&file.text));
        let (start, end) = (lines.position(&file.text, span.start), lines.position(&file.text, span.end));
        json!({
            "artifactLocation": {"uri": uri(&file.name)},
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
            },
        })
    }
}

/// A path as a relative or absolute URI reference (RFC 3986).
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' | b'+' => {
                uri.push(byte as char)
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("a b/c#é.mib"), "a%20b/c%23%C3%A9.mib");
    }
}
