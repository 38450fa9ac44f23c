//! What stands above every OID: one of the three roots, or all of them. An OID has at least two numbers, so these are
//! none; a walk can begin there all the same.

use super::Form;
use mibc_runtime::oid::Oid;
use mibc_runtime::show;

/// The whole tree of OIDs, or one of its three branches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Root {
    /// The first number of all OIDs below it; none for the whole tree.
    first: Option<u32>,
}

/// Names of the roots. The first of each number is the one that is printed.
const NAMES: [(&str, u32); 8] = [
    ("ccitt", 0),
    ("itu-t", 0),
    ("iso", 1),
    ("joint-iso-ccitt", 2),
    ("joint-iso-itu-t", 2),
    ("0", 0),
    ("1", 1),
    ("2", 2),
];

impl Root {
    /// `.` is the whole tree; `1`, `.1`, `iso` and `.iso` are the branch of `iso`, and so are the others. `None` for all
    /// else.
    pub fn parse(text: &str) -> Option<Root> {
        let text = text.trim();
        if text == "." {
            return Some(Root { first: None });
        }
        let name = text.strip_prefix('.').unwrap_or(text);
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, first)| Root { first: Some(*first) })
    }

    /// The first number of all OIDs below it; `None` for the whole tree.
    pub fn first(self) -> Option<u32> {
        self.first
    }

    /// Whether an OID is below it.
    pub fn is_above(self, oid: &Oid) -> bool {
        self.first.is_none_or(|first| oid.arcs().next() == Some(first))
    }

    /// The first OID below it.
    pub fn beginning(self) -> Oid {
        // Two numbers of which the second is 0 are an OID.
        Oid::from_arcs(&[self.first.unwrap_or(0), 0]).unwrap_or_default()
    }

    /// How it is written.
    pub fn text(self, form: Form) -> String {
        let Some(first) = self.first else { return ".".to_owned() };
        match form {
            Form::Numeric => first.to_string(),
            Form::Module | Form::Short => show::root(first).to_owned(),
            Form::Full | Form::Ucd => format!(".{}", show::root(first)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Root;
    use crate::query::Form;

    #[test]
    fn spellings() {
        for (texts, first) in [
            (["0", ".0", "ccitt", ".itu-t"], Some(0)),
            (["1", ".1", "iso", ".iso"], Some(1)),
            (["2", ".2", "joint-iso-ccitt", ".joint-iso-itu-t"], Some(2)),
            ([".", ". ", " .", " . "], None),
        ] {
            for text in texts {
                assert_eq!(Root::parse(text).map(Root::first), Some(first), "{text}");
            }
        }
        for text in ["", "..", "3", "1.3", "iso.org", "isos", "1.", "01", "SNMPv2-SMI::iso"] {
            assert_eq!(Root::parse(text), None, "{text}");
        }
    }

    #[test]
    fn texts_and_what_is_below() {
        let root = Root::parse("iso").expect("a root");
        let texts: Vec<String> = Form::ALL.into_iter().map(|form| root.text(form)).collect();
        assert_eq!(texts, ["iso", "iso", "1", ".iso", ".iso"]);
        assert_eq!(root.beginning().to_string(), "1.0");
        assert_eq!(Root::parse(".").map(|root| root.beginning().to_string()).as_deref(), Some("0.0"));
        let oid = "1.3.6".parse().expect("an OID");
        assert!(root.is_above(&oid) && Root::parse(".").is_some_and(|root| root.is_above(&oid)));
        assert!(Root::parse("2").is_some_and(|root| !root.is_above(&oid)));
    }
}
