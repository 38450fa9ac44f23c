//! The user-based security model of an authoritative engine: its clock, its users, and which messages it accepts
//! (RFC 3414 §3.2).

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::Report;
use super::report_limit::ReportLimit;
use super::{SecurityModel, UsmState, V3Message, unprotect};
use crate::message::Level;
use crate::usm::{Credentials, EngineClock, EngineId, LocalKeys, Protection};
use crate::usm::{MAX_BOOTS, TIME_WINDOW};

/// Reports about unknown users sent per second at most, and as many at once: guessing names must not pay.
const UNKNOWN_USER_REPORTS: u32 = 100;

/// An engine and its users.
pub(crate) struct Authority {
    engine_id: EngineId,
    /// At its start.
    boots: u32,
    started: Instant,
    /// The boots that are saved.
    saved: AtomicU32,
    save: Option<SaveBoots>,
    /// Replaced as a whole where one comes or goes.
    users: RwLock<Arc<Users>>,
    /// Goes up with every message.
    salt: AtomicU64,
    /// Reports about unknown users in the second that began then.
    unknown_users: Mutex<(Instant, u32)>,
    /// Reports in the second that runs.
    report_limit: ReportLimit,
}

/// Saves the boots; tells whether that has worked.
type SaveBoots = Box<dyn Fn(u32) -> bool + Send + Sync>;

/// Users by their names. Those of one moment do not change.
pub(crate) struct Users(BTreeMap<Vec<u8>, Arc<Member>>);

impl Users {
    fn get(&self, name: &[u8]) -> Option<&Member> {
        self.0.get(name).map(|member| &**member)
    }

    /// The user's keys for a message at this level.
    pub(crate) fn protection(&self, user: &[u8], level: Level) -> Option<Protection<'_>> {
        self.get(user)?.keys.protection(level)
    }
}

/// A user, ready for use.
pub(crate) struct Member {
    name: Vec<u8>,
    keys: LocalKeys,
}

impl Member {
    /// Its securityName.
    pub(crate) fn name(&self) -> &[u8] {
        &self.name
    }
}

impl Authority {
    /// An engine whose time begins to count at `started`. `salt` is random.
    pub(crate) fn new(
        engine_id: EngineId,
        boots: u32,
        started: Instant,
        salt: u64,
        users: impl IntoIterator<Item = Credentials>,
    ) -> Self {
        let users = users.into_iter().map(|credentials| {
            let name = credentials.name().to_vec();
            let keys = credentials.localize(&engine_id);
            (name.clone(), Arc::new(Member { name, keys }))
        });
        Self {
            engine_id,
            boots,
            started,
            saved: AtomicU32::new(boots),
            save: None,
            users: RwLock::new(Arc::new(Users(users.collect()))),
            salt: AtomicU64::new(salt),
            unknown_users: Mutex::new((started, 0)),
            report_limit: ReportLimit::default(),
        }
    }

    pub(crate) fn engine_id(&self) -> &EngineId {
        &self.engine_id
    }

    /// Saves the boots where time runs out.
    pub(crate) fn save_boots(&mut self, save: impl Fn(u32) -> bool + Send + Sync + 'static) {
        self.save = Some(Box::new(save));
    }

    /// snmpEngineBoots and snmpEngineTime. When the time has run out, after 68 years, it counts as a boot, which is
    /// saved before anybody hears of it. If that fails, the engine is not in any time window any more (RFC 3414
    /// §2.2.2).
    pub(crate) fn clock(&self, now: Instant) -> EngineClock {
        let seconds = now.saturating_duration_since(self.started).as_secs();
        let period = u64::from(MAX_BOOTS) + 1;
        let boots = u64::from(self.boots).saturating_add(seconds / period).min(u64::from(MAX_BOOTS));
        let boots = boots as u32;
        if boots > self.saved.load(Ordering::Relaxed) {
            if self.save.as_ref().is_some_and(|save| !save(boots)) {
                return EngineClock { boots: MAX_BOOTS, time: 0 };
            }
            self.saved.store(boots, Ordering::Relaxed);
        }
        EngineClock { boots, time: (seconds % period) as u32 }
    }

    /// What a message in the name of `user` takes.
    pub(crate) fn state<'s>(
        &'s self,
        user: &'s [u8],
        clock: EngineClock,
        protection: Protection<'s>,
    ) -> UsmState<'s> {
        let salt = self.salt.fetch_add(1, Ordering::Relaxed);
        UsmState { engine_id: self.engine_id.as_bytes(), clock, user, protection, salt }
    }

    /// What a response to a message from `user` at this level needs; `None` if the user is gone.
    pub(crate) fn state_for<'s>(
        &'s self,
        users: &'s Users,
        user: &'s [u8],
        level: Level,
        now: Instant,
    ) -> Option<UsmState<'s>> {
        Some(self.state(user, self.clock(now), users.protection(user, level)?))
    }

    /// The users as they are now.
    pub(crate) fn users(&self) -> Arc<Users> {
        Arc::clone(&self.users.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds a user, or puts it in the place of the one with its name. Messages that are being answered are answered
    /// with the keys that they came with.
    pub(crate) fn set_user(&self, credentials: &Credentials) {
        let name = credentials.name().to_vec();
        let keys = credentials.localize(&self.engine_id);
        self.edit_users(|users| users.insert(name.clone(), Arc::new(Member { name, keys })));
    }

    /// Removes a user; whether there was one.
    pub(crate) fn remove_user(&self, name: &[u8]) -> bool {
        self.edit_users(|users| users.remove(name)).is_some()
    }

    fn edit_users<O>(&self, edit: impl FnOnce(&mut BTreeMap<Vec<u8>, Arc<Member>>) -> O) -> O {
        let mut published = self.users.write().unwrap_or_else(PoisonError::into_inner);
        let mut users = published.0.clone();
        let outcome = edit(&mut users);
        *published = Arc::new(Users(users));
        outcome
    }

    /// The engine with its users of this moment.
    pub(crate) fn session(&self) -> Session<'_> {
        Session { authority: self, users: self.users() }
    }

    /// Whether one more Report may go there, if the transport says where that is.
    pub(super) fn may_report(&self, now: Instant, source: Option<IpAddr>, report: Report) -> bool {
        source.is_none_or(|source| self.report_limit.admits(now, source))
            && (report != Report::UnknownUser || self.may_tell_unknown_user(now))
    }

    /// Whether one more Report about an unknown user may go out.
    fn may_tell_unknown_user(&self, now: Instant) -> bool {
        let mut unknown_users = self.unknown_users.lock().unwrap_or_else(PoisonError::into_inner);
        let (begin, count) = &mut *unknown_users;
        if now.saturating_duration_since(*begin) >= Duration::from_secs(1) {
            (*begin, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= UNKNOWN_USER_REPORTS
    }
}

/// An engine while it deals with one message.
pub(crate) struct Session<'a> {
    authority: &'a Authority,
    users: Arc<Users>,
}

/// Each fault is the Report about it.
impl SecurityModel for Session<'_> {
    type Message<'m> = V3Message<'m>;
    type State<'s>
        = (&'s Member, UsmState<'s>)
    where
        Self: 's;
    type Fault = Report;

    fn process_incoming<'s>(
        &'s self,
        message: &V3Message<'_>,
        plain: &mut Vec<u8>,
    ) -> Result<Self::State<'s>, Report> {
        let authority = self.authority;
        if message.usm.engine_id != authority.engine_id.as_bytes() {
            return Err(Report::UnknownEngineId);
        }
        let member = self.users.get(message.usm.user).ok_or(Report::UnknownUser)?;
        let own = authority.clock(message.now);
        let is_timely = |sent: EngineClock| {
            own.boots != MAX_BOOTS && sent.boots == own.boots && sent.time.abs_diff(own.time) <= TIME_WINDOW
        };
        unprotect(message, &member.keys, is_timely, plain)?;
        let protection = member.keys.protection(message.level).ok_or(Report::UnsupportedLevel)?;
        Ok((member, authority.state(&member.name, own, protection)))
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority")
            .field("engine_id", &self.engine_id)
            .field("boots", &self.boots)
            .finish_non_exhaustive()
    }
}
