//! Profiles: how strict a report is.

use crate::diag::{Code, Severity};
use crate::lint::registry;

/// How strict a report is. Each gives every code a severity, or hides it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// The letter of the standards, style included: for authors of modules. What a standard forbids is an error.
    Rfc,
    /// For modules that others wrote: an error if something is lost, a warning if a manager or an agent may
    /// be misled, a note on what breaks a rule without harm; style is hidden.
    #[default]
    Vendor,
    /// Only what is lost.
    Lenient,
}

impl Profile {
    /// All of them, the strictest first.
    pub const ALL: [Profile; 3] = [Profile::Rfc, Profile::Vendor, Profile::Lenient];

    /// Its spelling on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Profile::Rfc => "rfc",
            Profile::Vendor => "vendor",
            Profile::Lenient => "lenient",
        }
    }

    /// How bad a code is; `None` if it is hidden.
    pub fn level(self, code: Code) -> Option<Severity> {
        let severity = code.severity();
        match self {
            // Each name is reported there, under the codes of its own oddities.
            Profile::Rfc if code == Code::NameSpelling => None,
            Profile::Rfc => Some(severity),
            Profile::Vendor if MISLEADING.contains(&code) => Some(severity.min(Severity::Warning)),
            Profile::Vendor if HARMLESS.contains(&code) => None,
            Profile::Vendor if registry::is_rule(code) => match severity {
                Severity::Error => Some(Severity::Note),
                Severity::Warning | Severity::Note => None,
            },
            Profile::Vendor => Some(severity),
            Profile::Lenient if registry::is_rule(code) => None,
            Profile::Lenient => (severity == Severity::Error).then_some(severity),
        }
    }
}

/// Rules whose findings mislead a manager or an agent: warnings under `vendor`.
const MISLEADING: &[Code] = &[
    Code::ShadowsImport,
    Code::DuplicateOid,
    Code::ObjectZero,
    Code::TableParent,
    Code::RowParent,
    Code::ScalarParent,
    Code::NotificationParent,
    Code::ConformanceParent,
    Code::NodeParent,
    Code::RowNumber,
    Code::SecondRow,
    Code::TableWithoutRow,
    Code::RowWithoutColumns,
    Code::IndexOutsideRow,
    Code::NoAccessibleColumn,
    Code::IndexNegative,
    Code::IndexType,
    Code::ImpliedFixed,
    Code::ImpliedEmpty,
    Code::NestedAugments,
    Code::SequenceType,
    Code::ChoiceType,
    Code::TaggedType,
    Code::EmptyEnumeration,
    Code::InvalidDisplayHint,
    Code::RefinementBase,
    Code::OddHexDigits,
    Code::DefaultLineBreak,
    Code::ArcLabel,
    Code::DuplicateImport,
    Code::CommentChangesMeaning,
];

/// What does no harm: hidden under `vendor`.
const HARMLESS: &[Code] = &[
    Code::UngroupedObject,
    Code::ForeignGroupMember,
    Code::InaccessibleGroupMember,
    Code::MisplacedImport,
    Code::MissingImport,
    Code::BaseModuleMismatch,
    Code::MacroImport,
    Code::IndirectImport,
    Code::MissingSemicolon,
    Code::MissingParenthesis,
    Code::ExtraSemicolon,
    Code::KeywordSpelling,
    Code::RenamedModule,
    Code::MissingComma,
    Code::ExtraComma,
    Code::DefaultOnCounter,
    Code::StrayText,
    // Read without loss, and common in whole families of modules.
    Code::AccessKeyword,
    Code::StatusVersion,
    Code::TrapInSmiv2,
    Code::NameCase,
    Code::UnderscoreInName,
    Code::ObsoleteImport,
    Code::MixedCreate,
    Code::NotificationObjectAccess,
    Code::DefaultByNumber,
    Code::BuiltinImport,
    Code::LabelSpelling,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_get_milder() {
        for &code in Code::ALL {
            let [rfc, vendor, lenient] = Profile::ALL.map(|profile| profile.level(code));
            assert!(vendor >= lenient, "{code}");
            assert!(rfc >= vendor || code == Code::NameSpelling, "{code}");
        }
    }

    #[test]
    fn what_is_lost_is_an_error_everywhere() {
        for code in [Code::Syntax, Code::UnknownModule, Code::UnknownName, Code::CyclicOid] {
            assert_eq!(Profile::ALL.map(|profile| profile.level(code)), [Some(Severity::Error); 3], "{code}");
        }
    }
}
