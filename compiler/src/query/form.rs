//! How an answer is written.

use std::str::FromStr;

/// A way to write an OID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Form {
    /// `IF-MIB::ifDescr.3`.
    Module,
    /// `ifDescr.3`.
    Short,
    /// `1.3.6.1.2.1.2.2.1.2.3`.
    Numeric,
    /// `.iso.org.dod.internet.mgmt.mib-2.interfaces.ifTable.ifEntry.ifDescr.3`.
    Full,
    /// As [`Form::Full`], without `.iso.org.dod.internet.mgmt.mib-2.` or `.iso.org.dod.internet.private.`.
    Ucd,
}

impl Form {
    /// All of them.
    pub const ALL: [Form; 5] = [Form::Module, Form::Short, Form::Numeric, Form::Full, Form::Ucd];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Form::Module => "module",
            Form::Short => "short",
            Form::Numeric => "numeric",
            Form::Full => "full",
            Form::Ucd => "ucd",
        }
    }
}

/// From the word, or from the letter that net-snmp's tools have for it behind `-O`: `S`, `s`, `n`, `f`, `u`.
impl FromStr for Form {
    type Err = String;

    fn from_str(text: &str) -> Result<Form, String> {
        match text {
            "S" => Ok(Form::Module),
            "s" => Ok(Form::Short),
            "n" => Ok(Form::Numeric),
            "f" => Ok(Form::Full),
            "u" => Ok(Form::Ucd),
            _ => Form::ALL
                .into_iter()
                .find(|form| form.as_str() == text)
                .ok_or_else(|| "expected module, short, numeric, full or ucd (or S, s, n, f, u)".to_owned()),
        }
    }
}
