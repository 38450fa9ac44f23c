//! Recordings as text, in each of the forms that are read.

mod json;
mod snmprec;
mod walk;

use mibc_runtime::oid::OidRef;
use mibc_runtime::value::ValueRef;

use crate::reader::Format;

pub(crate) use snmprec::line as snmprec_line;

/// A variable as a line of a recording, with its end.
#[must_use]
pub fn line(format: Format, name: OidRef<'_>, value: ValueRef<'_>) -> String {
    match format {
        Format::Snmprec => snmprec::line(name, value),
        Format::Walk => walk::line(name, value),
        Format::Json => json::line(name, value),
    }
}

/// Octets in hexadecimal.
fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[cfg(test)]
mod tests;
