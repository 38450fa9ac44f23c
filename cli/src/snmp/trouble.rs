//! What went wrong with an agent, with names for OIDs and what may be done about it.

use mibc_compiler::query::Renderer;
use mibc_runtime::engine::Dropped;
use mibc_runtime::manager::{Error, Hint};
use mibc_runtime::message::ErrorStatus;

/// What the manager calls its knobs, and the options that turn them.
const KNOBS: [(&str, &str); 3] = [
    ("any_source", "--any-source"),
    ("any_community", "--any-community"),
    ("any_engine_id", "--any-engine-id"),
];

/// An error of the manager as a sentence. `silence` is why an agent may not answer.
pub(super) fn text(renderer: &Renderer<'_>, error: &Error, silence: &str) -> String {
    match error {
        Error::Status { at, status, oid, .. } => {
            let subject =
                oid.as_ref().map(|oid| format!("{}: ", renderer.name(oid.as_ref()))).unwrap_or_default();
            format!("{at}: {subject}the agent answered {status}{}", reason(*status))
        }
        Error::NotIncreasing { at, previous, found } => {
            let name = |oid: &mibc_runtime::oid::Oid| renderer.name(oid.as_ref());
            format!(
                "{at}: the agent's names do not increase: {} came after {}; walks go on all the \
                 same with --any-order (-Cc)",
                name(found),
                name(previous)
            )
        }
        Error::Timeout { at, wrong_source: Some(address), .. }
            if matches!(at.dropped.last, Some(Dropped::WrongSource(_))) =>
        {
            format!(
                "{at}: no response from there, but one from {address}: --any-source takes such, though they are easier to \
             forge"
            )
        }
        // What came tells more than what may be behind a silence, as does an answer that came before.
        Error::Timeout { at, hint: Hint::None, .. } if at.dropped.last.is_none() && !at.answered => {
            format!("{error}{silence}")
        }
        Error::Timeout { .. } | Error::Deadline { .. } => KNOBS
            .iter()
            .fold(error.to_string(), |text, (knob, option)| text.replace(&format!("`{knob}`"), option)),
        other => other.to_string(),
    }
}

/// What an error status means for the one who asked, as the end of a sentence (RFC 3416 §4.2).
const fn reason(status: ErrorStatus) -> &'static str {
    match status {
        ErrorStatus::TOO_BIG => ": the answer does not fit a message; ask for less at a time",
        ErrorStatus::NO_SUCH_NAME => ": it has no such variable, or does not let it be written",
        ErrorStatus::BAD_VALUE => ": the value is not one that the variable can have",
        ErrorStatus::READ_ONLY | ErrorStatus::NOT_WRITABLE => ": the variable cannot be written",
        ErrorStatus::GEN_ERR => ": it failed for another reason",
        ErrorStatus::NO_ACCESS => ": the variable is not accessible with these credentials",
        ErrorStatus::WRONG_TYPE => ": the value is of another type than the variable",
        ErrorStatus::WRONG_LENGTH => ": the value is too short or too long",
        ErrorStatus::WRONG_ENCODING => ": the value is not encoded as it should be",
        ErrorStatus::WRONG_VALUE => ": the variable can never have this value",
        ErrorStatus::NO_CREATION => ": there is no such variable, and it cannot be created",
        ErrorStatus::INCONSISTENT_VALUE => ": the value does not go with the others that it has now",
        ErrorStatus::RESOURCE_UNAVAILABLE => ": it lacks memory or another resource",
        ErrorStatus::COMMIT_FAILED => ": nothing was written",
        ErrorStatus::UNDO_FAILED => ": some variables may have been written",
        ErrorStatus::AUTHORIZATION_ERROR => {
            ": these credentials give no access; perhaps with another security level (-l), user or context (-n)"
        }
        ErrorStatus::INCONSISTENT_NAME => ": the variable cannot be created as things are now",
        _ => "",
    }
}
