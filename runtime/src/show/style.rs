//! How text is written.

use super::FloatFormat;

/// The switches of net-snmp's `-O` that concern values and indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Style {
    /// Without the type in front, labels without numbers, times as `0:0:02:07.96` (`-Oq`).
    pub quick: bool,
    /// Numbers instead of labels (`-Oe`).
    pub numeric_enums: bool,
    /// TimeTicks as just a number (`-Ot`).
    pub numeric_ticks: bool,
    /// Strings without a DISPLAY-HINT are just their text, without quotes and backslashes, or just pairs of digits; BITS are
    /// the labels of the bits that are set. With [`quick`](Self::quick).
    pub plain: bool,
    /// UNITS after numbers and strings; on by default (`-OU`).
    pub units: bool,
    /// How strings without a DISPLAY-HINT are written (`-Oa`, `-Ox`).
    pub strings: Strings,
    /// Strings in hexadecimal have their text beside them (`-OT`).
    pub text_beside_hex: bool,
    /// Two digits for each octet in hexadecimal, where a DISPLAY-HINT asks for such (`-O0`).
    pub padded_hex: bool,
    /// How indexes are written (`-OX`, `-Ob`).
    pub indexes: Indexes,
    /// IPv6 addresses in indexes with each octet apart, `fe:80:00:...:01`, as net-snmp has them.
    pub octets_apart: bool,
    /// A backslash before the quotes of indexes, for shells (`-OE`).
    pub escaped_quotes: bool,
    /// How floating point numbers are written (`-Op`).
    pub floats: FloatFormat,
    /// Without line breaks, for tables: control characters are written as `\n`, `\t` or `\x1b`, and octets in
    /// hexadecimal are on one line.
    pub one_line: bool,
}

/// How strings without a DISPLAY-HINT are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strings {
    /// As text if all octets can be printed, otherwise in hexadecimal.
    #[default]
    Guess,
    /// As text, with dots for what cannot be printed.
    Text,
    /// In hexadecimal.
    Hex,
}

/// How indexes are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Indexes {
    /// By the types of the INDEX objects: `.ipv4."192.0.2.1"`.
    #[default]
    Typed,
    /// The same in brackets, strings with their type: `[ipv4]["192.0.2.1"]`, `[STRING: group]`.
    Extended,
    /// As numbers.
    Numeric,
}

impl Style {
    /// As net-snmp without options.
    pub const DEFAULT: Style = Style {
        quick: false,
        numeric_enums: false,
        numeric_ticks: false,
        plain: false,
        units: true,
        strings: Strings::Guess,
        text_beside_hex: false,
        padded_hex: false,
        indexes: Indexes::Typed,
        octets_apart: false,
        escaped_quotes: false,
        floats: FloatFormat::DEFAULT,
        one_line: false,
    };

    /// As with `-Oq`: only values, as tables have them.
    pub const QUICK: Style = Style { quick: true, ..Style::DEFAULT };

    /// The same with plain text, for programs that do not take it apart again.
    pub const PLAIN: Style = Style { plain: true, ..Style::QUICK };
}

impl Default for Style {
    fn default() -> Self {
        Self::DEFAULT
    }
}
