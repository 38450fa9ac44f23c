//! One change, and the list of them as text and JSON.

use serde::Serialize;
use std::fmt;

/// What a change means for those who know the old revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Effect {
    /// The standard rules it out: managers and agents of different revisions may not understand each other, or
    /// modules that import from this one no longer resolve.
    Breaks,
    /// Not among what the standard allows, but nothing on the wire changes.
    Careless,
    /// Allowed.
    Allowed,
}

impl Effect {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Effect::Breaks => "breaks",
            Effect::Careless => "careless",
            Effect::Allowed => "allowed",
        }
    }
}

macro_rules! rules {
    ($($(#[$doc:meta])* $rule:ident = $id:literal, $section:literal, $what:literal;)*) => {
        /// What has changed, and the section of the standard that rules on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Rule { $($(#[$doc])* $rule,)* }

        impl Rule {
            /// All of them.
            pub const ALL: &'static [Rule] = &[$(Rule::$rule),*];

            /// The stable spelling, such as `access-changed`.
            pub fn id(self) -> &'static str {
                match self { $(Rule::$rule => $id,)* }
            }

            /// The section, such as `RFC 2578 §10.2 (1)`.
            pub fn section(self) -> &'static str {
                match self { $(Rule::$rule => $section,)* }
            }

            /// What has changed, in words.
            pub fn what(self) -> &'static str {
                match self { $(Rule::$rule => $what,)* }
            }
        }
    };
}

rules! {
    /// The module has another name.
    ModuleRenamed = "module-renamed", "RFC 2578 §10", "the module has another name";
    /// A module is gone.
    ModuleRemoved = "module-removed", "RFC 2578 §10", "the module is gone";
    /// A module is new.
    ModuleAdded = "module-added", "RFC 2578 §10", "the module is new";
    /// The module is written in another version of the SMI.
    LanguageChanged = "language-changed", "RFC 3584 §2.1", "the module is written in another version of the SMI";
    /// Something has changed but LAST-UPDATED has not.
    NotUpdated = "not-updated", "RFC 2578 §10", "LAST-UPDATED does not say that something has changed";
    /// LAST-UPDATED is earlier than it was.
    UpdatedBackwards = "updated-backwards", "RFC 2578 §10", "LAST-UPDATED is earlier than it was";
    /// A revision is missing from the list.
    RevisionRemoved = "revision-removed", "RFC 2578 §5.5", "a REVISION is no longer listed";
    /// A definition is gone.
    Removed = "removed", "RFC 2578 §10", "the definition is gone";
    /// An OID has another name.
    Renamed = "renamed", "RFC 2578 §10.2", "the definition at this OID has another name";
    /// A definition has another OID.
    OidChanged = "oid-changed", "RFC 2578 §10.2", "the OID is another one";
    /// An OID that named something else names a new definition.
    OidReused = "oid-reused", "RFC 2578 §10", "the OID named something else before";
    /// A definition is another sort of thing.
    KindChanged = "kind-changed", "RFC 2578 §10.2", "it is another sort of definition";
    /// A definition is new.
    Added = "added", "RFC 2578 §10.2 (9)", "the definition is new";
    /// A column is new, behind all that were there.
    ColumnAdded = "column-added", "RFC 2578 §10.2 (7)", "the column is new, at the end of its row";
    /// A column is new, among those that were there.
    ColumnInserted = "column-inserted", "RFC 2578 §10.2 (7)", "the column is new, but not at the end of its row";
    /// The type underneath is another one.
    BaseChanged = "base-changed", "RFC 2578 §10.2", "the base type is another one";
    /// Values are allowed that were not.
    RangeWidened = "range-widened", "RFC 2578 §10.2", "more values are allowed than were";
    /// Values are refused that were allowed.
    RangeNarrowed = "range-narrowed", "RFC 2578 §10.2", "values are no longer allowed";
    /// An enumeration or BITS has a new label.
    LabelAdded = "label-added", "RFC 2578 §10.2 (1)", "a label is new";
    /// A number has another label.
    LabelChanged = "label-changed", "RFC 2578 §10.2 (1)", "a number has another label";
    /// A number has no label any more.
    LabelRemoved = "label-removed", "RFC 2578 §10.2 (1)", "a number has no label any more";
    /// A type was replaced by a named one with the same values.
    TypeNamed = "type-named", "RFC 2578 §10.2 (2)", "another name for a type with the same values";
    /// A named type was replaced by a plain one with the same values.
    TypeUnnamed = "type-unnamed", "RFC 2578 §10.2 (2)", "the named type is replaced by what it is made of";
    /// MAX-ACCESS is another one.
    AccessChanged = "access-changed", "RFC 2578 §10.2", "MAX-ACCESS is another one";
    /// STATUS has gone towards obsolete.
    StatusLowered = "status-lowered", "RFC 2578 §10.2 (3)", "STATUS goes towards obsolete";
    /// STATUS has changed in a way that is not allowed.
    StatusChanged = "status-changed", "RFC 2578 §10.2 (3)", "STATUS changes in a direction it may not";
    /// UNITS is new.
    UnitsAdded = "units-added", "RFC 2578 §10.2 (6)", "UNITS is new";
    /// UNITS is another one, or gone.
    UnitsChanged = "units-changed", "RFC 2578 §10.2 (6)", "UNITS is another one or gone";
    /// DEFVAL is new or another one.
    DefaultChanged = "default-changed", "RFC 2578 §10.2 (4)", "DEFVAL is new or another one";
    /// DEFVAL is gone.
    DefaultRemoved = "default-removed", "RFC 2578 §10.2 (4)", "DEFVAL is gone";
    /// REFERENCE is new or another one.
    ReferenceChanged = "reference-changed", "RFC 2578 §10.2 (5)", "REFERENCE is new or another one";
    /// REFERENCE is gone.
    ReferenceRemoved = "reference-removed", "RFC 2578 §10.2 (5)", "REFERENCE is gone";
    /// DESCRIPTION reads otherwise.
    DescriptionChanged = "description-changed", "RFC 2578 §10.2 (8)", "DESCRIPTION reads otherwise: does it mean the same?";
    /// DESCRIPTION is gone.
    DescriptionRemoved = "description-removed", "RFC 2578 §10.2 (8)", "DESCRIPTION is gone";
    /// INDEX or AUGMENTS is another one.
    IndexChanged = "index-changed", "RFC 2578 §10.2", "INDEX or AUGMENTS is another one";
    /// The objects of a notification are others.
    ObjectsChanged = "objects-changed", "RFC 2578 §10.3", "the OBJECTS of the notification are others";
    /// DISPLAY-HINT is new or another one.
    HintChanged = "hint-changed", "RFC 2579 §5 (4)", "DISPLAY-HINT is new or another one";
    /// DISPLAY-HINT is gone.
    HintRemoved = "hint-removed", "RFC 2579 §5 (4)", "DISPLAY-HINT is gone";
    /// A type assignment has become a TEXTUAL-CONVENTION.
    Convention = "convention", "RFC 2579 §5", "the type is a TEXTUAL-CONVENTION now";
    /// A TEXTUAL-CONVENTION has become a type assignment.
    NoConvention = "no-convention", "RFC 2579 §5", "the TEXTUAL-CONVENTION is a plain type now";
    /// The members of a group are others.
    MembersChanged = "members-changed", "RFC 2580 §7.1", "the members of the group are others";
    /// A compliance statement asks for something else.
    RequirementsChanged = "requirements-changed", "RFC 2580 §7.2", "the requirements are others";
    /// A capabilities statement promises something else.
    CapabilitiesChanged = "capabilities-changed", "RFC 2580 §7.3", "the capabilities are others";
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// What it means.
    pub effect: Effect,
    /// What has changed.
    pub rule: Rule,
    /// The definition, type or module.
    pub name: String,
    /// How it was, where that can be said in a few words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// How it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is: Option<String>,
    /// Of [`Rule::OidChanged`]: how many definitions below it moved along, which are not listed for that.
    #[serde(skip_serializing_if = "is_zero")]
    pub below: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// All changes of one module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The name of the old module.
    pub old: String,
    /// The name of the new one.
    pub new: String,
    /// Its LAST-UPDATED before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_revision: Option<String>,
    /// And now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_revision: Option<String>,
    /// The changes: definitions in the order of the old module, then what is new, then types, then the header.
    pub changes: Vec<Change>,
}

impl Report {
    /// A report on a module that one side does not have: `rule` is [`Rule::ModuleRemoved`] or [`Rule::ModuleAdded`].
    pub fn of_missing(module: &str, rule: Rule) -> Report {
        let effect = if rule == Rule::ModuleAdded { Effect::Allowed } else { Effect::Breaks };
        let change = Change { effect, rule, name: module.to_owned(), was: None, is: None, below: 0 };
        Report { old: module.to_owned(), new: module.to_owned(), changes: vec![change], ..Report::default() }
    }

    /// How many changes have an effect.
    pub fn count(&self, effect: Effect) -> usize {
        self.changes.iter().filter(|change| change.effect == effect).count()
    }

    /// Whether something breaks.
    pub fn breaks(&self) -> bool {
        self.count(Effect::Breaks) > 0
    }

    /// As a value to print as JSON: [`Report`]'s fields, each change with the section of its rule.
    pub fn to_json(&self) -> serde_json::Value {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        let changes = value.get_mut("changes").and_then(|changes| changes.as_array_mut());
        for (entry, change) in changes.into_iter().flatten().zip(&self.changes) {
            if let Some(entry) = entry.as_object_mut() {
                entry.insert("section".to_owned(), change.rule.section().into());
            }
        }
        value
    }
}

/// A line that sums up, then the changes from the worst to the mildest, a line each.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let revision = |revision: &Option<String>| {
            revision.as_ref().map_or_else(String::new, |date| format!(" ({date})"))
        };
        let (old, new) = (revision(&self.old_revision), revision(&self.new_revision));
        write!(f, "{}{old} -> {}{new}: ", self.old, self.new)?;
        if self.changes.is_empty() {
            return writeln!(f, "no change");
        }
        let [breaks, careless, allowed] =
            [Effect::Breaks, Effect::Careless, Effect::Allowed].map(|effect| self.count(effect));
        writeln!(f, "{breaks} breaking, {careless} careless, {allowed} allowed")?;
        let mut changes: Vec<&Change> = self.changes.iter().collect();
        changes.sort_by_key(|change| change.effect);
        let width = changes.iter().map(|change| change.name.chars().count()).max().unwrap_or(0);
        for change in changes {
            write!(f, "  {:8}  {:width$}  {}", change.effect.as_str(), change.name, change.rule.what())?;
            match (&change.was, &change.is) {
                (Some(was), Some(is)) => write!(f, ": {was} -> {is}")?,
                (Some(was), None) => write!(f, ": {was}")?,
                (None, Some(is)) => write!(f, ": {is}")?,
                (None, None) => {}
            }
            if change.below > 0 {
                write!(f, ", and {} below it", change.below)?;
            }
            writeln!(f, "  [{}]", change.rule.section())?;
        }
        Ok(())
    }
}
