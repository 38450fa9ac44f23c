//! The stable codes of diagnostics, each with its default severity and the standard's section.

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Information that needs no change.
    Note,
    /// The text is wrong or risky, its meaning is clear all the same.
    Warning,
    /// Something is lost: a definition or a name that cannot be bound.
    Error,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $id:literal, $severity:ident, $section:literal;)*) => {
        /// What a diagnostic is about. The spelling of [`Code::id`] never changes once released.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code there is, in the order of the source.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The stable spelling, such as `unknown-import`.
            pub fn id(self) -> &'static str {
                match self { $(Code::$variant => $id,)* }
            }

            /// The severity where no profile changes it.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }

            /// The section of the standard it rests on, such as `RFC 2578 §3.2`; empty where it rests on none.
            pub fn section(self) -> &'static str {
                match self { $(Code::$variant => $section,)* }
            }
        }
    };
}

codes! {
    /// A file that is not UTF-8 was read as windows-1252.
    NotUtf8 = "not-utf8", Note, "";
    /// A file that could not be read.
    UnreadableFile = "unreadable-file", Error, "";
    /// So many problems in one file that the rest is not listed.
    TooMany = "too-many", Note, "";
    /// A definition that does not parse.
    Syntax = "syntax", Error, "RFC 2578 §3";
    /// A string without its closing quote.
    UnterminatedString = "unterminated-string", Error, "RFC 2578 §3.1.1";
    /// A module without its `END`.
    MissingEnd = "missing-end", Error, "RFC 2578 §3";
    /// A file without any module.
    NoModule = "no-module", Error, "RFC 2578 §3";
    /// Text between modules, which is skipped.
    StrayText = "stray-text", Warning, "RFC 2578 §3";
    /// Two items of a list without a comma between them.
    MissingComma = "missing-comma", Warning, "RFC 2578 §3";
    /// A comma after the last item of a list.
    ExtraComma = "extra-comma", Warning, "RFC 2578 §3";
    /// IMPORTS that do not end in a semicolon.
    MissingSemicolon = "missing-semicolon", Warning, "RFC 2578 §3.2";
    /// A macro without a clause that it needs.
    MissingClause = "missing-clause", Error, "RFC 2578 §3.1";
    /// A clause that stands twice in one macro.
    DuplicateClause = "duplicate-clause", Warning, "RFC 2578 §3.1";
    /// A clause that its macro does not have.
    MisplacedClause = "misplaced-clause", Warning, "RFC 2578 §3.1";
    /// A name of the wrong case, with an underscore, too long, or not of letters, digits and hyphens.
    NameSpelling = "name-spelling", Warning, "RFC 2578 §3.1";
    /// A label with characters that names cannot have.
    LabelSpelling = "label-spelling", Warning, "RFC 2578 §7.1.1";
    /// A second range or size for one type.
    ExtraConstraint = "extra-constraint", Warning, "RFC 2578 §9";
    /// A TRAP-TYPE whose value is an object identifier.
    TrapValue = "trap-value", Warning, "RFC 1215 §2";
    /// A definition that SMI has no use for.
    IgnoredDefinition = "ignored-definition", Warning, "RFC 2578 §3";
    /// A module that is nowhere on the search path.
    UnknownModule = "unknown-module", Error, "RFC 2578 §3.2";
    /// An imported symbol that the named module does not define.
    UnknownImport = "unknown-import", Error, "RFC 2578 §3.2";
    /// An imported symbol that the named module itself only imports.
    IndirectImport = "indirect-import", Warning, "RFC 2578 §3.2";
    /// A well-known symbol that is used without being imported.
    MissingImport = "missing-import", Warning, "RFC 2578 §3.2";
    /// A name that is neither defined nor imported.
    UnknownName = "unknown-name", Error, "RFC 2578 §3.2";
    /// A second definition of the same name in one module.
    DuplicateName = "duplicate-name", Error, "RFC 2578 §3.1";
    /// An OID whose parents form a circle, or that is its own parent.
    CyclicOid = "cyclic-oid", Error, "RFC 2578 §3.1";
    /// A type whose parents form a circle.
    CyclicType = "cyclic-type", Error, "RFC 2578 §9";
    /// An OID with more than 128 sub-identifiers, or one of 2^32 or more.
    InvalidOid = "invalid-oid", Error, "RFC 2578 §3.5";
    /// A DEFVAL that does not fit the object's type.
    InvalidDefault = "invalid-default", Warning, "RFC 2578 §7.9";
    /// A range or size that is not within its parent's.
    RangeBeyondParent = "range-beyond-parent", Warning, "RFC 2578 §9";
    /// A range that makes no sense: descending, overlapping, beyond the base type.
    InvalidRange = "invalid-range", Warning, "RFC 2578 §7.1";
    /// More than one MODULE-IDENTITY in a module.
    DuplicateModuleIdentity = "duplicate-module-identity", Warning, "RFC 2578 §3";
    /// A symbol imported from a base module of the SMI that another base module defines.
    BaseModuleMismatch = "base-module-mismatch", Warning, "RFC 2578 §3.2";
    /// An import of a type that is built into ASN.1, such as `BITS`.
    BuiltinImport = "builtin-import", Warning, "RFC 2578 §3.2";
    /// A macro imported from a module that does not define it.
    MacroImport = "macro-import", Warning, "RFC 2578 §3.2";
    /// Modules that import from each other in a circle.
    CyclicImport = "cyclic-import", Warning, "RFC 2578 §3.2";
    /// Several modules of the same name: which one was taken.
    AmbiguousModule = "ambiguous-module", Note, "";
    /// A STATUS that the SMI does not know.
    UnknownStatus = "unknown-status", Warning, "RFC 2578 §7.4";
    /// An access level that the SMI does not know.
    UnknownAccess = "unknown-access", Warning, "RFC 2578 §7.3";
    /// A SIZE on a number, or a range of values on a string.
    ConstraintKind = "constraint-kind", Warning, "RFC 2578 §9";
    /// A label whose number does not fit: beyond 32 bits, a negative bit position, a missing value.
    InvalidLabel = "invalid-label", Warning, "RFC 2578 §7.1.1";
    /// A label or number that stands twice in one enumeration or BITS.
    DuplicateLabel = "duplicate-label", Warning, "RFC 2578 §7.1.1";
    /// A label that the refined type does not have.
    LabelBeyondParent = "label-beyond-parent", Warning, "RFC 2578 §9";
    /// A name that is bound to a definition of the wrong kind for its place.
    WrongKind = "wrong-kind", Warning, "RFC 2578 §7";
    /// A conceptual row with neither INDEX nor AUGMENTS.
    MissingIndex = "missing-index", Warning, "RFC 2578 §7.7";
    /// IMPLIED on an item that is not the last one.
    ImpliedNotLast = "implied-not-last", Warning, "RFC 2578 §7.7";
    /// Rows that augment each other in a circle.
    CyclicAugments = "cyclic-augments", Error, "RFC 2578 §7.8";
    /// A DEFVAL of an enumeration that gives the number instead of the label.
    DefaultByNumber = "default-by-number", Warning, "RFC 2578 §7.9";
    /// A DEFVAL on a counter.
    DefaultOnCounter = "default-on-counter", Warning, "RFC 2578 §7.9";
    /// A module named by a compliance or capabilities statement that is nowhere on the search path.
    UnknownConformanceModule = "unknown-conformance-module", Warning, "RFC 2580 §5.4";
    /// An accessible object or a notification that is in no group of its module.
    UngroupedObject = "ungrouped-object", Note, "RFC 2580 §3.1";
    /// A group member that another module defines.
    ForeignGroupMember = "foreign-group-member", Warning, "RFC 2580 §3.1";
    /// A group member that is not-accessible.
    InaccessibleGroupMember = "inaccessible-group-member", Warning, "RFC 2580 §3.1";
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id())
    }
}
