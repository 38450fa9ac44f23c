//! `mibc` under the name of one of net-snmp's tools: it takes the arguments of that tool, and behaves as it does.

mod arguments;
mod common;
mod trapd;
mod usage;

use crate::snmp::words::Mistakes;
use crate::snmp::{Failure, Told, log, spelling};
use crate::tool::Tool;
use arguments::Arguments;
use std::ffi::OsString;
use std::process::ExitCode;

/// Why no command is run.
enum Stop {
    /// It was asked for a text, which is on its way.
    Told(ExitCode),
    /// The arguments are wrong: a message, and how to call the tool.
    Usage(String),
    /// Something else is wrong.
    Wrong(String),
}

/// The words of the `mibc` command that does what a tool is asked for, or the exit status where there is nothing to do.
pub(crate) fn words(tool: Tool, arguments: Vec<OsString>) -> Result<Vec<OsString>, ExitCode> {
    read(tool, arguments).map_err(|stop| match stop {
        Stop::Told(status) => status,
        Stop::Usage(message) => {
            if !message.is_empty() {
                eprintln!("{message}");
            }
            eprint!("{}", usage::text(tool));
            ExitCode::FAILURE
        }
        Stop::Wrong(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    })
}

/// What a tool says of an error, and its exit status.
pub(crate) fn failed(tool: Tool, error: Failure) -> ExitCode {
    let name = tool.name();
    // Only this tool distinguishes unknown names from other errors.
    let unknown = tool == Tool::Translate && error.is::<Told>();
    match error.downcast::<Mistakes>() {
        Ok(known) => {
            let said = known.theirs(name);
            if !said.is_empty() {
                log::say(&said);
            }
            if known.usage {
                eprint!("{}", usage::text(tool));
            }
        }
        Err(other) if other.is::<Told>() => log::say(&other.to_string()),
        Err(other) => log::say(&format!("{name}: {other}")),
    }
    if unknown { ExitCode::from(2) } else { ExitCode::FAILURE }
}

fn read(tool: Tool, words: Vec<OsString>) -> Result<Vec<OsString>, Stop> {
    if tool == Tool::Trapd {
        return trapd::words(words);
    }
    // A value may begin with a minus sign.
    let strict = matches!(tool, Tool::Set | Tool::Trap | Tool::Inform);
    let mut arguments = Arguments::new(words, strict);
    let mut said = common::Said::default();
    while let Some(option) = arguments.option().map_err(|word| said.invalid(tool, word))? {
        common::option(tool, option, &mut arguments, &mut said)?;
    }
    let operands = operands(tool, arguments.operands(), &said)?;
    let defaults = said.defaults(tool);
    let mut out: Vec<OsString> = vec!["mibc".into(), tool.verb().into()];
    out.append(&mut said.words);
    let mut out = spelling::ours(out.into_iter());
    out.splice(2..2, defaults.into_iter().map(OsString::from));
    out.push("--".into());
    out.extend(operands.into_iter().map(OsString::from));
    Ok(out)
}

/// The operands, as far as they can be told to be wrong without looking at a module.
fn operands(tool: Tool, mut operands: Vec<String>, said: &common::Said) -> Result<Vec<String>, Stop> {
    let usage = |message: &str| Err(Stop::Usage(message.to_owned()));
    if tool == Tool::Translate {
        let report = said.words.iter().any(|word| word == "-T");
        return if operands.is_empty() && !report { usage("") } else { Ok(operands) };
    }
    if operands.is_empty() {
        return usage("No hostname specified.");
    }
    if said.version == "1" && matches!(tool, Tool::BulkGet | Tool::BulkWalk) {
        return Err(Stop::Wrong(format!("{}: Cannot send V2 PDU on V1 session", tool.name())));
    }
    let count = operands.len() - 1;
    match tool {
        Tool::Get | Tool::GetNext | Tool::BulkGet | Tool::Set if count == 0 => {
            return usage("Missing object name");
        }
        Tool::Table if count != 1 => return usage("Must have exactly one table name"),
        // What is behind the first name is not looked at.
        Tool::Walk | Tool::BulkWalk => operands.truncate(2),
        Tool::Status | Tool::Df => operands.truncate(1),
        Tool::Delta if count == 0 => return usage(""),
        Tool::Set => {
            for group in operands.get_mut(1..).unwrap_or_default().chunks_mut(3) {
                match group {
                    [name] => return Err(Stop::Wrong(format!("{name}: Needs type and value"))),
                    [name, _] => return Err(Stop::Wrong(format!("{name}: Needs value"))),
                    [name, kind, _] => {
                        // The first letter counts.
                        let letter = kind.chars().next().filter(|letter| "=iutaosxdbnIUFD".contains(*letter));
                        let bad = || Stop::Wrong(format!("{name}: Bad object type: {kind}"));
                        *kind = letter.ok_or_else(bad)?.to_string();
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
    Ok(operands)
}

#[cfg(test)]
mod tests;
