//! Diagnostics for machines: one JSON object per diagnostic, one per line.
//!
//! | key | value |
//! |---|---|
//! | `code` | the stable spelling, such as `unknown-import` |
//! | `severity` | `error`, `warning` or `note` |
//! | `section` | the section of the standard, such as `RFC 2578 §3.2`; absent if there is none |
//! | `message` | one sentence |
//! | `file`, `line`, `column`, `endLine`, `endColumn` | the place, counted from 1, columns in characters, the end after the last; absent if the problem is not in a file |
//! | `span` | the place as octets of the decoded text, `[start, end]` |
//! | `label` | what is at the place, in a few words; absent if nothing is said |
//! | `labels` | other places, each with the same keys as the place |
//! | `help` | what to do, a list of sentences |
//! | `followOns` | how many further problems follow from this one and are not listed; absent for none |
//! | `fix` | what to write in place of what: `file`, `span` and `replacement`; absent if that is not known |

use std::collections::HashMap;

use serde::Serialize;

use super::{Diagnostic, Diagnostics, Label, Severity};
use crate::source::{FileId, Lines, SourceMap};

#[derive(Serialize)]
struct Object<'a> {
    code: &'a str,
    severity: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    section: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Option<Place<'a>>,
    labels: Vec<Place<'a>>,
    help: &'a [String],
    #[serde(rename = "followOns", skip_serializing_if = "is_zero")]
    follow_ons: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    file: &'a str,
    span: (u32, u32),
    replacement: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    span: (u32, u32),
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
}

/// Writes every diagnostic as one line of JSON, in order.
pub fn lines(diagnostics: &Diagnostics, sources: &SourceMap) -> String {
    let mut starts = HashMap::new();
    let mut text = String::new();
    for diagnostic in diagnostics.iter() {
        let object = object(diagnostic, sources, &mut starts);
        // Nothing in these types can fail to serialise: strings, numbers and lists.
        text.push_str(&serde_json::to_string(&object).unwrap_or_default());
        text.push('\n');
    }
    text
}

fn object<'a>(
    diagnostic: &'a Diagnostic,
    sources: &'a SourceMap,
    starts: &mut HashMap<FileId, Lines>,
) -> Object<'a> {
    let mut place = |label: &'a Label| {
        let file = sources.file(label.span.file);
        let lines = starts.entry(file.id).or_insert_with(|| Lines::new(&file.text));
        let start = lines.position(&file.text, label.span.start);
        let end = lines.position(&file.text, label.span.end);
        Place {
            file: &file.name,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            span: (label.span.start, label.span.end),
            label: &label.text,
        }
    };
    Object {
        code: diagnostic.code.id(),
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        section: diagnostic.code.section(),
        message: &diagnostic.message,
        place: diagnostic.primary.as_ref().map(&mut place),
        labels: diagnostic.secondary.iter().map(place).collect(),
        help: &diagnostic.help,
        follow_ons: diagnostic.follow_ons,
        fix: diagnostic.fix.as_ref().map(|fix| Change {
            file: &sources.file(fix.span.file).name,
            span: (fix.span.start, fix.span.end),
            replacement: &fix.replacement,
        }),
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        diag::Code,
        source::{Encoding, Span},
    };

    #[test]
    fn an_object_per_line() {
        let mut sources = SourceMap::default();
        let file = sources.add("a.mib", "é\n  x \"", Encoding::Utf8);
        let mut diagnostics = Diagnostics::default();
        let mut placed = Diagnostic::new(Code::UnknownName, "no `x`")
            .at(Span::new(file, 5, 6), "here")
            .also(Span::new(file, 0, 3), "")
            .help("define it");
        placed.follow_ons = 2;
        diagnostics.push(placed);
        diagnostics.push(Diagnostic::new(Code::NotUtf8, "m"));
        let text = lines(&diagnostics, &sources);
        let objects: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(
            objects[0],
            serde_json::json!({
                "code": "unknown-name", "severity": "error", "section": "RFC 2578 §3.2", "message": "no `x`",
                "file": "a.mib", "line": 2, "column": 3, "endLine": 2, "endColumn": 4, "span": [5, 6], "label": "here",
                "labels": [
                    {"file": "a.mib", "line": 1, "column": 1, "endLine": 2, "endColumn": 1, "span": [0, 3]}
                ],
                "help": ["define it"], "followOns": 2,
            })
        );
        assert_eq!(
            objects[1],
            serde_json::json!({"code": "not-utf8", "severity": "note", "message": "m", "labels": [], "help": []})
        );
    }
}
