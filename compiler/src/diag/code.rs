//! The stable codes of diagnostics, each with its default severity and the standard's section.

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Information. Nothing needs to change.
    Note,
    /// The text is wrong or risky, but its meaning is clear.
    Warning,
    /// Something is lost: a definition or a name that cannot be bound.
    Error,
}

macro_rules! codes {
    ($(#[doc = $title:literal] $variant:ident = $id:literal, $severity:ident, $section:literal;)*) => {
        /// What a diagnostic is about. The spelling of [`Code::id`] never changes once released.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $(#[doc = $title] $variant,)* }

        impl Code {
            /// Every code there is, in the order of the source.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The stable spelling, such as `unknown-import`.
            pub fn id(self) -> &'static str {
                match self { $(Code::$variant => $id,)* }
            }

            /// The code of that spelling.
            pub fn find(id: &str) -> Option<Code> {
                Code::ALL.iter().copied().find(|code| code.id() == id)
            }

            /// What it is about, in one sentence.
            pub fn title(self) -> &'static str {
                match self { $(Code::$variant => $title.trim_ascii(),)* }
            }

            /// The severity, unless a profile changes it.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }

            /// The section of the standard it rests on, such as `RFC 2578 §3.2`; empty if it rests on none.
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
    /// A label whose number is not followed by a closing parenthesis.
    MissingParenthesis = "missing-parenthesis", Warning, "RFC 2578 §7.1.1";
    /// A semicolon within IMPORTS.
    ExtraSemicolon = "extra-semicolon", Warning, "RFC 2578 §3.2";
    /// IMPORTS that do not end in a semicolon.
    MissingSemicolon = "missing-semicolon", Warning, "RFC 2578 §3.2";
    /// A keyword or `::=` that is clearly misspelt.
    KeywordSpelling = "keyword-spelling", Warning, "RFC 2578 §3.7";
    /// An OID value with dots in it, or without its braces.
    OidNotation = "oid-notation", Warning, "RFC 2578 §3.1";
    /// A macro without a clause that it needs.
    MissingClause = "missing-clause", Error, "RFC 2578 §3.1";
    /// A clause that occurs twice in one macro.
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
    /// A module that is imported under a name that it had once.
    RenamedModule = "renamed-module", Warning, "RFC 2578 §3.2";
    /// An imported symbol that the named module does not define.
    UnknownImport = "unknown-import", Error, "RFC 2578 §3.2";
    /// An imported symbol that the named module itself only imports.
    IndirectImport = "indirect-import", Warning, "RFC 2578 §3.2";
    /// An imported symbol that the named module does not define, and a standard module does.
    MisplacedImport = "misplaced-import", Warning, "RFC 2578 §3.2";
    /// A symbol of a standard module that is used without being imported.
    MissingImport = "missing-import", Warning, "RFC 2578 §3.2";
    /// A name that is neither defined nor imported.
    UnknownName = "unknown-name", Error, "RFC 2578 §3.2";
    /// A label of an OID's arc that is used as a name.
    LabelAsName = "label-as-name", Warning, "RFC 2578 §3.1";
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
    AmbiguousModule = "ambiguous-module", Warning, "";
    /// A STATUS that the SMI does not know.
    UnknownStatus = "unknown-status", Warning, "RFC 2578 §7.4";
    /// An access level that the SMI does not know.
    UnknownAccess = "unknown-access", Warning, "RFC 2578 §7.3";
    /// A SIZE on a number, or a range of values on a string.
    ConstraintKind = "constraint-kind", Warning, "RFC 2578 §9";
    /// A label whose number does not fit: beyond 32 bits, a negative bit position, a missing value.
    InvalidLabel = "invalid-label", Warning, "RFC 2578 §7.1.1";
    /// A label or number that occurs twice in one enumeration or BITS.
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
    /// An accessible object or a notification that is not in any group of its module.
    UngroupedObject = "ungrouped-object", Note, "RFC 2580 §3.1";
    /// A group member that another module defines.
    ForeignGroupMember = "foreign-group-member", Warning, "RFC 2580 §3.1";
    /// A group member that is not-accessible.
    InaccessibleGroupMember = "inaccessible-group-member", Warning, "RFC 2580 §3.1";
    // -- Reported by the rules of the linter: the severity is that of the profile `rfc`. --------------------
    /// An SMIv2 module without MODULE-IDENTITY.
    ModuleIdentityMissing = "module-identity-missing", Error, "RFC 2578 §3";
    /// A MODULE-IDENTITY that is not the first definition.
    ModuleIdentityNotFirst = "module-identity-not-first", Warning, "RFC 2578 §3";
    /// A MODULE-IDENTITY registered in a place where nobody assigns numbers.
    IdentityRegistration = "identity-registration", Note, "RFC 2578 §5.6";
    /// A MODULE-IDENTITY without any REVISION.
    NoRevision = "no-revision", Note, "RFC 2578 §5.5";
    /// A LAST-UPDATED that no REVISION explains.
    RevisionMissing = "revision-missing", Warning, "RFC 2578 §5.5";
    /// Revisions that do not go from the newest to the oldest.
    RevisionOrder = "revision-order", Warning, "RFC 2578 §5.5";
    /// A revision that is newer than LAST-UPDATED.
    RevisionAfterUpdate = "revision-after-update", Warning, "RFC 2578 §5.1";
    /// A date that is not valid.
    InvalidDate = "invalid-date", Error, "RFC 2578 §2";
    /// A year of two digits.
    TwoDigitYear = "two-digit-year", Note, "RFC 2578 §2";
    /// A date before there was an SMI.
    EarlyDate = "early-date", Note, "RFC 2578 §2";
    /// A date that is yet to come.
    FutureDate = "future-date", Note, "RFC 2578 §2";
    /// A module name without the usual ending.
    ModuleName = "module-name", Note, "RFC 4181 App. C";
    /// An EXPORTS clause in an SMIv2 module.
    Exports = "exports", Warning, "RFC 2578 §3.3";
    /// A MACRO that a module defines itself.
    MacroDefinition = "macro-definition", Warning, "RFC 2578 §3";
    /// An imported symbol that nothing uses.
    UnusedImport = "unused-import", Note, "RFC 2578 §3.2";
    /// A symbol that is imported more than once.
    DuplicateImport = "duplicate-import", Warning, "RFC 2578 §3.2";
    /// An SMIv2 module that imports from a base module of SMIv1.
    ObsoleteImport = "obsolete-import", Error, "RFC 3584 §2.1.1";
    /// An SMIv2 module that imports what RFC1213-MIB has given up.
    OldMibImport = "old-mib-import", Note, "RFC 2578 §3.2";
    /// A definition with the name of an imported symbol.
    ShadowsImport = "shadows-import", Error, "RFC 2578 §3.2";
    /// A type with the name of one of the standard types.
    RedefinesBaseType = "redefines-base-type", Warning, "RFC 2578 §3.2";
    /// Names of a module that differ only in case.
    CaseConflict = "case-conflict", Note, "RFC 2578 §3.1";
    /// A comment that by the letter of the standard ends before its line does.
    CommentEndsEarly = "comment-ends-early", Note, "RFC 2578 §3.4";
    /// Characters that are not ASCII.
    NonAsciiText = "non-ascii-text", Note, "RFC 2578 §3.1.1";
    /// An OID between the name of a module and DEFINITIONS.
    ModuleOid = "module-oid", Note, "RFC 2578 §3";
    /// A name of more than 32 characters.
    LongName = "long-name", Note, "RFC 2578 §3.1";
    /// A name of more than 64 characters.
    NameLength = "name-length", Error, "RFC 2578 §3.1";
    /// An underscore in a name.
    UnderscoreInName = "underscore-in-name", Error, "RFC 2578 §3.1";
    /// A name that ends in a hyphen.
    HyphenAtEnd = "hyphen-at-end", Error, "RFC 2578 §3";
    /// A hyphen in the name of an SMIv2 definition.
    HyphenInName = "hyphen-in-name", Warning, "RFC 2578 §3.1";
    /// A name that begins in the wrong case.
    NameCase = "name-case", Error, "RFC 2578 §3.1";
    /// A reserved word of ASN.1 used as a name.
    ReservedName = "reserved-name", Error, "RFC 2578 §3.7";
    /// A number with zeros in front.
    LeadingZero = "leading-zero", Warning, "RFC 2578 §3.5";
    /// A definition without STATUS.
    MissingStatus = "missing-status", Error, "RFC 2578 §7.4";
    /// An SMIv2 definition without DESCRIPTION.
    MissingDescription = "missing-description", Error, "RFC 2578 §7.5";
    /// A DESCRIPTION without a word in it.
    EmptyDescription = "empty-description", Note, "RFC 2578 §7.5";
    /// A REFERENCE without a word in it.
    EmptyReference = "empty-reference", Note, "RFC 2578 §7.6";
    /// UNITS without a word in it.
    EmptyUnits = "empty-units", Note, "RFC 2578 §7.2";
    /// An ORGANIZATION without a word in it.
    EmptyOrganization = "empty-organization", Note, "RFC 2578 §5.2";
    /// A CONTACT-INFO without a word in it.
    EmptyContact = "empty-contact", Note, "RFC 2578 §5.3";
    /// A REVISION whose DESCRIPTION is empty or absent.
    EmptyRevision = "empty-revision", Note, "RFC 2578 §5.5.1";
    /// A DISPLAY-HINT without a format.
    EmptyHint = "empty-hint", Note, "RFC 2579 §3.1";
    /// An SMIv2 object with ACCESS, or an SMIv1 object with MAX-ACCESS.
    AccessKeyword = "access-keyword", Error, "RFC 2578 §7.3";
    /// An object without MAX-ACCESS.
    MissingAccess = "missing-access", Error, "RFC 2578 §7.3";
    /// A STATUS of the other version of the SMI.
    StatusVersion = "status-version", Error, "RFC 2578 §7.4";
    /// AGENT-CAPABILITIES that are neither current nor obsolete.
    CapabilitiesStatus = "capabilities-status", Error, "RFC 2580 §6.2";
    /// An access level that SMIv1 does not have.
    AccessVersion = "access-version", Error, "RFC 1212 §4.1.2";
    /// An object that can be written and not read.
    WriteOnly = "write-only", Error, "RFC 2578 §7.3";
    /// A TRAP-TYPE in an SMIv2 module.
    TrapInSmiv2 = "trap-in-smiv2", Error, "RFC 3584 §2.1.2";
    /// A macro of SMIv2 in an SMIv1 module.
    Smiv2Macro = "smiv2-macro", Error, "RFC 1212 §4";
    /// A label that does not begin with a lower-case letter.
    LabelCase = "label-case", Warning, "RFC 2578 §7.1.1";
    /// A hyphen in a label of an SMIv2 module.
    HyphenInLabel = "hyphen-in-label", Note, "RFC 2578 §7.1.1";
    /// An underscore in a label.
    UnderscoreInLabel = "underscore-in-label", Warning, "RFC 2578 §7.1.1";
    /// A label of more than 64 characters.
    LongLabel = "long-label", Warning, "RFC 2578 §7.1.1";
    /// Labels that are not in the order of their numbers.
    LabelOrder = "label-order", Note, "RFC 2578 §7.1.1";
    /// A number of a label or range with zeros in front.
    LabelLeadingZero = "label-leading-zero", Note, "RFC 2578 §11.1";
    /// A label with the number 0 in an SMIv1 enumeration.
    EnumerationZero = "enumeration-zero", Warning, "RFC 1212 §4.1.1";
    /// BITS with positions left out.
    BitsGap = "bits-gap", Warning, "RFC 2578 §7.1.4";
    /// BITS with positions beyond 127.
    BitsLarge = "bits-large", Note, "RFC 2578 §7.1.4";
    /// An enumeration or BITS without labels.
    EmptyEnumeration = "empty-enumeration", Error, "RFC 2578 §7.1.1";
    /// Labels on a type that is not an enumeration.
    EnumerationBase = "enumeration-base", Warning, "RFC 2578 §7.1.1";
    /// Pieces of a range that do not ascend.
    RangeOrder = "range-order", Note, "RFC 2578 §11.1";
    /// A range on a type that cannot be restricted.
    RangeNotAllowed = "range-not-allowed", Error, "RFC 2578 §9";
    /// INTEGER instead of Integer32.
    IntegerMisuse = "integer-misuse", Note, "RFC 2578 §7.1.1";
    /// A type of SMIv1 in an SMIv2 module.
    Smiv1Type = "smiv1-type", Warning, "RFC 3584 §2.1.1";
    /// An object of type IpAddress.
    IpAddress = "ip-address", Note, "RFC 4181 §4.6.1.1";
    /// An object of type Opaque.
    OpaqueType = "opaque-type", Warning, "RFC 2578 §7.1.9";
    /// A CHOICE as a type.
    ChoiceType = "choice-type", Error, "RFC 2578 §7.1";
    /// A type with a tag of its own.
    TaggedType = "tagged-type", Error, "RFC 2578 §7.1";
    /// A type without TEXTUAL-CONVENTION.
    TypeAssignment = "type-assignment", Note, "RFC 2579 §3";
    /// A textual convention that is defined by another.
    NestedConvention = "nested-convention", Warning, "RFC 2579 §3.5";
    /// A textual convention of octets or numbers without DISPLAY-HINT.
    NoDisplayHint = "no-display-hint", Note, "RFC 2579 §3.1";
    /// A DISPLAY-HINT that is not a format, or does not fit its type.
    InvalidDisplayHint = "invalid-display-hint", Error, "RFC 2579 §3.1";
    /// A textual convention without STATUS.
    ConventionStatus = "convention-status", Error, "RFC 2579 §3.2";
    /// A textual convention without DESCRIPTION.
    ConventionDescription = "convention-description", Error, "RFC 2579 §3.3";
    /// A type that nothing in its module uses.
    UnusedType = "unused-type", Note, "RFC 2579 §3";
    /// A current object of a deprecated type.
    DeprecatedType = "deprecated-type", Note, "RFC 2579 §3.2";
    /// A current object of an obsolete type.
    ObsoleteType = "obsolete-type", Warning, "RFC 2579 §3.2";
    /// A table below another object.
    TableParent = "table-parent", Error, "RFC 2578 §7.10";
    /// A row that is not below a table.
    RowParent = "row-parent", Error, "RFC 2578 §7.10";
    /// A scalar below another object.
    ScalarParent = "scalar-parent", Error, "RFC 2578 §7.10";
    /// A notification below an object.
    NotificationParent = "notification-parent", Error, "RFC 2578 §7.10";
    /// A group or statement below an object.
    ConformanceParent = "conformance-parent", Error, "RFC 2578 §7.10";
    /// A plain OID below an object.
    NodeParent = "node-parent", Error, "RFC 2578 §7.10";
    /// A row whose number is not 1.
    RowNumber = "row-number", Error, "RFC 2578 §7.10";
    /// A table with more than one thing below it.
    SecondRow = "second-row", Error, "RFC 2578 §7.10";
    /// An object whose last number is 0.
    ObjectZero = "object-zero", Error, "RFC 2578 §7.10";
    /// Two definitions of a module with one OID.
    DuplicateOid = "duplicate-oid", Error, "RFC 2578 §3.6";
    /// A name in an OID value that belongs to another number.
    ArcLabel = "arc-label", Warning, "RFC 2578 §3.6";
    /// An OID value with numbers in the middle that have no name.
    ImplicitNode = "implicit-node", Note, "RFC 2578 §3.6";
    /// A table that is not not-accessible.
    TableAccess = "table-access", Error, "RFC 2578 §7.1.12";
    /// A row that is not not-accessible.
    RowAccess = "row-access", Error, "RFC 2578 §7.1.12";
    /// A table whose name does not end in Table.
    TableName = "table-name", Note, "RFC 4181 App. C";
    /// A row whose name does not end in Entry.
    RowName = "row-name", Note, "RFC 4181 App. C";
    /// A row that is not named after its table.
    RowTableName = "row-table-name", Note, "RFC 4181 App. C";
    /// A SEQUENCE that is not named after its row.
    RowTypeName = "row-type-name", Note, "RFC 2578 §7.1.12";
    /// A table without a row.
    TableWithoutRow = "table-without-row", Error, "RFC 2578 §7.1.12";
    /// A row without columns.
    RowWithoutColumns = "row-without-columns", Error, "RFC 2578 §7.10";
    /// INDEX or AUGMENTS on an object that is not a row.
    IndexOutsideRow = "index-outside-row", Error, "RFC 2578 §7.7";
    /// A DEFVAL on a table or row.
    DefaultOutsideLeaf = "default-outside-leaf", Error, "RFC 2578 §7.9";
    /// A counter that can be written.
    CounterAccess = "counter-access", Error, "RFC 2578 §7.1.6";
    /// A scalar that is read-create.
    ScalarReadCreate = "scalar-read-create", Error, "RFC 2578 §7.3";
    /// A scalar that is not-accessible.
    ScalarNotAccessible = "scalar-not-accessible", Note, "RFC 2578 §7.3";
    /// A read-write column in a row with read-create columns.
    MixedCreate = "mixed-create", Error, "RFC 2578 §7.3";
    /// A row that can be created, without a status column.
    NoRowStatus = "no-row-status", Note, "RFC 2578 §7.1.12.1";
    /// An index of the row itself that can be read.
    IndexAccess = "index-access", Note, "RFC 2578 §7.7";
    /// A row without a column that can be read.
    NoAccessibleColumn = "no-accessible-column", Error, "RFC 2578 §7.7";
    /// A number as an index without a range.
    IndexRange = "index-range", Warning, "RFC 2578 §7.7";
    /// An index that can be negative.
    IndexNegative = "index-negative", Error, "RFC 2578 §7.7";
    /// A string as an index without a size.
    IndexSize = "index-size", Note, "RFC 2578 §7.7";
    /// Indexes that together do not fit into an OID.
    IndexTooLong = "index-too-long", Note, "RFC 2578 §3.5";
    /// An index of a type that cannot be one.
    IndexType = "index-type", Error, "RFC 2578 §7.7";
    /// A scalar as an index.
    IndexScalar = "index-scalar", Error, "RFC 2578 §7.7";
    /// A type in an INDEX instead of a column.
    IndexBareType = "index-bare-type", Warning, "RFC 2578 §7.7";
    /// A DEFVAL on an index of its own row.
    IndexDefault = "index-default", Note, "RFC 2578 §7.9";
    /// An object that occurs twice in an INDEX.
    DuplicateIndex = "duplicate-index", Note, "RFC 2578 §7.7";
    /// IMPLIED on an index whose length is fixed.
    ImpliedFixed = "implied-fixed", Error, "RFC 2578 §7.7";
    /// IMPLIED on a string that may be empty.
    ImpliedEmpty = "implied-empty", Warning, "RFC 2578 §7.7";
    /// AUGMENTS of a row that augments another one itself.
    NestedAugments = "nested-augments", Error, "RFC 2578 §7.8";
    /// A column that is not in the SEQUENCE of its row.
    SequenceMissingColumn = "sequence-missing-column", Error, "RFC 2578 §7.1.12";
    /// A name in a SEQUENCE that is not a column of the row.
    SequenceExtraColumn = "sequence-extra-column", Error, "RFC 2578 §7.1.12";
    /// A SEQUENCE that is not in the order of the columns.
    SequenceOrder = "sequence-order", Warning, "RFC 2578 §7.1.12";
    /// A column with another type in the SEQUENCE than in its definition.
    SequenceType = "sequence-type", Error, "RFC 2578 §7.1.12";
    /// A column with another name for its type in the SEQUENCE than in its definition.
    SequenceTypeName = "sequence-type-name", Warning, "RFC 2578 §7.1.12";
    /// A restriction or label inside a SEQUENCE.
    SequenceSubtype = "sequence-subtype", Note, "RFC 2578 §7.1.12";
    /// A RowStatus that is not read-create.
    RowStatusAccess = "row-status-access", Warning, "RFC 2579 §2";
    /// A DEFVAL that a RowStatus cannot have.
    RowStatusDefault = "row-status-default", Warning, "RFC 2579 §2";
    /// A writable StorageType without DEFVAL.
    StorageTypeDefault = "storage-type-default", Note, "RFC 2579 §2";
    /// An InetAddress without an InetAddressType before it.
    InetAddressType = "inet-address-type", Note, "RFC 4001 §4";
    /// A TAddress without a TDomain before it.
    TdomainMissing = "tdomain-missing", Note, "RFC 2579 §2";
    /// A TransportAddress without a TransportAddressType before it.
    TransportAddressType = "transport-address-type", Note, "RFC 3419 §2";
    /// An InetAddressType that is restricted.
    InetTypeSubtyped = "inet-type-subtyped", Warning, "RFC 4001 §4";
    /// An InetAddress of one sort as the type of an object.
    InetSpecificAddress = "inet-specific-address", Note, "RFC 4001 §4";
    /// A TransportAddressType that is restricted.
    TransportTypeSubtyped = "transport-type-subtyped", Warning, "RFC 3419 §2";
    /// A TransportAddress of one sort as the type of an object.
    TransportSpecificAddress = "transport-specific-address", Note, "RFC 3419 §2";
    /// A hexadecimal or binary DEFVAL that is not a whole number of octets.
    OddHexDigits = "odd-hex-digits", Warning, "RFC 2578 §7.9";
    /// A DEFVAL with tabs or line breaks in its text.
    DefaultLineBreak = "default-line-break", Warning, "RFC 2578 §7.9";
    /// A notification that carries an object which is not-accessible.
    NotificationObjectAccess = "notification-object-access", Error, "RFC 2578 §8.1";
    /// A notification whose last but one number is not 0.
    NotificationNotReversible = "notification-not-reversible", Warning, "RFC 2578 §8.5";
    /// A notification whose number does not fit an SNMPv1 trap.
    NotificationNumber = "notification-number", Warning, "RFC 3584 §3.1";
    /// A current notification that carries an obsolete object.
    NotificationStatus = "notification-status", Note, "RFC 2578 §8.2";
    /// A notification in an OBJECT-GROUP.
    NotificationInObjectGroup = "notification-in-object-group", Error, "RFC 2580 §3.1";
    /// An object in a NOTIFICATION-GROUP.
    ObjectInNotificationGroup = "object-in-notification-group", Error, "RFC 2580 §4.1";
    /// A table or row in a group.
    TableInGroup = "table-in-group", Error, "RFC 2580 §3.1";
    /// A member that occurs twice in a group.
    DuplicateGroupMember = "duplicate-group-member", Warning, "RFC 2580 §3.1";
    /// A group without members.
    EmptyGroup = "empty-group", Error, "RFC 2580 §3.1";
    /// A current group with a member that is deprecated or obsolete.
    GroupMemberStatus = "group-member-status", Warning, "RFC 2580 §3.3";
    /// A group that no compliance statement names.
    UnusedGroup = "unused-group", Note, "RFC 2580 §5.4";
    /// A compliance statement that requires something that is not a group.
    ComplianceNotGroup = "compliance-not-group", Error, "RFC 2580 §5.4.2";
    /// A group that is both mandatory and conditional.
    ComplianceGroupTwice = "compliance-group-twice", Warning, "RFC 2580 §5.4.2";
    /// An object that a compliance statement refines twice.
    RefinementTwice = "refinement-twice", Warning, "RFC 2580 §5.4.3";
    /// An OBJECT clause for an object that no named group has.
    RefinementNotInGroup = "refinement-not-in-group", Error, "RFC 2580 §5.4.3";
    /// A MIN-ACCESS beyond the MAX-ACCESS of the object.
    MinAccessAbove = "min-access-above", Error, "RFC 2580 §5.4.3.3";
    /// A refinement with another base type than the object.
    RefinementBase = "refinement-base", Error, "RFC 2578 §9";
    /// A current compliance statement that requires an older group.
    ComplianceStatus = "compliance-status", Note, "RFC 2580 §5.1";
    /// A VARIATION with more access than the object has.
    VariationAccess = "variation-access", Error, "RFC 2580 §6.5.2.3";
    /// A VARIATION of a notification with clauses for objects.
    VariationClauses = "variation-clauses", Error, "RFC 2580 §6.5.2";
    /// CREATION-REQUIRES on an object that is not a row.
    CreationOutsideRow = "creation-outside-row", Error, "RFC 2580 §6.5.2.4";
    /// A name that occurs twice in a capabilities statement.
    CapabilitiesDuplicate = "capabilities-duplicate", Warning, "RFC 2580 §6.5";
    /// A VARIATION of something that no included group has.
    VariationNotIncluded = "variation-not-included", Warning, "RFC 2580 §6.5.2";
    /// A name that is a keyword in Rust.
    RustKeyword = "rust-keyword", Note, "";
    /// Names that become one in Rust.
    RustNameCollision = "rust-name-collision", Note, "";
    /// Labels that become one in Rust.
    RustLabelCollision = "rust-label-collision", Note, "";
    /// A compliance statement that requires something of another module than it names.
    ForeignComplianceMember = "foreign-compliance-member", Warning, "RFC 2580 §5.4";
    /// A DEFVAL whose length is not one of the sizes of its type.
    DefaultSize = "default-size", Warning, "RFC 2578 §7.9";
    /// Digits in quotes without an H or B after them.
    DigitsSuffix = "digits-suffix", Warning, "RFC 2578 §3.1.1";
    /// MIN or MAX as the end of a range.
    MinMaxBound = "min-max-bound", Warning, "RFC 2578 §11.1";
    /// A definition that says something else if comments end by the letter of the standard.
    CommentChangesMeaning = "comment-changes-meaning", Warning, "RFC 2578 §3.4";
    // -- End of the rules.
}

impl Code {
    /// Whether it says that text could not be read, so that a definition is lost or incomplete.
    pub fn is_parse_error(self) -> bool {
        matches!(
            self,
            Code::Syntax
                | Code::UnterminatedString
                | Code::MissingClause
                | Code::MissingEnd
                | Code::NoModule
                | Code::IgnoredDefinition
                | Code::TooMany
        )
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id())
    }
}
