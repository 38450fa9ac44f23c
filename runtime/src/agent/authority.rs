//! The agent as authoritative engine: its clock, its users, and which messages it accepts (RFC 3414 §3.2).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::account::Account;
use super::engine_store::EngineState;
use super::report_counters::ReportCounters;
use crate::engine::{MAX_BOOTS, Random, Report, TIME_WINDOW};
use crate::message::{Level, UsmRef, V3Ref};
use crate::net::OsRandom;
use crate::usm::{Credentials, EngineClock, EngineId, KeyCache, LocalKeys, UserError};

/// Reports about unknown users sent per second at most, and as many at once: guessing names must not pay.
const UNKNOWN_USER_REPORTS: u32 = 100;

/// An engine and its users.
pub(crate) struct Authority {
    state: EngineState,
    started: Instant,
    users: BTreeMap<Vec<u8>, Member>,
    /// Goes up with every encrypted message, from a random start.
    salt: AtomicU64,
    counters: ReportCounters,
    /// Reports about unknown users in the second that began then.
    unknown_users: Mutex<(Instant, u32)>,
}

/// A user, ready for use.
pub(crate) struct Member {
    pub(crate) account: Account,
    pub(crate) keys: LocalKeys,
}

impl Authority {
    pub(crate) fn new(
        state: EngineState,
        started: Instant,
        accounts: impl IntoIterator<Item = Account>,
    ) -> Result<Self, UserError> {
        let cache = KeyCache::new();
        let mut users = BTreeMap::new();
        for account in accounts {
            let credentials = Credentials::new(account.user(), &cache)?;
            let keys = credentials.localize(&state.engine_id);
            users.insert(account.user().name().to_vec(), Member { account, keys });
        }
        let mut random = OsRandom::new();
        let salt = u64::from(random.next_u32()) << 32 | u64::from(random.next_u32());
        Ok(Self {
            state,
            started,
            users,
            salt: AtomicU64::new(salt),
            counters: ReportCounters::default(),
            unknown_users: Mutex::new((started, 0)),
        })
    }

    pub(crate) fn engine_id(&self) -> &EngineId {
        &self.state.engine_id
    }

    pub(crate) fn counters(&self) -> &ReportCounters {
        &self.counters
    }

    pub(crate) fn next_salt(&self) -> u64 {
        self.salt.fetch_add(1, Ordering::Relaxed)
    }

    /// snmpEngineBoots and snmpEngineTime. When the time has run out, after 68 years, it counts as a boot.
    pub(crate) fn clock(&self, now: Instant) -> EngineClock {
        let seconds = now.saturating_duration_since(self.started).as_secs();
        let period = u64::from(MAX_BOOTS) + 1;
        let boots = u64::from(self.state.boots).saturating_add(seconds / period).min(u64::from(MAX_BOOTS));
        EngineClock { boots: boots as u32, time: (seconds % period) as u32 }
    }

    pub(crate) fn member(&self, user: &[u8]) -> Option<&Member> {
        self.users.get(user)
    }

    /// Checks a message in the order of the standard, each fault its own Report, and decrypts into `plain`.
    pub(crate) fn accept(
        &self,
        now: Instant,
        datagram: &[u8],
        message: &V3Ref<'_>,
        usm: &UsmRef<'_>,
        level: Level,
        plain: &mut Vec<u8>,
    ) -> Result<&Member, Report> {
        if usm.engine_id != self.state.engine_id.as_bytes() {
            return Err(Report::UnknownEngineId);
        }
        let member = self.users.get(usm.user).ok_or(Report::UnknownUser)?;
        if !level.has_auth() {
            return Ok(member);
        }
        let Some(auth) = &member.keys.auth else { return Err(Report::UnsupportedLevel) };
        if level.has_privacy() && member.keys.privacy.is_none() {
            return Err(Report::UnsupportedLevel);
        }
        let place = usm.auth_offset..usm.auth_offset.saturating_add(usm.auth.len());
        auth.verify(datagram, place).map_err(|_| Report::WrongDigest)?;
        let own = self.clock(now);
        let sent = EngineClock { boots: usm.boots, time: usm.time };
        if own.boots == MAX_BOOTS || sent.boots != own.boots || sent.time.abs_diff(own.time) > TIME_WINDOW {
            return Err(Report::NotInTimeWindow);
        }
        if level.has_privacy()
            && let Some(privacy) = &member.keys.privacy
        {
            plain.clear();
            plain.extend_from_slice(message.data);
            privacy.decrypt(sent, usm.privacy, plain).map_err(|_| Report::DecryptionError)?;
        }
        Ok(member)
    }

    /// Whether one more Report about an unknown user may go out.
    pub(crate) fn may_tell_unknown_user(&self, now: Instant) -> bool {
        let mut unknown_users = self.unknown_users.lock().unwrap_or_else(PoisonError::into_inner);
        let (begin, count) = &mut *unknown_users;
        if now.saturating_duration_since(*begin) >= Duration::from_secs(1) {
            (*begin, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= UNKNOWN_USER_REPORTS
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").field("state", &self.state).finish_non_exhaustive()
    }
}
