//! An event as a message of syslog (RFC 5424).

use super::event::Event;
use crate::shorten::shorten;

/// Most octets of a message: what every receiver should take is 2,048 (RFC 5424 §6.1), and most take this.
const MOST: usize = 8_192;

/// Octets up to the end of the structured data, which has to be whole, and the text needs room behind it.
const DATA: usize = 6_144;

/// What messages of an output have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) facility: u8,
    pub(super) app_name: String,
    /// Whose number the name of the structured data has: `snmp@NUMBER` (RFC 5424 §7.2.2).
    pub(super) enterprise: u32,
}

/// The message, without a transport's framing. Parameters have the names of objects without their index, so that their
/// number is bounded; the text has it. One that is too long for the message is left out.
pub(super) fn message(event: &Event<'_>, form: &Form) -> String {
    let Form { facility, app_name, enterprise } = form;
    let priority = u32::from(*facility) * 8 + u32::from(event.severity.number());
    let host = header(&event.agent, 255);
    let id = header(event.short_name(), 32);
    let mut message = format!("<{priority}>1 {} {host} {app_name} - {id} [snmp@{enterprise}", event.time);
    let mut add = |name: &str, value: &str| {
        let parameter = format!(" {name}=\"{}\"", escaped(value));
        if !value.is_empty() && message.len() + parameter.len() <= DATA {
            message += &parameter;
        }
    };
    add("id", &event.id);
    add("oid", event.oid.as_deref().unwrap_or_default());
    add("source", &event.source);
    add("version", event.version);
    add("kind", event.kind);
    add("user", event.user.as_deref().unwrap_or_default());
    add("rule", event.rule.as_deref().unwrap_or_default());
    if let Some(alert) = &event.alert {
        add("alert", &alert.name);
        add("key", &alert.key);
    }
    for variable in &event.varbinds {
        add(&name(variable.short_name()), &variable.text);
    }
    message += "] ";
    // Without a byte order mark: receivers show it as rubbish, and all take UTF-8 without one.
    message.extend(event.line().chars().map(|c| if c.is_control() { ' ' } else { c }));
    shorten(&mut message, MOST);
    message
}

/// A field of the header: visible ASCII, and `-` for nothing.
fn header(text: &str, most: usize) -> String {
    let text: String = text.chars().filter(char::is_ascii_graphic).take(most).collect();
    if text.is_empty() { "-".to_owned() } else { text }
}

/// The name of a parameter: at most 32 visible characters of ASCII, without `=`, `]` and `"`.
fn name(varbind: &str) -> String {
    let allowed = |c: &char| c.is_ascii_graphic() && !matches!(c, '=' | ']' | '"');
    let name: String = varbind.chars().filter(allowed).take(32).collect();
    if name.is_empty() { "varbind".to_owned() } else { name }
}

/// The value of a parameter (RFC 5424 §6.3.3).
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        if matches!(c, '"' | '\\' | ']') {
            text.push('\\');
        }
        text.push(if c.is_control() { ' ' } else { c });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{escaped, header, name};

    #[test]
    fn fields() {
        assert_eq!(escaped("a\"b\\c]d\ne"), "a\\\"b\\\\c\\]d e");
        assert_eq!((header("", 32).as_str(), header("link down", 5).as_str()), ("-", "linkd"));
        assert_eq!((name("ifIndex").as_str(), name("").as_str()), ("ifIndex", "varbind"));
        assert_eq!(name("name.\"a]=b\""), "name.ab");
        assert_eq!(name("anObjectWithANameThatIsFarTooLong").len(), 32);
    }
}
