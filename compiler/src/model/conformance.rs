//! Groups, compliance statements and capabilities (RFC 2580).

use super::{DefId, DefaultValue, Name, Ref, Syntax, Text};
use mibc_runtime::syntax::Access;

/// OBJECT-GROUP or NOTIFICATION-GROUP.
#[derive(Clone, Debug)]
pub struct Group {
    /// Whether it is a NOTIFICATION-GROUP.
    pub notifications: bool,
    /// OBJECTS or NOTIFICATIONS, in order.
    pub members: Vec<Ref<DefId>>,
}

/// MODULE-COMPLIANCE.
#[derive(Clone, Debug)]
pub struct Compliance {
    /// One for each MODULE clause.
    pub modules: Vec<ComplianceModule>,
}

/// One MODULE clause of a compliance statement.
#[derive(Clone, Debug)]
pub struct ComplianceModule {
    /// The module it is about; the module itself if the clause names none.
    pub module: Name,
    /// MANDATORY-GROUPS.
    pub mandatory: Vec<Ref<DefId>>,
    /// GROUP clauses: the group and its condition.
    pub groups: Vec<(Ref<DefId>, Option<Text>)>,
    /// OBJECT clauses.
    pub objects: Vec<ObjectRefinement>,
}

/// An OBJECT clause of a compliance statement.
#[derive(Clone, Debug)]
pub struct ObjectRefinement {
    /// The object.
    pub object: Ref<DefId>,
    /// SYNTAX.
    pub syntax: Option<Syntax>,
    /// WRITE-SYNTAX.
    pub write_syntax: Option<Syntax>,
    /// MIN-ACCESS.
    pub min_access: Option<Access>,
    /// DESCRIPTION.
    pub description: Option<Text>,
}

/// AGENT-CAPABILITIES.
#[derive(Clone, Debug)]
pub struct Capabilities {
    /// PRODUCT-RELEASE.
    pub product_release: Option<Text>,
    /// One for each SUPPORTS clause.
    pub supports: Vec<Supports>,
}

/// One SUPPORTS clause.
#[derive(Clone, Debug)]
pub struct Supports {
    /// The supported module.
    pub module: Name,
    /// INCLUDES.
    pub includes: Vec<Ref<DefId>>,
    /// VARIATION clauses.
    pub variations: Vec<Variation>,
}

/// One VARIATION clause.
#[derive(Clone, Debug)]
pub struct Variation {
    /// The object or notification.
    pub object: Ref<DefId>,
    /// SYNTAX.
    pub syntax: Option<Syntax>,
    /// WRITE-SYNTAX.
    pub write_syntax: Option<Syntax>,
    /// ACCESS.
    pub access: Option<Access>,
    /// CREATION-REQUIRES.
    pub creation_requires: Vec<Ref<DefId>>,
    /// DEFVAL.
    pub default: Option<DefaultValue>,
    /// DESCRIPTION.
    pub description: Option<Text>,
}
