//! Communities and the views they open (RFC 1157 §3.2.5, RFC 3584 §5).

use std::fmt;

use super::grant::Grant;
use crate::access::{AccessIndex, Family, Model, Origin, Tables};
use crate::message::Level;
use crate::oid::Oid;

/// A community string and what a request that carries it may do.
///
/// An agent has none by default, and refuses to start without a community or a user.
///
/// ```
/// use mibc_runtime::agent::Community;
///
/// let everyone = Community::read_only("public").view(["1.3.6.1.2.1.1".parse()?]);
/// let operators = Community::read_write("s3cret");
/// # let _ = (everyone, operators);
/// # Ok::<(), mibc_runtime::oid::OidError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Community {
    name: Vec<u8>,
    security_name: Option<Vec<u8>>,
    context: Vec<u8>,
    grant: Grant,
}

impl Community {
    /// Allows GET, GETNEXT and GETBULK.
    #[must_use]
    pub fn read_only(name: impl Into<Vec<u8>>) -> Self {
        Self::new(name, Grant::read_only())
    }

    /// Allows SET as well.
    #[must_use]
    pub fn read_write(name: impl Into<Vec<u8>>) -> Self {
        Self::new(name, Grant::read_write())
    }

    /// With this grant.
    #[must_use]
    pub fn new(name: impl Into<Vec<u8>>, grant: Grant) -> Self {
        Self { name: name.into(), security_name: None, context: Vec::new(), grant }
    }

    /// Narrows the community to the given subtrees, for reading and writing. What lies outside looks absent.
    #[must_use]
    pub fn view(self, subtrees: impl IntoIterator<Item = Oid>) -> Self {
        Self { grant: self.grant.view(subtrees), ..self }
    }

    /// Narrows the community to what these families show, for reading and writing.
    #[must_use]
    pub fn families(self, families: impl IntoIterator<Item = Family>) -> Self {
        Self { grant: self.grant.families(families), ..self }
    }

    /// The name under which access control knows the community; by default one that says nothing about the string,
    /// such as `community-1`.
    #[must_use]
    pub fn security_name(self, name: impl Into<Vec<u8>>) -> Self {
        Self { security_name: Some(name.into()), ..self }
    }

    /// The context that its requests are about, instead of the default one.
    #[must_use]
    pub fn context(self, name: impl Into<Vec<u8>>) -> Self {
        Self { context: name.into(), ..self }
    }

    pub(super) fn name(&self) -> &[u8] {
        &self.name
    }

    /// Adds what access control has to know; `number` tells communities apart. Returns whom requests come from.
    pub(super) fn fill(self, tables: &mut Tables, number: usize) -> CommunityMember {
        let own = format!("community-{number}");
        let security_name = self.security_name.unwrap_or_else(|| own.clone().into_bytes());
        tables.add_context(self.context.clone());
        for model in [Model::V1, Model::V2C] {
            tables.set_group(model, security_name.clone(), own.clone());
        }
        let index = AccessIndex {
            group: own.clone().into_bytes(),
            context_prefix: self.context.clone(),
            model: Model::ANY,
            level: Level::NoAuthNoPriv,
        };
        self.grant.fill(tables, index, &own);
        CommunityMember { security_name, context: self.context }
    }
}

/// What the messages of a community mean (RFC 3584 §5.2.1).
#[derive(Clone, Debug)]
pub(super) struct CommunityMember {
    pub(super) security_name: Vec<u8>,
    pub(super) context: Vec<u8>,
}

/// Says what communities mean, for an agent that has too many to list them or finds out when a message comes.
pub trait CommunityLookup: Send + Sync {
    /// Whom the messages of a community come from; `None` for one that is not known. `origin` is what the transport
    /// knows of the sender.
    ///
    /// Called once for each message of SNMPv1 and SNMPv2c, so it should neither wait nor take long.
    fn find<'c>(&'c self, community: &'c [u8], origin: Option<&dyn Origin>) -> Option<KnownCommunity<'c>>;
}

/// What a community means (RFC 3584 §5.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownCommunity<'c> {
    /// The name under which access control knows it.
    pub security_name: &'c [u8],
    /// The context that its requests are about.
    pub context: &'c [u8],
}

/// Keeps the community string out of logs.
impl fmt::Debug for Community {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Community")
            .field("name", &"***")
            .field("context", &String::from_utf8_lossy(&self.context))
            .field("grant", &self.grant)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No secrets in logs, and none in tables that can be read over SNMP.
    #[test]
    fn the_string_stays_secret() {
        let community = Community::read_write("s3cret");
        let text = format!("{community:?}");
        assert!(!text.contains("s3cret"), "{text}");
        let mut tables = Tables::default();
        community.fill(&mut tables, 1);
        let rows: Vec<_> = tables.groups().collect();
        let name = b"community-1".as_slice();
        assert_eq!(rows, [(Model::V1, name, name), (Model::V2C, name, name)]);
    }
}
