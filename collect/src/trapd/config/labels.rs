//! What outputs say about events besides: labels, and the head of syslog.

use super::output::Kind;
use super::raw::RawOutput;
use super::rules::Wanted;
use super::{Reading, listed};
use crate::delivery::SyslogTransport;
use crate::trapd::labels::Labels;
use crate::trapd::syslog::Form;
use crate::trapd::template::Template;
use std::ops::Range;
use toml::Spanned;

/// IANA's number for documents (RFC 5612), since mibc has none.
const ENTERPRISE: u32 = 32_473;

/// The facilities of syslog, by number.
const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
    "ntp", "audit", "console", "cron2", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
    "local7",
];

impl Reading<'_> {
    /// Labels, whose texts are templates.
    pub(super) fn labels(&mut self, raw: &RawOutput) -> Labels {
        let mut labels = Labels::default();
        let Some(raw) = &raw.labels else { return labels };
        for (name, text) in raw.as_ref() {
            // Receivers refuse events with other names.
            let letters = name.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'_');
            if !letters || name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
                let wrong = format!(
                    "`{name}` is not the name of a label; expected letters, digits and `_`, not a digit first"
                );
                self.wrong(raw.span(), wrong);
            }
            let template = match text.as_str() {
                "" => None,
                text => match Template::parse(text, &|name| self.oid(name, Wanted::Object)) {
                    Ok(template) => Some(template),
                    Err(error) => {
                        self.wrong(raw.span(), format!("the label `{name}`: {error}"));
                        None
                    }
                },
            };
            labels.0.insert(name.clone(), template);
        }
        labels
    }

    pub(super) fn syslog(&mut self, span: &Range<usize>, raw: &RawOutput) -> Option<Kind> {
        let address = self.needed(span, "address", &raw.address)?;
        if !has_port(&address) {
            let wrong = format!(
                "`{address}` is not a host with a port; expected one such as 192.0.2.1:514 or [2001:db8::1]:514"
            );
            self.wrong(raw.address.as_ref().map_or(0..0, Spanned::span), wrong);
        }
        let transport = match raw.transport.as_ref().map(|transport| transport.as_ref().as_str()) {
            None | Some("udp") => SyslogTransport::Udp,
            Some("tcp") => SyslogTransport::Tcp,
            Some(other) => {
                let other = format!("`transport` is `{other}`; expected udp or tcp");
                self.wrong(raw.transport.as_ref().map_or(0..0, Spanned::span), other);
                return None;
            }
        };
        let name = raw.facility.as_ref().map_or("daemon", |facility| facility.as_ref());
        let Some(facility) = FACILITIES.iter().position(|known| *known == name) else {
            let place = raw.facility.as_ref().map_or(0..0, Spanned::span);
            self.wrong(place, format!("`{name}` is not a facility; expected {}", listed(&FACILITIES)));
            return None;
        };
        let app_name = raw.app_name.as_ref().map_or("trapd", |name| name.as_ref()).to_owned();
        if !(1..=48).contains(&app_name.len()) || !app_name.bytes().all(|octet| octet.is_ascii_graphic()) {
            let place = raw.app_name.as_ref().map_or(0..0, Spanned::span);
            self.wrong(
                place,
                format!("`app-name` is `{app_name}`; expected 1 to 48 visible characters of ASCII"),
            );
        }
        let enterprise = raw.enterprise.as_ref().map_or(ENTERPRISE, |number| *number.as_ref());
        let form = Form { facility: facility as u8, app_name, enterprise };
        Some(Kind::Syslog { transport, address, form })
    }
}

/// Whether an address is a host with a port.
fn has_port(address: &str) -> bool {
    let Some((host, port)) = address.rsplit_once(':') else { return false };
    let bare = host.contains(':') && !(host.starts_with('[') && host.ends_with(']'));
    !host.is_empty() && !bare && port.parse::<u16>().is_ok_and(|port| port > 0)
}

#[cfg(test)]
mod tests {
    use super::has_port;

    #[test]
    fn ports() {
        for address in ["h:514", "192.0.2.1:1", "[::1]:514"] {
            assert!(has_port(address), "{address}");
        }
        for address in ["h", "h:", ":514", "h:0", "h:65536", "::1", "2001:db8::1:514", "h:x"] {
            assert!(!has_port(address), "{address}");
        }
    }
}
