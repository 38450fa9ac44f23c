//! What net-snmp's `snmptranslate` writes: one name in its forms, details, or the whole tree.

mod details;
mod nodes;
mod picture;

use super::TranslateArguments;
use crate::output::{self, to_stdout};
use crate::snmp::input::matching;
use crate::snmp::letters::Letters;
use crate::snmp::{Failure, Told, words};
use crate::tool::Tool;
use mibc_compiler::query::{Form, Library, Renderer, Root};
use nodes::Nodes;
use std::process::ExitCode;

/// Answers all questions in the form of net-snmp's tool.
pub(super) fn run(arguments: &TranslateArguments, library: &Library) -> Result<ExitCode, Failure> {
    // Letters that concern only values say nothing here.
    let letters = arguments.letters.iter().flat_map(|letters| letters.chars());
    let Letters { form, style, .. } = Letters::read(letters)?;
    let report = arguments.transform.concat();
    if let Some(other) = report.chars().find(|letter| !"Bdpalostz".contains(*letter)) {
        return Err(format!("-T{other}: expected letters of B d p a l o s t z").into());
    }
    let has = |letter: char| report.contains(letter);
    let renderer = Renderer::new(library, form, style);
    let whole = report.chars().any(|letter| "palostz".contains(letter));
    if arguments.questions.is_empty() {
        if !whole {
            return Err(
                "nothing to translate: give a name or an OID, or -Tp, -Ta, -Tl, -To, -Ts, -Tt, -Tz".into()
            );
        }
        let compilation = library.compile(&nodes::modules(library, arguments.mibs.as_deref()));
        to_stdout(&Nodes::of(&compilation.model).report(&compilation.model, &report))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = String::new();
    for (number, question) in arguments.questions.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        if has('B') {
            let found = matching(library, question)?;
            let lines = found.iter().filter_map(|found| renderer.translate(&found.whole()).ok());
            text.extend(lines.map(|answer| renderer.name(answer.oid.as_ref()) + "\n"));
            continue;
        }
        let meant = arguments.input.name(library, question)?;
        if let Some(root) = Root::parse(&meant).filter(|root| root.first().is_some()) {
            text.push_str(if form == Form::Numeric { "." } else { "" });
            text.push_str(&root.text(form));
            text.push('\n');
            continue;
        }
        let answer = match renderer.translate(&meant) {
            Ok(answer) => answer,
            Err(error) => {
                output::to_stdout(&text)?;
                return Err(match Tool::current() {
                    Some(_) if arguments.input.has('R') => {
                        Told(format!("Unknown object identifier: {question}")).into()
                    }
                    Some(_) => Told(words::unknown_text(question, &error)).into(),
                    None => error.into(),
                });
            }
        };
        if has('p') {
            let compilation = library
                .compile(&nodes::modules(library, arguments.mibs.as_deref().or(Some(answer.module()))));
            text += &Nodes::of(&compilation.model).picture(&compilation.model, &answer.oid);
            continue;
        }
        text += &renderer.name(answer.oid.as_ref());
        text.push('\n');
        if has('d') {
            text += &details::text(&answer);
        }
    }
    to_stdout(&text)?;
    Ok(ExitCode::SUCCESS)
}
