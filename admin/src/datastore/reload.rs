//! A new configuration in the place of an old one.

use std::fmt;

use mibc_runtime::access::{AccessIndex, Model};
use mibc_runtime::oid::Oid;
use mibc_runtime::usm::EngineId;

use super::rows::Origin;
use super::{Datastore, Table};

/// What a reload has done to one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The table.
    pub table: &'static str,
    /// The row, in words. No secrets are in it.
    pub row: String,
    /// What was done.
    pub what: What,
}

/// What a reload does to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It is new.
    Added,
    /// It has other values.
    Changed,
    /// It is gone.
    Removed,
    /// It was made or changed over SNMP and stays, though the configuration says something else.
    Kept,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.what {
            What::Added => "is added",
            What::Changed => "is changed",
            What::Removed => "is removed",
            What::Kept => "stays as it was set over SNMP",
        };
        write!(f, "{}: {} {what}", self.table, self.row)
    }
}

impl Datastore {
    /// Takes the rows of a new configuration in. Rows that were made or changed over SNMP stay; what has changed is told
    /// in the order of the tables and their rows.
    pub fn reload(&mut self, next: Datastore) -> Vec<Difference> {
        let mut told = Vec::new();
        merge("usmUserTable", &mut self.users, next.users, &mut told);
        merge("vacmContextTable", &mut self.contexts, next.contexts, &mut told);
        merge("vacmSecurityToGroupTable", &mut self.groups, next.groups, &mut told);
        merge("vacmAccessTable", &mut self.access, next.access, &mut told);
        merge("vacmViewTreeFamilyTable", &mut self.families, next.families, &mut told);
        merge("snmpCommunityTable", &mut self.communities, next.communities, &mut told);
        merge("snmpTargetAddrTable", &mut self.addresses, next.addresses, &mut told);
        merge("snmpTargetParamsTable", &mut self.parameters, next.parameters, &mut told);
        merge("snmpNotifyTable", &mut self.notify, next.notify, &mut told);
        merge("snmpNotifyFilterProfileTable", &mut self.profiles, next.profiles, &mut told);
        merge("snmpNotifyFilterTable", &mut self.filters, next.filters, &mut told);
        merge("snmpProxyTable", &mut self.proxies, next.proxies, &mut told);
        told
    }
}

fn merge<I: Index, R: PartialEq>(
    table: &'static str,
    current: &mut Table<I, R>,
    next: Table<I, R>,
    told: &mut Vec<Difference>,
) {
    let mut tell = |index: &I, what| told.push(Difference { table, row: index.words(), what });
    current.retain(|index, row| {
        let stays = row.origin == Origin::Snmp || next.contains_key(index);
        if !stays {
            tell(index, What::Removed);
        }
        stays
    });
    for (index, new) in next {
        match current.get(&index) {
            Some(old) if old.row == new.row => {}
            Some(old) if old.origin == Origin::Snmp => tell(&index, What::Kept),
            old => {
                tell(&index, if old.is_some() { What::Changed } else { What::Added });
                current.insert(index, new);
            }
        }
    }
}

/// An index in words.
trait Index: Ord {
    fn words(&self) -> String;
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

fn model(model: Model) -> String {
    match model {
        Model::ANY => "any".to_owned(),
        Model::V1 => "v1".to_owned(),
        Model::V2C => "v2c".to_owned(),
        Model::USM => "usm".to_owned(),
        Model(other) => format!("model {other}"),
    }
}

impl Index for Vec<u8> {
    fn words(&self) -> String {
        format!("`{}`", text(self))
    }
}

impl Index for (Option<EngineId>, Vec<u8>) {
    fn words(&self) -> String {
        let engine = self.0.map(|id| format!(" of engine {id}")).unwrap_or_default();
        format!("`{}`{engine}", text(&self.1))
    }
}

impl Index for (Model, Vec<u8>) {
    fn words(&self) -> String {
        format!("`{}` ({})", text(&self.1), model(self.0))
    }
}

impl Index for (Vec<u8>, Oid) {
    fn words(&self) -> String {
        format!("{} in `{}`", self.1, text(&self.0))
    }
}

impl Index for AccessIndex {
    fn words(&self) -> String {
        let (group, context) = (text(&self.group), text(&self.context_prefix));
        format!("{group} in context `{context}` ({}, {})", model(self.model), self.level)
    }
}
