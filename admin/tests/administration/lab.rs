//! An agent with an administration.

use mibc_admin::administration::{Addresses, Administration};
use mibc_admin::config::{Config, StandardNames};
use mibc_admin::datastore::Datastore;
use mibc_admin::store::{EngineRecord, LogStore, Store};
use mibc_runtime::access::{AccessControl, Principal, Refusal, Vacm, View, ViewType};
use mibc_runtime::agent::{Agent, Arrival, Exchange, Running, Step};
use mibc_runtime::ber::{Rules, Writer};
use mibc_runtime::message::{Decoder, ErrorStatus, Message, OwnedBody, Pdu, PduHeader, PduKind, Version};
use mibc_runtime::oid::Oid;
use mibc_runtime::originator::Targets;
use mibc_runtime::value::{Value, VarBind};
use mibc_test_support::netsnmp::{Output, run};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tokio::runtime::Runtime;

struct Shared(Arc<Vacm>);

impl AccessControl for Shared {
    fn view(&self, principal: &Principal<'_>, context: &[u8], kind: ViewType) -> Result<Arc<View>, Refusal> {
        self.0.view(principal, context, kind)
    }
}

pub(crate) const USER: &str = "[[user]]\nname = \"NAME\"\nauth = \"SHA-256\"\nauth-passphrase = \"maplesyrup\"\n\
     privacy = \"AES-128\"\nprivacy-passphrase = \"maplesyrup\"\naccess = \"read-write\"\nview = \"all\"\n";

pub(crate) fn configuration(more: &str) -> String {
    format!(
        "listen = \"udp:127.0.0.1:0\"\n{more}\n[[community]]\nname = \"public\"\nview = \"all\"\nsource = \"127.0.0.0/8\"\n\
         [[community]]\nname = \"private\"\nview = \"all\"\naccess = \"read-write\"\n\
         [[community]]\nname = \"far\"\nview = \"all\"\nsource = \"10.0.0.0/8\"\n\
         [[target]]\nname = \"collector\"\naddress = \"127.0.0.1:9\"\ncommunity = \"trap\"\ntags = [\"all\"]\n\
         [[notify]]\nname = \"all\"\ntag = \"all\"\n{}",
        USER.replace("NAME", "operator")
    )
}

/// An agent with an administration, ended when dropped.
pub(crate) struct Lab {
    running: Option<Running>,
    pub(crate) agent: Agent,
    pub(crate) administration: Administration,
    pub(crate) targets: Arc<Targets>,
    runtime: Runtime,
    pub(crate) at: String,
}

impl Lab {
    pub(crate) fn start(text: &str, folder: Option<&Path>) -> Self {
        let open = |folder| Arc::new(LogStore::open(folder).expect("a store")) as Arc<dyn Store>;
        Self::with(text, folder.map(open))
    }

    /// With any store.
    pub(crate) fn with(text: &str, store: Option<Arc<dyn Store>>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let rows = datastore(text);
        let (vacm, targets) = (Arc::new(Vacm::new()), Arc::new(Targets::new()));
        let administration = Administration::open(store.as_ref(), &vacm, &targets).expect("it opens");
        let (agent, running) = runtime.block_on(async {
            let mut builder = Agent::builder()
                .administered()
                .access_control(Shared(Arc::clone(&vacm)))
                .targets(Arc::clone(&targets));
            if let Some(store) = &store {
                builder = builder.engine_store(EngineRecord::new(Arc::clone(store)));
            }
            let agent = builder.bind("127.0.0.1:0").await.expect("a port");
            let addresses = Addresses::look_up(&rows).await.expect("they resolve");
            administration.configure(&rows, &addresses, &agent).expect("it is taken in");
            administration.serve(&agent);
            administration.serve_system(&agent, |_| "configured".to_owned());
            administration.serve_authentication_traps(&agent, false);
            let running = agent.spawn();
            (agent, running)
        });
        let at = agent.local_addr().to_string();
        Self { running: Some(running), agent, administration, targets, runtime, at }
    }

    pub(crate) fn look_up(&self, rows: &Datastore) -> Addresses {
        self.runtime.block_on(Addresses::look_up(rows)).expect("they resolve")
    }

    /// Another configuration takes the place of the one before.
    pub(crate) fn reload(&self, text: &str) {
        let rows = datastore(text);
        let addresses = self.look_up(&rows);
        self.administration.configure(&rows, &addresses, &self.agent).expect("it is taken in");
    }

    /// The response of the agent to a request, without a socket between.
    pub(crate) fn ask(&self, header: PduHeader, varbinds: Vec<VarBind>) -> Pdu {
        let mut writer = Writer::new();
        let body = OwnedBody::Pdu(Pdu { header, varbinds });
        Message { version: Version::V2c, community: "private".into(), body }.write(&mut writer);
        let request = writer.finish().expect("it fits");
        let mut exchange = Exchange::default();
        let arrival = Arrival::new(Instant::now(), request);
        let Ok(Step::Response(response)) = self.agent.responder().begin(arrival, &mut exchange) else {
            panic!("no answer at once")
        };
        let mut decoder = Decoder::new(Rules::Strict);
        match Message::from(&decoder.decode(response).expect("a message").message).body {
            OwnedBody::Pdu(pdu) => pdu,
            OwnedBody::TrapV1(_) => panic!("a trap is not an answer"),
        }
    }

    /// Sets variables; the status, and the position of what is wrong.
    pub(crate) fn set(&self, changes: &[(&str, Value)]) -> (ErrorStatus, i32) {
        let changes = changes.iter().map(|(name, value)| VarBind::new(oid(name), value.clone()));
        let pdu = self.ask(PduHeader::new(PduKind::Set, 1), changes.collect());
        (pdu.header.error_status, pdu.header.error_index)
    }

    pub(crate) fn get(&self, name: &str) -> Value {
        let pdu = self.ask(PduHeader::new(PduKind::Get, 1), vec![VarBind::unspecified(oid(name))]);
        assert_eq!(pdu.header.error_status, ErrorStatus::NO_ERROR, "{name}");
        pdu.varbinds.into_iter().next().expect("one").value
    }

    /// All variables below a name.
    pub(crate) fn walk(&self, root: &str) -> Vec<VarBind> {
        let root = oid(root);
        let (mut found, mut from): (Vec<VarBind>, Oid) = (Vec::new(), root.clone());
        loop {
            let pdu = self.ask(PduHeader::bulk(1, 0, 50), vec![VarBind::unspecified(from.clone())]);
            for varbind in pdu.varbinds {
                if varbind.value == Value::EndOfMibView || varbind.name.strip_prefix(&root).is_none() {
                    return found;
                }
                from = varbind.name.clone();
                found.push(varbind);
            }
        }
    }

    /// A cell of a user of the agent's engine.
    pub(crate) fn cell(&self, column: u32, name: &str) -> String {
        let engine = self.agent.responder().engine_id().expect("an engine");
        let arcs = |octets: &[u8]| -> String {
            let arcs = octets.iter().map(|octet| format!(".{octet}"));
            format!(".{}{}", octets.len(), arcs.collect::<String>())
        };
        format!("{USM_USER}.{column}{}{}", arcs(engine.as_bytes()), arcs(name.as_bytes()))
    }

    pub(crate) fn run(&self, program: &str, identity: &[&str], arguments: &[&str]) -> Output {
        run(program, &[], &[identity, &["-On", "-t2", "-r1", &self.at], arguments].concat())
    }

    /// As the administrator; must succeed. Some tools tell a failure only in words.
    pub(crate) fn done(&self, program: &str, arguments: &[&str]) -> String {
        let said = self.run(program, &user("operator", "maplesyrup"), arguments);
        let is_done = said.success && !said.stderr.contains("Error in packet");
        assert!(is_done, "{program} {arguments:?}: {} {}", said.stdout, said.stderr);
        said.stdout
    }

    /// As the administrator; must be refused with this word.
    pub(crate) fn refused(&self, program: &str, arguments: &[&str], word: &str) {
        let said = self.run(program, &user("operator", "maplesyrup"), arguments);
        assert!(said.stderr.contains(word), "{program} {arguments:?}: {} {}", said.stdout, said.stderr);
    }

    /// What somebody reads of sysName; `None` without an answer or with an error.
    pub(crate) fn name(&self, identity: &[&str]) -> Option<String> {
        let said = self.run("snmpget", identity, &[".1.3.6.1.2.1.1.5.0"]);
        (said.success && said.stdout.contains("STRING")).then_some(said.stdout)
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            // Its sockets are gone with it either way.
            let _ = self.runtime.block_on(running.stop());
        }
    }
}

pub(crate) fn datastore(text: &str) -> Datastore {
    Datastore::of(&Config::parse(text, "/".as_ref(), &StandardNames).expect("a configuration"))
}

pub(crate) fn user<'a>(name: &'a str, passphrase: &'a str) -> [&'a str; 12] {
    ["-v3", "-lauthPriv", "-u", name, "-a", "SHA-256", "-A", passphrase, "-x", "AES", "-X", passphrase]
}

pub(crate) const USM_USER: &str = ".1.3.6.1.6.3.15.1.2.2.1";

pub(crate) fn oid(text: &str) -> Oid {
    text.trim_start_matches('.').parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}
