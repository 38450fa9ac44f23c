//! Who gets notifications.

use mibc_admin::config::NotifyType;
use mibc_admin::datastore::{Datastore, Peer};
use mibc_runtime::access::Model;
use mibc_runtime::message::Version;
use mibc_runtime::net::TransportAddress;
use mibc_runtime::originator::{
    CommunityEntry, MpModel, Notify, Tag, TagList, TargetAddress, TargetParams, TargetTables, Targets,
};
use mibc_runtime::usm::{Credentials, KeyCache};
use std::fmt::Display;

/// Puts the receivers of a configuration in the place of those before.
///
/// # Errors
/// An address that does not resolve, or a row that cannot be; the receivers stay as they were.
pub(super) async fn fill(targets: &Targets, rows: &Datastore) -> Result<(), String> {
    let mut tables = TargetTables::default();
    for (name, row) in &rows.addresses {
        // Where communities may be used from is not the notifications' affair.
        let Peer::Receiver(text) = &row.row.peer else { continue };
        let what = format!("the target `{}`", String::from_utf8_lossy(name));
        let found = TransportAddress::lookup(text, 162).await.map_err(|error| format!("{what}: {error}"))?;
        let address = found.into_iter().next().ok_or_else(|| format!("{what} has no address"))?;
        let tags = row.row.tags.iter().map(|tag| Tag::new(tag.as_str()));
        let tags: Vec<Tag> = tags.collect::<Result<_, _>>().map_err(|error| format!("{what}: {error}"))?;
        let entry = TargetAddress {
            // In hundredths of a second.
            timeout: u32::try_from(row.row.timeout.as_millis() / 10).unwrap_or(u32::MAX),
            retry_count: row.row.retries,
            tag_list: TagList::of(tags).map_err(|error| format!("{what}: {error}"))?,
            ..TargetAddress::new(address, row.row.parameters.clone())
        };
        tables.set_address(name.clone(), entry).map_err(|error| format!("{what}: {error}"))?;
    }
    fill_rest(&mut tables, rows)?;
    targets.edit(|current| *current = tables);
    Ok(())
}

fn fill_rest(tables: &mut TargetTables, rows: &Datastore) -> Result<(), String> {
    let fail = |what: &str, name: &[u8], error: &dyn Display| {
        format!("{what} `{}`: {error}", String::from_utf8_lossy(name))
    };
    for (name, row) in &rows.parameters {
        let (mp_model, security_model) = match row.row.version {
            Version::V1 => (MpModel::V1, Model::V1),
            Version::V2c => (MpModel::V2C, Model::V2C),
            _ => (MpModel::V3, Model::USM),
        };
        let entry = TargetParams {
            mp_model,
            security_model,
            security_name: row.row.security_name.clone(),
            security_level: row.row.level,
        };
        tables.set_params(name.clone(), entry).map_err(|error| fail("the parameters", name, &error))?;
    }
    for (name, row) in &rows.notify {
        let tag = Tag::new(row.row.tag.as_str()).map_err(|error| fail("the [[notify]]", name, &error))?;
        let notify_type = match row.row.kind {
            NotifyType::Trap => mibc_runtime::originator::NotifyType::Trap,
            NotifyType::Inform => mibc_runtime::originator::NotifyType::Inform,
        };
        let entry = Notify { tag, notify_type };
        tables.set_notify(name.clone(), entry).map_err(|error| fail("the [[notify]]", name, &error))?;
    }
    for (name, profile) in &rows.profiles {
        let set = tables.set_filter_profile(name.clone(), profile.row.clone());
        set.map_err(|error| fail("the filter of", name, &error))?;
    }
    for ((profile, _), family) in &rows.filters {
        let set = tables.set_filter(profile.clone(), family.row.clone());
        set.map_err(|error| fail("the filter", profile, &error))?;
    }
    for (index, row) in &rows.communities {
        let entry = CommunityEntry::new(row.row.name.reveal(), row.row.security_name.clone());
        tables.set_community(index.clone(), entry).map_err(|error| fail("the community", index, &error))?;
    }
    let cache = KeyCache::new();
    for ((engine_id, name), row) in &rows.users {
        let credentials =
            Credentials::new(&row.row.user, &cache).map_err(|error| fail("the user", name, &error))?;
        tables.set_user(*engine_id, credentials);
    }
    Ok(())
}
