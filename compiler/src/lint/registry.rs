//! The rules, and a page for every code.

use super::rule::{Check, Rule};
use super::rules;
use crate::diag::Code;

macro_rules! registry {
    ($($code:ident $check:ident $file:ident;)*) => {
        /// Every rule.
        pub(super) static RULES: &[Rule] =
            &[$(Rule { code: Code::$code, check: Check::$check(rules::$file::check) }),*];

        /// The source of every rule: its documentation is the page.
        static SOURCES: &[(Code, &str)] =
            &[$((Code::$code, include_str!(concat!("rules/", stringify!($file), ".rs")))),*];
    };
}

registry! {
    ModuleIdentityMissing Module module_identity_missing;
    ModuleIdentityNotFirst Module module_identity_not_first;
    IdentityRegistration Module identity_registration;
    NoRevision Module no_revision;
    RevisionMissing Module revision_missing;
    RevisionOrder Module revision_order;
    RevisionAfterUpdate Module revision_after_update;
    InvalidDate Module invalid_date;
    TwoDigitYear Module two_digit_year;
    EarlyDate Module early_date;
    FutureDate Module future_date;
    ModuleName Module module_name;
    Exports Module exports;
    MacroDefinition Module macro_definition;
    UnusedImport Module unused_import;
    DuplicateImport Module duplicate_import;
    ObsoleteImport Module obsolete_import;
    OldMibImport Module old_mib_import;
    ShadowsImport Module shadows_import;
    RedefinesBaseType Module redefines_base_type;
    CaseConflict Module case_conflict;
    CommentEndsEarly File comment_ends_early;
    NonAsciiText File non_ascii_text;
    ModuleOid Module module_oid;
    LongName Module long_name;
    NameLength Module name_length;
    UnderscoreInName Module underscore_in_name;
    HyphenAtEnd Module hyphen_at_end;
    HyphenInName Module hyphen_in_name;
    NameCase Module name_case;
    ReservedName Module reserved_name;
    LeadingZero Definition leading_zero;
    MissingStatus Definition missing_status;
    MissingDescription Definition missing_description;
    EmptyDescription Module empty_description;
    EmptyReference Module empty_reference;
    EmptyUnits Object empty_units;
    EmptyOrganization Module empty_organization;
    EmptyContact Module empty_contact;
    EmptyRevision Module empty_revision;
    EmptyHint Type empty_hint;
    AccessKeyword Object access_keyword;
    MissingAccess Object missing_access;
    StatusVersion Definition status_version;
    CapabilitiesStatus Conformance capabilities_status;
    AccessVersion Object access_version;
    WriteOnly Object write_only;
    TrapInSmiv2 Notification trap_in_smiv2;
    Smiv2Macro Definition smiv2_macro;
    LabelCase Syntax label_case;
    HyphenInLabel Syntax hyphen_in_label;
    UnderscoreInLabel Syntax underscore_in_label;
    LongLabel Syntax long_label;
    LabelOrder Syntax label_order;
    LabelLeadingZero Syntax label_leading_zero;
    EnumerationZero Syntax enumeration_zero;
    BitsGap Syntax bits_gap;
    BitsLarge Syntax bits_large;
    EmptyEnumeration Syntax empty_enumeration;
    EnumerationBase Syntax enumeration_base;
    RangeOrder Syntax range_order;
    RangeNotAllowed Syntax range_not_allowed;
    IntegerMisuse Syntax integer_misuse;
    Smiv1Type Syntax smiv1_type;
    IpAddress Syntax ip_address;
    OpaqueType Syntax opaque_type;
    ChoiceType Syntax choice_type;
    TaggedType Syntax tagged_type;
    TypeAssignment Type type_assignment;
    NestedConvention Type nested_convention;
    NoDisplayHint Type no_display_hint;
    InvalidDisplayHint Type invalid_display_hint;
    ConventionStatus Type convention_status;
    ConventionDescription Type convention_description;
    UnusedType Type unused_type;
    DeprecatedType Leaf deprecated_type;
    ObsoleteType Leaf obsolete_type;
    TableParent Table table_parent;
    RowParent Row row_parent;
    ScalarParent Leaf scalar_parent;
    NotificationParent Notification notification_parent;
    ConformanceParent Conformance conformance_parent;
    NodeParent Definition node_parent;
    RowNumber Row row_number;
    SecondRow Row second_row;
    ObjectZero Object object_zero;
    DuplicateOid Module duplicate_oid;
    ArcLabel Definition arc_label;
    ImplicitNode Definition implicit_node;
    TableAccess Table table_access;
    RowAccess Row row_access;
    TableName Table table_name;
    RowName Row row_name;
    RowTableName Row row_table_name;
    RowTypeName Row row_type_name;
    TableWithoutRow Table table_without_row;
    RowWithoutColumns Row row_without_columns;
    IndexOutsideRow Object index_outside_row;
    DefaultOutsideLeaf Object default_outside_leaf;
    CounterAccess Leaf counter_access;
    ScalarReadCreate Leaf scalar_read_create;
    ScalarNotAccessible Leaf scalar_not_accessible;
    MixedCreate Row mixed_create;
    NoRowStatus Row no_row_status;
    IndexAccess Row index_access;
    NoAccessibleColumn Row no_accessible_column;
    IndexRange Row index_range;
    IndexNegative Row index_negative;
    IndexSize Row index_size;
    IndexTooLong Row index_too_long;
    IndexType Row index_type;
    IndexScalar Row index_scalar;
    IndexBareType Row index_bare_type;
    IndexDefault Row index_default;
    DuplicateIndex Row duplicate_index;
    ImpliedFixed Row implied_fixed;
    ImpliedEmpty Row implied_empty;
    NestedAugments Row nested_augments;
    SequenceMissingColumn Row sequence_missing_column;
    SequenceExtraColumn Row sequence_extra_column;
    SequenceOrder Row sequence_order;
    SequenceType Row sequence_type;
    SequenceTypeName Row sequence_type_name;
    SequenceSubtype Row sequence_subtype;
    RowStatusAccess Leaf row_status_access;
    RowStatusDefault Leaf row_status_default;
    StorageTypeDefault Leaf storage_type_default;
    InetAddressType Row inet_address_type;
    TdomainMissing Row tdomain_missing;
    TransportAddressType Row transport_address_type;
    InetTypeSubtyped Syntax inet_type_subtyped;
    InetSpecificAddress Syntax inet_specific_address;
    TransportTypeSubtyped Syntax transport_type_subtyped;
    TransportSpecificAddress Syntax transport_specific_address;
    OddHexDigits Leaf odd_hex_digits;
    DefaultLineBreak Leaf default_line_break;
    NotificationObjectAccess Notification notification_object_access;
    NotificationNotReversible Notification notification_not_reversible;
    NotificationNumber Notification notification_number;
    NotificationStatus Notification notification_status;
    NotificationInObjectGroup Conformance notification_in_object_group;
    ObjectInNotificationGroup Conformance object_in_notification_group;
    TableInGroup Conformance table_in_group;
    DuplicateGroupMember Conformance duplicate_group_member;
    EmptyGroup Conformance empty_group;
    GroupMemberStatus Conformance group_member_status;
    UnusedGroup Conformance unused_group;
    ComplianceNotGroup Conformance compliance_not_group;
    ComplianceGroupTwice Conformance compliance_group_twice;
    RefinementTwice Conformance refinement_twice;
    RefinementNotInGroup Conformance refinement_not_in_group;
    MinAccessAbove Conformance min_access_above;
    RefinementBase Conformance refinement_base;
    ComplianceStatus Conformance compliance_status;
    VariationAccess Conformance variation_access;
    VariationClauses Conformance variation_clauses;
    CreationOutsideRow Conformance creation_outside_row;
    CapabilitiesDuplicate Conformance capabilities_duplicate;
    VariationNotIncluded Conformance variation_not_included;
    RustKeyword Definition rust_keyword;
    RustNameCollision Module rust_name_collision;
    RustLabelCollision Syntax rust_label_collision;
    ForeignComplianceMember Conformance foreign_compliance_member;
    DefaultSize Leaf default_size;
    DigitsSuffix Leaf digits_suffix;
    MinMaxBound Syntax min_max_bound;
    CommentChangesMeaning Module comment_changes_meaning;
}

/// The pages of the codes that parser and resolver report.
static PAGES: &[(Code, &str)] = &[
    (Code::Syntax, include_str!("pages/syntax.md")),
    (Code::UnterminatedString, include_str!("pages/unterminated-string.md")),
    (Code::MissingEnd, include_str!("pages/missing-end.md")),
    (Code::NoModule, include_str!("pages/no-module.md")),
    (Code::StrayText, include_str!("pages/stray-text.md")),
    (Code::MissingComma, include_str!("pages/missing-comma.md")),
    (Code::ExtraComma, include_str!("pages/extra-comma.md")),
    (Code::ExtraSemicolon, include_str!("pages/extra-semicolon.md")),
    (Code::MissingParenthesis, include_str!("pages/missing-parenthesis.md")),
    (Code::MissingSemicolon, include_str!("pages/missing-semicolon.md")),
    (Code::KeywordSpelling, include_str!("pages/keyword-spelling.md")),
    (Code::OidNotation, include_str!("pages/oid-notation.md")),
    (Code::MissingClause, include_str!("pages/missing-clause.md")),
    (Code::DuplicateClause, include_str!("pages/duplicate-clause.md")),
    (Code::MisplacedClause, include_str!("pages/misplaced-clause.md")),
    (Code::LabelSpelling, include_str!("pages/label-spelling.md")),
    (Code::ExtraConstraint, include_str!("pages/extra-constraint.md")),
    (Code::TrapValue, include_str!("pages/trap-value.md")),
    (Code::IgnoredDefinition, include_str!("pages/ignored-definition.md")),
    (Code::NotUtf8, include_str!("pages/not-utf8.md")),
    (Code::UnreadableFile, include_str!("pages/unreadable-file.md")),
    (Code::TooMany, include_str!("pages/too-many.md")),
    (Code::UnknownModule, include_str!("pages/unknown-module.md")),
    (Code::RenamedModule, include_str!("pages/renamed-module.md")),
    (Code::UnknownImport, include_str!("pages/unknown-import.md")),
    (Code::IndirectImport, include_str!("pages/indirect-import.md")),
    (Code::BuiltinImport, include_str!("pages/builtin-import.md")),
    (Code::NameSpelling, include_str!("pages/name-spelling.md")),
    (Code::DefaultByNumber, include_str!("pages/default-by-number.md")),
    (Code::MisplacedImport, include_str!("pages/misplaced-import.md")),
    (Code::MissingImport, include_str!("pages/missing-import.md")),
    (Code::UnknownName, include_str!("pages/unknown-name.md")),
    (Code::LabelAsName, include_str!("pages/label-as-name.md")),
    (Code::DuplicateName, include_str!("pages/duplicate-name.md")),
    (Code::CyclicOid, include_str!("pages/cyclic-oid.md")),
    (Code::CyclicType, include_str!("pages/cyclic-type.md")),
    (Code::InvalidOid, include_str!("pages/invalid-oid.md")),
    (Code::InvalidDefault, include_str!("pages/invalid-default.md")),
    (Code::RangeBeyondParent, include_str!("pages/range-beyond-parent.md")),
    (Code::InvalidRange, include_str!("pages/invalid-range.md")),
    (Code::DuplicateModuleIdentity, include_str!("pages/duplicate-module-identity.md")),
    (Code::BaseModuleMismatch, include_str!("pages/base-module-mismatch.md")),
    (Code::MacroImport, include_str!("pages/macro-import.md")),
    (Code::CyclicImport, include_str!("pages/cyclic-import.md")),
    (Code::AmbiguousModule, include_str!("pages/ambiguous-module.md")),
    (Code::UnknownStatus, include_str!("pages/unknown-status.md")),
    (Code::UnknownAccess, include_str!("pages/unknown-access.md")),
    (Code::ConstraintKind, include_str!("pages/constraint-kind.md")),
    (Code::InvalidLabel, include_str!("pages/invalid-label.md")),
    (Code::DuplicateLabel, include_str!("pages/duplicate-label.md")),
    (Code::LabelBeyondParent, include_str!("pages/label-beyond-parent.md")),
    (Code::WrongKind, include_str!("pages/wrong-kind.md")),
    (Code::MissingIndex, include_str!("pages/missing-index.md")),
    (Code::ImpliedNotLast, include_str!("pages/implied-not-last.md")),
    (Code::CyclicAugments, include_str!("pages/cyclic-augments.md")),
    (Code::DefaultOnCounter, include_str!("pages/default-on-counter.md")),
    (Code::UnknownConformanceModule, include_str!("pages/unknown-conformance-module.md")),
    (Code::UngroupedObject, include_str!("pages/ungrouped-object.md")),
    (Code::ForeignGroupMember, include_str!("pages/foreign-group-member.md")),
    (Code::InaccessibleGroupMember, include_str!("pages/inaccessible-group-member.md")),
];

/// Whether a code is reported by a rule of the linter, not by parser or resolver.
pub(super) fn is_rule(code: Code) -> bool {
    RULES.iter().any(|rule| rule.code == code)
}

/// What there is to say about a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The code.
    pub code: Code,
    /// Markdown: what is wrong, why it matters, what to do.
    pub text: String,
}

/// The page of a code.
pub fn page(code: Code) -> Option<Page> {
    let of = |list: &'static [(Code, &'static str)]| {
        list.iter().find(|(known, _)| *known == code).map(|(_, text)| *text)
    };
    let text = match of(PAGES) {
        Some(text) => text.trim().to_owned(),
        None => documentation(of(SOURCES)?),
    };
    Some(Page { code, text })
}

/// The module documentation of a source, without its first line, which is the title of the code.
fn documentation(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let lines: Vec<&str> = lines.skip(1).map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_has_a_page() {
        for &code in Code::ALL {
            let page = page(code).unwrap_or_else(|| panic!("{code} has no page"));
            assert!(page.text.len() > 40, "{code}: {}", page.text);
            assert!(!code.title().is_empty() && code.title().ends_with('.'), "{code}: {}", code.title());
        }
    }

    #[test]
    fn titles_are_those_of_the_sources() {
        for (code, source) in SOURCES {
            let first = source.lines().next().unwrap_or("");
            assert_eq!(first.strip_prefix("//! "), Some(code.title()), "{code}");
        }
    }

    #[test]
    fn codes_are_spelt_once() {
        let mut seen = HashSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.id()), "{code} twice");
            assert!(
                code.id().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{code}"
            );
        }
    }
}
