//! A device, a proxy in front of it, and those who ask.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::Bound;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mibc_runtime::access::{Model, Principal};
use mibc_runtime::agent::{
    Account, Agent, AgentBuilder, Community, Running, SetError, Tested, Undo, Variables, prepared,
};
use mibc_runtime::manager::{Manager, Session, Target};
use mibc_runtime::message::{Level, Version};
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::originator::{
    CommunityEntry, MpModel, ProxyEntry, ProxyType, Tag, TagList, TargetAddress, TargetParams, TargetTables,
    Targets,
};
use mibc_runtime::usm::{Auth, EngineId, Privacy, User};
use mibc_runtime::value::{Counter64, OctetString, Value, VarBind};
use mibc_runtime::whole::Entity;
use mibc_test_support::v3::{credentials, oid, user};

pub(crate) const VERSIONS: [Version; 3] = [Version::V1, Version::V2c, Version::V3];
pub(crate) const NAME: &str = "1.3.6.1.2.1.1.5.0";
pub(crate) const IN_OCTETS: &str = "1.3.6.1.2.1.31.1.1.1.6";
pub(crate) const ALIAS: &str = "1.3.6.1.2.1.31.1.1.1.18.1";

/// What a device has.
#[derive(Debug)]
pub(crate) struct Store(Arc<Mutex<BTreeMap<Oid, Value>>>);

impl Variables for Store {
    fn get(&self, name: OidRef<'_>) -> Result<Value, mibc_runtime::agent::ReadError> {
        let store = self.0.lock().expect("not poisoned");
        Ok(store.get(&name.to_oid()).cloned().unwrap_or(Value::NoSuchInstance))
    }

    fn next(&self, from: Bound<OidRef<'_>>) -> Result<Option<VarBind>, mibc_runtime::agent::ReadError> {
        let from = from.map(|name| name.to_oid());
        let store = self.0.lock().expect("not poisoned");
        let next = store.range((from, Bound::Unbounded)).next();
        Ok(next.map(|(name, value)| VarBind { name: name.clone(), value: value.clone() }))
    }

    fn test(&self, _: &Principal<'_>, changes: Vec<VarBind>) -> Tested {
        let store = Arc::clone(&self.0);
        let is_known = |change: &VarBind| store.lock().expect("not poisoned").contains_key(&change.name);
        if let Some(at) = changes.iter().position(|change| !is_known(change)) {
            return Err(SetError::no_creation().varbind(at)).into();
        }
        Ok(prepared(move || {
            let changes = changes.into_iter().map(|change| (change.name, change.value));
            store.lock().expect("not poisoned").extend(changes);
            Ok(Undo::nothing())
        }))
        .into()
    }
}

/// The user of devices, and the one of the proxy: their keys differ.
pub(crate) fn device_user() -> User {
    user("device", Auth::Sha1, Some(Privacy::Aes128))
}

pub(crate) fn proxy_user() -> User {
    user("manager", Auth::Sha256, Some(Privacy::Aes128))
}

pub(crate) struct Device {
    pub(crate) agent: Agent,
    _running: Running,
}

impl Device {
    pub(crate) async fn start() -> Self {
        let agent = Agent::builder()
            .community(Community::read_write("device"))
            .user(Account::read_write(device_user()))
            .bind("127.0.0.1:0")
            .await
            .expect("loopback");
        let text = |text: &str| Value::OctetString(OctetString(text.into()));
        let mut store = BTreeMap::from([(oid(NAME), text("device")), (oid(ALIAS), text("uplink"))]);
        for interface in 1..=40 {
            store.insert(oid(&format!("{IN_OCTETS}.{interface}")), Value::Counter64(Counter64(1 << 40)));
        }
        agent.register(oid("1.3.6.1.2.1"), Arc::new(Store(Arc::new(Mutex::new(store)))));
        let running = agent.spawn();
        Self { agent, _running: running }
    }

    pub(crate) fn engine_id(&self) -> EngineId {
        self.agent.responder().engine_id().expect("it speaks SNMPv3")
    }
}

pub(crate) struct Proxy {
    pub(crate) agent: Agent,
    pub(crate) targets: Arc<Targets>,
    pub(crate) manager: Manager,
    /// What it is part of, if it is not an agent by itself.
    pub(crate) entity: Option<Entity>,
    _running: Running,
}

fn number(version: Version) -> &'static str {
    match version {
        Version::V1 => "1",
        Version::V2c => "2c",
        _ => "3",
    }
}

/// Parameters of a version in somebody's name.
pub(crate) fn params(version: Version, name: &str) -> TargetParams {
    let (mp_model, security_model, security_level) = match version {
        Version::V1 => (MpModel::V1, Model::V1, Level::NoAuthNoPriv),
        Version::V2c => (MpModel::V2C, Model::V2C, Level::NoAuthNoPriv),
        _ => (MpModel::V3, Model::USM, Level::AuthPriv),
    };
    TargetParams { mp_model, security_model, security_name: name.into(), security_level }
}

impl Proxy {
    /// With parameters for both sides: "in" is the community of who asks and "manager" its user, "device" are those of
    /// devices. Communities are of the contexts of this engine.
    pub(crate) async fn start(engine_id: EngineId) -> Self {
        let targets = Self::targets(engine_id);
        let manager = Manager::bind().await.expect("loopback");
        let agent = Self::builder(&targets, &manager).bind("127.0.0.1:0").await.expect("loopback");
        let running = agent.spawn();
        Self { agent, targets, manager, entity: None, _running: running }
    }

    /// The same, as part of an entity that asks the targets and listens by the same socket.
    pub(crate) async fn start_in_entity(engine_id: EngineId) -> Self {
        let targets = Self::targets(engine_id);
        let entity = Entity::bind("127.0.0.1:0").await.expect("loopback");
        let manager = entity.manager();
        let agent = entity.agent(Self::builder(&targets, &manager)).expect("an agent");
        let running = agent.spawn();
        Self { agent, targets, manager, entity: Some(entity), _running: running }
    }

    fn builder(targets: &Arc<Targets>, manager: &Manager) -> AgentBuilder {
        Agent::builder()
            .administered()
            .targets(Arc::clone(targets))
            .user(Account::read_only(proxy_user()))
            .proxy(manager.clone())
    }

    fn targets(engine_id: EngineId) -> Arc<Targets> {
        let targets = Arc::new(Targets::new());
        targets.edit(|tables| {
            let entry = |community, name| CommunityEntry {
                context_engine_id: engine_id.as_bytes().to_vec(),
                ..CommunityEntry::new(community, name)
            };
            tables.set_community("in", entry("in", "manager")).expect("a row");
            let out = CommunityEntry {
                transport_tag: Tag::new("device").expect("a tag"),
                ..entry("device", "device")
            };
            tables.set_community("out", out).expect("a row");
            for version in VERSIONS {
                let name = number(version);
                tables.set_params(format!("in-{name}"), params(version, "manager")).expect("a row");
                tables.set_params(format!("out-{name}"), params(version, "device")).expect("a row");
            }
            tables.set_user(None, credentials(&device_user()));
        });
        targets
    }

    /// Adds an address that is spoken to in this version.
    pub(crate) fn add_address(&self, name: &str, address: SocketAddr, version: Version) {
        self.targets.edit(|tables| {
            let row = TargetAddress {
                timeout: 200,
                retry_count: 0,
                tag_list: TagList::new("device").expect("tags"),
                ..TargetAddress::new(
                    mibc_runtime::net::TransportAddress::Udp(address),
                    format!("out-{}", number(version)),
                )
            };
            tables.set_address(name, row).expect("a row");
        });
    }

    /// Passes on what comes in one version.
    pub(crate) fn add_row(&self, kind: ProxyType, engine_id: EngineId, version: Version, out: &str) {
        self.targets.edit(|tables| {
            let row = ProxyEntry::new(kind, engine_id.as_bytes(), format!("in-{}", number(version)));
            let row = match kind {
                ProxyType::Read | ProxyType::Write => ProxyEntry { single_target_out: out.into(), ..row },
                _ => ProxyEntry { multiple_target_out: Tag::new(out).expect("a tag"), ..row },
            };
            tables.set_proxy(format!("{kind:?}-{}", number(version)), row).expect("a row");
        });
    }

    pub(crate) fn edit(&self, change: impl FnOnce(&mut TargetTables)) {
        self.targets.edit(change);
    }

    /// How who asks sees the device.
    pub(crate) fn session(&self, asker: &Manager, engine_id: EngineId, version: Version) -> Session {
        let address = self.agent.local_addr();
        let target = match version {
            Version::V1 => Target::v1(address, "in"),
            Version::V2c => Target::v2c(address, "in"),
            _ => Target::v3(address, proxy_user()).context_engine_id(engine_id),
        };
        asker.target(target.timeout(Duration::from_secs(3)).retries(0).breaker(None).max_outstanding(64))
    }
}
