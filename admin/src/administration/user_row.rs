//! What a SET makes of a row of usmUserTable (RFC 3414 §5).
//!
//! The localized keys lie in the columns that change them, where managers read an empty string.

use mibc_generated::snmp_user_based_sm_mib::{
    KeyChange, USM_USER_AUTH_KEY_CHANGE, USM_USER_AUTH_PROTOCOL, USM_USER_CLONE_FROM,
    USM_USER_OWN_AUTH_KEY_CHANGE, USM_USER_OWN_PRIV_KEY_CHANGE, USM_USER_PRIV_KEY_CHANGE,
    USM_USER_PRIV_PROTOCOL, USM_USER_SECURITY_NAME, UsmUserEntry, UsmUserIndex,
};
use mibc_generated::snmpv2_tc::{RowPointer, RowStatus};
use mibc_runtime::access::Model;
use mibc_runtime::agent::{RowState, SetError};
use mibc_runtime::index;
use mibc_runtime::oid::Oid;
use mibc_runtime::rows::{Asked, RowEdit, RowRef};
use mibc_runtime::typed::{Column, Row, access};
use mibc_runtime::usm::{Auth, Key, key_change};
use zeroize::Zeroizing;

use super::protocols::{Protocol, auth_of, auth_oid, privacy_of, privacy_oid};

type KeyColumn = Column<UsmUserEntry, KeyChange, access::ReadCreate>;

/// What is in the column for the user itself where the key is not its template's. Managers read an empty string there.
const OWN: &[u8] = &[1];

const ACTIVE: i32 = RowStatus::ACTIVE.0;
const CREATE_AND_GO: i32 = RowStatus::CREATE_AND_GO.0;

/// A key, by the two columns that change it.
#[derive(Clone, Copy)]
struct KeyColumns {
    /// Has the key.
    key: KeyColumn,
    /// For the user itself.
    own: KeyColumn,
}

const AUTH_KEY: KeyColumns = KeyColumns { key: USM_USER_AUTH_KEY_CHANGE, own: USM_USER_OWN_AUTH_KEY_CHANGE };
const PRIVACY_KEY: KeyColumns =
    KeyColumns { key: USM_USER_PRIV_KEY_CHANGE, own: USM_USER_OWN_PRIV_KEY_CHANGE };

type Asking<'a> = Asked<'a, UsmUserEntry>;
type Editing<'a> = RowEdit<'a, UsmUserEntry>;
type User<'a> = RowRef<'a, UsmUserEntry>;

/// The row as the SET would have it, keys and all.
pub(super) fn settle<'a>(asked: &Asking<'_>, row: Editing<'a>) -> Result<Editing<'a>, SetError> {
    let Some(index) = asked.index() else { return Err(SetError::no_creation()) };
    let row = row.set(USM_USER_SECURITY_NAME, index.usm_user_name.clone());
    check_protocols(asked, &row)?;
    let (row, template) = clone_from(asked, row)?;
    let auth = row.get(USM_USER_AUTH_PROTOCOL).map_or(Protocol::None, |oid| auth_of(&oid)).known();
    let privacy = row.get(USM_USER_PRIV_PROTOCOL).map_or(Protocol::None, |oid| privacy_of(&oid)).known();
    // The hash of the authentication protocol makes the new privacy key as well.
    let row = change_key(asked, row, &index, AUTH_KEY, template, auth)?;
    change_key(asked, row, &index, PRIVACY_KEY, template, auth.filter(|_| privacy.is_some()))
}

/// Which protocols a SET may give a user: any that are known when the row is made, later on only none.
fn check_protocols(asked: &Asking<'_>, row: &Editing<'_>) -> Result<(), SetError> {
    let auth = row.get(USM_USER_AUTH_PROTOCOL).unwrap_or_else(|| auth_oid(None));
    let privacy = row.get(USM_USER_PRIV_PROTOCOL).unwrap_or_else(|| privacy_oid(None));
    let before = asked.before();
    let has_privacy = privacy_of(&privacy) != Protocol::None;
    if asked.is_set(USM_USER_AUTH_PROTOCOL) {
        let at = |error: SetError| Err(error.column(USM_USER_AUTH_PROTOCOL.sub_id()));
        let protocol = auth_of(&auth);
        if protocol == Protocol::Unknown {
            return at(SetError::wrong_value());
        }
        let is_other = before.is_some_and(|row| row.get(USM_USER_AUTH_PROTOCOL).as_ref() != Some(&auth));
        if is_other && (protocol != Protocol::None || has_privacy) {
            return at(SetError::inconsistent_value());
        }
    }
    if asked.is_set(USM_USER_PRIV_PROTOCOL) {
        let at = |error: SetError| Err(error.column(USM_USER_PRIV_PROTOCOL.sub_id()));
        if privacy_of(&privacy) == Protocol::Unknown {
            return at(SetError::wrong_value());
        }
        let is_other = before.is_some_and(|row| row.get(USM_USER_PRIV_PROTOCOL).as_ref() != Some(&privacy));
        if has_privacy && (is_other || auth_of(&auth) == Protocol::None) {
            return at(SetError::inconsistent_value());
        }
    }
    Ok(())
}

/// The first SET of usmUserCloneFrom copies the protocols of another user, which is returned for its keys. Later ones do
/// nothing.
fn clone_from<'a, 't>(
    asked: &Asking<'t>,
    row: Editing<'a>,
) -> Result<(Editing<'a>, Option<User<'t>>), SetError> {
    if !asked.is_set(USM_USER_CLONE_FROM) {
        return Ok((row, None));
    }
    let earlier = asked.before().and_then(|row| row.get(USM_USER_CLONE_FROM));
    if let Some(earlier) = earlier.filter(|pointer| pointer.0 != Oid::ZERO) {
        return Ok((row.set(USM_USER_CLONE_FROM, earlier), None));
    }
    let pointer = row.get(USM_USER_CLONE_FROM);
    let template = pointer.and_then(|pointer| user_at(&pointer)).and_then(|index| asked.row(&index));
    let template = template.filter(|user| user.state() == RowState::Active);
    let Some(template) = template else {
        return Err(SetError::inconsistent_name().column(USM_USER_CLONE_FROM.sub_id()));
    };
    let auth = template.get(USM_USER_AUTH_PROTOCOL).unwrap_or_else(|| auth_oid(None));
    let privacy = template.get(USM_USER_PRIV_PROTOCOL).unwrap_or_else(|| privacy_oid(None));
    let row = row.set(USM_USER_AUTH_PROTOCOL, auth).set(USM_USER_PRIV_PROTOCOL, privacy);
    Ok((row, Some(template)))
}

/// The user that a pointer to any column of its row is about.
fn user_at(pointer: &RowPointer) -> Option<UsmUserIndex> {
    let mut rest = pointer.0.strip_prefix_arcs(UsmUserEntry::OID)?;
    rest.next()?;
    index::decode(rest).ok()
}

/// Puts the key into the row that a SET asks for: that of the template or its own, changed as often as the SET says. `auth`
/// is the protocol whose hash does it; without one the user has no such key, and changing it does nothing.
///
/// A user that is made in steps is not ready before it has a key of its own (RFC 3414 §5, usmUserStatus): until then
/// `columns.own` is not [`OWN`]. One that the same SET clones and activates has its template's key, as in net-snmp's agent,
/// whose tool asks for that.
fn change_key<'a>(
    asked: &Asking<'_>,
    row: Editing<'a>,
    index: &UsmUserIndex,
    columns: KeyColumns,
    template: Option<User<'_>>,
    auth: Option<Auth>,
) -> Result<Editing<'a>, SetError> {
    if asked.is_set(columns.own) {
        check_owner(asked, index).map_err(|error| error.column(columns.own.sub_id()))?;
    }
    let nothing = || KeyChange(Vec::new().into());
    let Some(auth) = auth else {
        return Ok(row.set(columns.key, nothing()).set(columns.own, nothing()));
    };
    let from = template.or_else(|| asked.before());
    let octets = from.and_then(|user| user.get(columns.key)).map(|key| Zeroizing::new(key.0.0));
    let mut key = Key::new(octets.as_deref().map(Vec::as_slice).unwrap_or_default());
    let mut is_own = match (template, asked.before()) {
        (Some(_), _) => matches!(asked.status(), Some(CREATE_AND_GO | ACTIVE)),
        (None, before) => before.is_some_and(|row| {
            row.state() == RowState::Active || row.get(columns.own).is_some_and(|own| own.0.0 == OWN)
        }),
    };
    for column in [columns.key, columns.own].into_iter().filter(|column| asked.is_set(*column)) {
        let at = |error: SetError| error.column(column.sub_id());
        if key.is_empty() {
            // The row has no key to make it from.
            return Err(at(SetError::inconsistent_value()));
        }
        let value = row.get(column).map(|value| value.0.0).unwrap_or_default();
        key = key_change::apply(auth, &key, &value).map_err(|_| at(SetError::wrong_length()))?;
        is_own = true;
    }
    let row =
        if is_own { row.set(columns.own, KeyChange(OWN.to_vec().into())) } else { row.clear(columns.own) };
    Ok(if key.is_empty() {
        // It is not ready until it is cloned from somebody who has a key.
        row.clear(columns.key)
    } else {
        row.set(columns.key, KeyChange(key.as_bytes().to_vec().into()))
    })
}

/// Users change their own keys, and nobody else's, once they are active.
fn check_owner(asked: &Asking<'_>, index: &UsmUserIndex) -> Result<(), SetError> {
    let owner = &index.usm_user_name.0.0;
    let is_owner = asked.who().is_some_and(|who| who.model == Model::USM && *who.security_name == **owner);
    if !is_owner {
        return Err(SetError::no_access());
    }
    if asked.before().is_none_or(|row| row.state() != RowState::Active) {
        return Err(SetError::inconsistent_value());
    }
    Ok(())
}
