//! The tokens of net-snmp's `snmp.conf` that say something to us, each as options of ours.

use std::ffi::OsString;

/// What a token's value goes to.
#[derive(Clone, Copy)]
enum To {
    /// An option that takes it.
    Option(&'static str),
    /// Several options that take it.
    Both(&'static str, &'static str),
    /// An option without a value, if it is true.
    Flag(&'static str),
    /// An option by the number that the value is.
    Numbered(&'static [(&'static str, &'static str)]),
    /// Nothing: there is nothing like it here.
    Nothing,
}

/// Names in lower case; case does not matter.
const TOKENS: [(&str, To); 52] = [
    ("clientaddr", To::Option("--client-address")),
    ("defauthlocalizedkey", To::Option("--auth-local-key")),
    ("defauthmasterkey", To::Option("--auth-master-key")),
    ("defauthpassphrase", To::Option("--auth-passphrase")),
    ("defauthtype", To::Option("--auth")),
    ("defcommunity", To::Option("--community")),
    ("defcontext", To::Option("--context")),
    ("defdomain", To::Nothing),
    ("defpassphrase", To::Both("--auth-passphrase", "--priv-passphrase")),
    ("defprivlocalizedkey", To::Option("--priv-local-key")),
    ("defprivmasterkey", To::Option("--priv-master-key")),
    ("defprivpassphrase", To::Option("--priv-passphrase")),
    ("defprivtype", To::Option("--privacy")),
    ("defsecuritylevel", To::Option("--level")),
    ("defsecuritymodel", To::Nothing),
    ("defsecurityname", To::Option("--user")),
    ("deftarget", To::Nothing),
    ("defversion", To::Option("--snmp-version")),
    ("dodebugging", To::Nothing),
    ("dontbreakdownoids", To::Flag("-Ob")),
    ("dontpersist", To::Nothing),
    ("dontprintunits", To::Flag("-OU")),
    ("dumppacket", To::Flag("--dump")),
    ("escapequotes", To::Flag("-OE")),
    ("extendedindex", To::Flag("-OX")),
    ("extendedindexes", To::Flag("-OX")),
    ("hexoutputlength", To::Nothing),
    ("logoption", To::Option("--log-to")),
    ("logtimestamp", To::Nothing),
    ("mibdirs", To::Option("--mib-dirs")),
    ("mibs", To::Option("--mibs")),
    ("mibwarninglevel", To::Nothing),
    ("nodisplayhint", To::Flag("--input=h")),
    ("norangecheck", To::Flag("--input=r")),
    ("numerictimeticks", To::Flag("-Ot")),
    ("oidoutputformat", To::Numbered(&FORMS)),
    ("outputprecision", To::Option("--floats")),
    ("persistentdir", To::Nothing),
    ("printhextext", To::Flag("-OT")),
    ("printnumericenums", To::Flag("-Oe")),
    ("printnumericoids", To::Flag("-On")),
    ("printvalueonly", To::Flag("-Ov")),
    ("quickprinting", To::Flag("-Oq")),
    ("randomaccess", To::Nothing),
    ("retries", To::Option("--retries")),
    ("showmiberrors", To::Nothing),
    ("sourcefilterlist", To::Nothing),
    ("strictcommentterm", To::Nothing),
    ("stringoutputformat", To::Numbered(&[("2", "-Oa"), ("3", "-Ox")])),
    ("suffixprinting", To::Numbered(&[("1", "-Os"), ("2", "-OS")])),
    ("timeout", To::Option("--timeout")),
    ("usenumericoids", To::Flag("-On")),
];

/// The forms of OIDs by net-snmp's numbers.
const FORMS: [(&str, &str); 6] =
    [("1", "-Os"), ("2", "-OS"), ("3", "-Of"), ("4", "-On"), ("5", "-Ou"), ("6", "-OS")];

/// The options that a token with this value stands for, which is an empty list if it has no effect here. `None` if it
/// is not a token.
pub(super) fn options(token: &str, value: &str) -> Option<Vec<OsString>> {
    let token = token.to_ascii_lowercase();
    let (_, to) = TOKENS.iter().find(|(known, _)| *known == token)?;
    let with = |option: &'static str| [OsString::from(option), OsString::from(value)];
    Some(match *to {
        To::Option(option) => with(option).into(),
        To::Both(one, other) => [with(one), with(other)].concat(),
        To::Flag(option) if is_true(value) => vec![option.into()],
        To::Numbered(forms) => {
            forms.iter().filter(|(number, _)| *number == value).map(|(_, option)| (*option).into()).collect()
        }
        To::Flag(_) | To::Nothing => Vec::new(),
    })
}

/// The tokens that say something here, a line for each.
pub(super) fn text() -> String {
    let said = TOKENS.iter().filter(|(_, to)| !matches!(to, To::Nothing));
    let lines: String = said.map(|(token, _)| format!("    {token}\n")).collect();
    format!("Configuration directives understood:\n  In place of snmp.conf, as --TOKEN=VALUE:\n{lines}")
}

/// Whether `snmp.conf` reads this value as true. A token without a value is true.
fn is_true(value: &str) -> bool {
    ["", "1", "yes", "true", "on"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::{TOKENS, options};

    #[test]
    fn tokens_in_any_case() {
        assert!(TOKENS.windows(2).all(|pair| pair[0].0 < pair[1].0), "in order, each once");
        let words = |token: &str, value: &str| {
            let words = options(token, value)?;
            Some(words.iter().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(words("defCommunity", "public").as_deref(), Some("--community public"));
        assert_eq!(
            words("DEFPASSPHRASE", "maplesyrup").as_deref(),
            Some("--auth-passphrase maplesyrup --priv-passphrase maplesyrup")
        );
        assert_eq!(words("printNumericEnums", "yes").as_deref(), Some("-Oe"));
        assert_eq!(words("printNumericEnums", "no").as_deref(), Some(""));
        assert_eq!(words("oidOutputFormat", "4").as_deref(), Some("-On"));
        assert_eq!(words("mibWarningLevel", "2").as_deref(), Some(""));
        assert_eq!(words("nosuch", "1"), None);
    }
}
