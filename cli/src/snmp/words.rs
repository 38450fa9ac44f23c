//! What net-snmp's tools say when something goes wrong, word for word: scripts look for it. Their lines come first, what
//! we know beyond that follows.

use super::Failure;
use super::missing;
use crate::tool::Tool;
use mibc_compiler::query::{InstanceError, Renderer, TranslateError, WordPlace};
use mibc_runtime::engine::Report;
use mibc_runtime::manager::Error;
use mibc_runtime::message::ErrorStatus;
use mibc_runtime::oid::Oid;
use std::fmt;
use std::process::ExitCode;

/// Status of a command that asked nothing or got no answer.
pub(crate) const NOT_DONE: u8 = 1;
/// Status where an agent answered with an error.
pub(super) const REFUSED: u8 = 2;

/// Mistakes, each in their words (if they have some) and ours.
#[derive(Debug)]
pub(crate) struct Mistakes {
    all: Vec<(Option<String>, String)>,
    /// Whether net-snmp's tools say how they are called as well.
    pub(crate) usage: bool,
}

impl Mistakes {
    /// Only the words of net-snmp's tools. Where they have none: the tool's name, followed by our words.
    pub(crate) fn theirs(&self, tool: &str) -> String {
        let line = |(theirs, ours): &(Option<String>, String)| match theirs {
            Some(theirs) => theirs.clone(),
            None => format!("{tool}: {ours}"),
        };
        self.all.iter().map(line).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let theirs = self.all.iter().filter_map(|(theirs, _)| theirs.clone().filter(|line| !line.is_empty()));
        let ours = self.all.iter().map(|(_, ours)| format!("error: {ours}"));
        let lines: Vec<String> = theirs.chain(ours).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Mistakes {}

/// A mistake in their words and in ours.
pub(super) fn mistake(theirs: impl Into<String>, ours: impl Into<String>) -> Failure {
    Mistakes { all: vec![(Some(theirs.into()), ours.into())], usage: false }.into()
}

/// The same where their tools say how they are called as well, or nothing else.
pub(super) fn misuse(theirs: impl Into<String>, ours: impl Into<String>) -> Failure {
    Mistakes { all: vec![(Some(theirs.into()), ours.into())], usage: true }.into()
}

/// What this program is called in their words.
pub(super) fn program() -> &'static str {
    Tool::current().map_or("mibc", Tool::name)
}

/// All of some results, or all of the mistakes among them.
pub(super) fn all<T>(results: impl Iterator<Item = Result<T, Failure>>) -> Result<Vec<T>, Failure> {
    let (mut found, mut mistakes) = (Vec::new(), Vec::new());
    for result in results {
        match result.map_err(|error| error.downcast::<Mistakes>()) {
            Ok(one) => found.push(one),
            Err(Ok(known)) => mistakes.extend(known.all),
            Err(Err(other)) => mistakes.push((None, other.to_string())),
        }
    }
    if mistakes.is_empty() { Ok(found) } else { Err(Mistakes { all: mistakes, usage: false }.into()) }
}

/// Ends a command that speaks SNMP: what went wrong among the messages, and the status.
pub(crate) fn finish(error: Failure) -> ExitCode {
    match error.downcast::<Mistakes>() {
        Ok(known) => super::log::say(&known.to_string()),
        Err(other) => super::log::say(&format!("error: {other}")),
    }
    ExitCode::from(NOT_DONE)
}

/// A name that cannot be made an OID.
pub(super) fn unknown(operand: &str, error: &TranslateError) -> Failure {
    mistake(unknown_text(operand, error), error.to_string())
}

/// Their line for that.
pub(crate) fn unknown_text(operand: &str, error: &TranslateError) -> String {
    let detail = match error {
        TranslateError::UnknownName { name, .. } => format!(" (Sub-id not found: (top) -> {name})"),
        TranslateError::Instance(InstanceError::NotANumber { found, place, .. }) => match place {
            WordPlace::Index(index) => format!(" (Index out of range: {found} ({index}))"),
            WordPlace::Below(above) => format!(" (Sub-id not found: {above} -> {found})"),
            _ => format!(" ({found})"),
        },
        TranslateError::Instance(
            InstanceError::NotALabel { index, found, .. } | InstanceError::NotQuoted { index, found },
        ) => format!(" (Index out of range: {found} ({index}))"),
        _ => String::new(),
    };
    let missing = match (error, Tool::current()) {
        (TranslateError::UnknownModule { module, .. }, Some(_)) => missing::lines(module),
        _ => String::new(),
    };
    format!("{missing}{operand}: Unknown Object Identifier{detail}")
}

/// The status of a command that ended with this error of an agent.
pub(super) fn status(error: &Error) -> u8 {
    if matches!(error, Error::Status { .. }) { REFUSED } else { NOT_DONE }
}

/// Their lines for what went wrong with an agent, if they have some; with the line's end.
pub(super) fn lines(renderer: &Renderer<'_>, error: &Error) -> Option<String> {
    let name = |oid: &Oid| renderer.name(oid.as_ref());
    Some(match error {
        Error::Timeout { at, .. } | Error::Deadline { at, .. } => {
            format!("Timeout: No Response from {}.\n", at.target)
        }
        Error::Resolve { at, .. } => format!("mibc: Unknown host ({})\n", at.target),
        Error::Status { status, oid, .. } => refused(*status, oid.as_ref().map(name).as_deref()),
        Error::NotIncreasing { previous, found, .. } => {
            format!("Error: OID not increasing: {}\n >= {}\n", name(previous), name(found))
        }
        Error::Report { report, .. } => format!("mibc: {}\n", reported(*report)?),
        _ => return None,
    })
}

/// An answer with an error status.
pub(super) fn refused(status: ErrorStatus, name: Option<&str>) -> String {
    let failed = name.map_or_else(String::new, |name| format!("Failed object: {name}\n"));
    format!("Error in packet.\nReason: {}\n{failed}", reason(status))
}

pub(super) fn reported(report: Report) -> Option<&'static str> {
    Some(match report {
        Report::UnsupportedLevel => "Unsupported security level",
        Report::NotInTimeWindow => "Not in time window",
        Report::UnknownUser => "Unknown user name",
        Report::UnknownEngineId => "Unknown engine ID",
        Report::WrongDigest => "Authentication failure (incorrect password, community or key)",
        Report::DecryptionError => "Decryption error",
        _ => return None,
    })
}

/// Error statuses as they write them, with the two slips of the original.
pub(super) fn reason(status: ErrorStatus) -> String {
    let known = match status {
        ErrorStatus::NO_ERROR => "(noError) No Error",
        ErrorStatus::TOO_BIG => "(tooBig) Response message would have been too large.",
        ErrorStatus::NO_SUCH_NAME => "(noSuchName) There is no such variable name in this MIB.",
        ErrorStatus::BAD_VALUE => "(badValue) The value given has the wrong type or length.",
        ErrorStatus::READ_ONLY => {
            "(readOnly) The two parties used do not have access to use the specified SNMP PDU."
        }
        ErrorStatus::GEN_ERR => "(genError) A general failure occured",
        ErrorStatus::NO_ACCESS => "noAccess",
        ErrorStatus::WRONG_TYPE => {
            "wrongType (The set datatype does not match the data type the agent expects)"
        }
        ErrorStatus::WRONG_LENGTH => {
            "wrongLength (The set value has an illegal length from what the agent expects)"
        }
        ErrorStatus::WRONG_ENCODING => "wrongEncoding",
        ErrorStatus::WRONG_VALUE => "wrongValue (The set value is illegal or unsupported in some way)",
        ErrorStatus::NO_CREATION => {
            "noCreation (That table does not support row creation or that object can not ever be created)"
        }
        ErrorStatus::INCONSISTENT_VALUE => {
            "inconsistentValue (The set value is illegal or unsupported in some way)"
        }
        ErrorStatus::RESOURCE_UNAVAILABLE => {
            "resourceUnavailable (This is likely a out-of-memory failure within the agent)"
        }
        ErrorStatus::COMMIT_FAILED => "commitFailed",
        ErrorStatus::UNDO_FAILED => "undoFailed",
        ErrorStatus::AUTHORIZATION_ERROR => "authorizationError (access denied to that object)",
        ErrorStatus::NOT_WRITABLE => "notWritable (That object does not support modification)",
        ErrorStatus::INCONSISTENT_NAME => "inconsistentName (That object can not currently be created)",
        other => return format!("Unknown Error ({other})"),
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{all, mistake, reason, refused};
    use mibc_runtime::message::ErrorStatus;

    #[test]
    fn all_mistakes_together() {
        let results = vec![Err(mistake("a: theirs", "ours")), Ok(1), Err("other".into())];
        let error = all(results.into_iter()).expect_err("mistakes").to_string();
        assert_eq!(error, "a: theirs\nerror: ours\nerror: other");
        assert_eq!(all(vec![Ok(1), Ok(2)].into_iter()).expect("all"), [1, 2]);
    }

    #[test]
    fn reasons() {
        assert_eq!(
            refused(ErrorStatus::NO_SUCH_NAME, Some("x.1")),
            "Error in packet.\nReason: (noSuchName) There is no such variable name in this MIB.\nFailed object: x.1\n"
        );
        assert_eq!(refused(ErrorStatus::NO_ACCESS, None), "Error in packet.\nReason: noAccess\n");
        assert!(reason(ErrorStatus(99)).starts_with("Unknown Error ("));
    }
}
