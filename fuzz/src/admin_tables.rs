//! SETs and other requests to the administrative tables of an agent: users, views, communities, targets, notifications.

use super::transaction::decoded;
use mibc_admin::administration::{Addresses, Administration};
use mibc_admin::config::{Config, StandardNames};
use mibc_admin::datastore::Datastore;
use mibc_admin::store::{Batch, Record, Store, StoreError};
use mibc_runtime::access::{AccessControl, Model, Principal, Refusal, Vacm, View, ViewType};
use mibc_runtime::agent::{Agent, Arrival, Exchange, Inquiry, SearchRange, Step};
use mibc_runtime::ber::Rules;
use mibc_runtime::message::{ErrorStatus, PduKind};
use mibc_runtime::oid::Oid;
use mibc_runtime::originator::Targets;
use mibc_runtime::value::VarBind;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

/// Requests of one input that are answered; further ones tell nothing new.
const REQUESTS: usize = 20;

/// All of snmpModules but the counters and the time of the engine: 1.3.6.1.6.3.12 and behind it.
const FIRST: [u32; 7] = [1, 3, 6, 1, 6, 3, 12];
const LAST: [u32; 7] = [1, 3, 6, 1, 6, 3, 19];

const CONFIGURATION: &str = r#"
persistence = "store"

[[community]]
name = "private"
access = "read-write"

[[view]]
name = "few"
include = "system"

[[user]]
name = "u"
access = "read-only"

[[target]]
name = "t"
address = "127.0.0.1:9"
community = "c"
type = "trap"
filter = "f"

[[filter]]
name = "f"
include = "snmpTraps"
"#;

struct Shared(Arc<Vacm>);

impl AccessControl for Shared {
    fn view(&self, who: &Principal<'_>, context: &[u8], kind: ViewType) -> Result<Arc<View>, Refusal> {
        self.0.view(who, context, kind)
    }
}

/// A store in memory.
#[derive(Debug, Default)]
struct Memory(Mutex<Batch>);

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Batch> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Memory {
    fn load(&self) -> Vec<Record> {
        let mut records = BTreeMap::new();
        for (table, key, value) in self.lock().changes() {
            match value {
                Some(value) => records.insert((table.to_owned(), key.to_vec()), value.to_vec()),
                None => records.remove(&(table.to_owned(), key.to_vec())),
            };
        }
        let record = |((table, key), value): ((String, Vec<u8>), Vec<u8>)| Record::new(&table, &key, &value);
        records.into_iter().map(record).collect()
    }

    fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        let mut all = self.lock();
        for (table, key, value) in batch.changes() {
            match value {
                Some(value) => all.put(table, key, value),
                None => all.remove(table, key),
            }
        }
        Ok(())
    }
}

struct Lab {
    agent: Agent,
    administration: Administration,
    targets: Arc<Targets>,
    exchange: Exchange,
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Builder::new_current_thread().enable_all().build().expect("a runtime"))
}

impl Lab {
    fn new(store: &Arc<dyn Store>) -> Self {
        static ROWS: OnceLock<Datastore> = OnceLock::new();
        let rows = ROWS.get_or_init(|| {
            let config = Config::parse(CONFIGURATION, Path::new("/"), &StandardNames);
            Datastore::of(&config.expect("a configuration"))
        });
        let (vacm, targets) = (Arc::new(Vacm::new()), Arc::new(Targets::new()));
        let administration = Administration::open(Some(store), &vacm, &targets).expect("what it has kept");
        let agent = Agent::builder().administered().access_control(Shared(vacm));
        let agent = agent.targets(Arc::clone(&targets));
        let (agent, addresses) = runtime().block_on(async {
            (
                agent.bind("127.0.0.1:0").await.expect("a port"),
                Addresses::look_up(rows).await.expect("numbers"),
            )
        });
        administration.configure(rows, &addresses, &agent).expect("rows");
        administration.serve(&agent);
        administration.serve_system(&agent, |_| "fuzz".to_owned());
        Self { agent, administration, targets, exchange: Exchange::default() }
    }

    /// All that is in the tables, whoever may see it.
    fn state(&self) -> Vec<VarBind> {
        let [first, last] = [FIRST, LAST].map(|arcs| Oid::from_arcs(&arcs).expect("an OID"));
        let who = || Principal::new(Model::V2C, b"fuzz".to_vec());
        let mut all: Vec<VarBind> = Vec::new();
        loop {
            let start = all.last().map_or(&first, |last: &VarBind| &last.name);
            let range = SearchRange { start: start.as_ref(), include: false, end: Some(last.as_ref()) };
            let mut inquiry = Inquiry::new();
            self.agent.bulk(&mut inquiry, who(), [range], (0, 100), 60_000);
            let before = all.len();
            let found = inquiry.varbinds().map(|varbind| varbind.to_varbind());
            let found: Vec<VarBind> =
                found.filter(|varbind| varbind.name < last && varbind.name > first).collect();
            all.extend(
                found.into_iter().filter(|varbind| varbind.value != mibc_runtime::value::Value::EndOfMibView),
            );
            if all.len() == before {
                return all;
            }
        }
    }

    fn answer(&mut self, datagram: &[u8]) -> Option<Vec<u8>> {
        let arrival = Arrival::new(Instant::now(), datagram);
        match self.agent.responder().begin(arrival, &mut self.exchange).ok()? {
            Step::Response(response) => Some(response.to_vec()),
            Step::Wait(_) => panic!("nothing waits here"),
            Step::Nothing => None,
        }
    }
}

/// Datagrams, each behind its length in two octets. A request that fails or reads changes nothing; what has come of all
/// of them is there after a restart; rows that are left unfinished go.
pub fn admin_tables(data: &[u8]) {
    let store: Arc<dyn Store> = Arc::new(Memory::default());
    let mut lab = Lab::new(&store);
    let mut before = lab.state();
    let mut rest = data;
    for _ in 0..REQUESTS {
        let Some((length, behind)) = rest.split_first_chunk::<2>() else { break };
        let (datagram, behind) = behind.split_at(usize::from(u16::from_be_bytes(*length)).min(behind.len()));
        rest = behind;
        let answer = lab.answer(datagram);
        let after = lab.state();
        let is_set = |kind| kind == PduKind::Set;
        let asked = decoded(datagram, Rules::Lenient).map(|(.., pdu)| pdu.header.kind);
        let done =
            // An answer repeats the varbinds of a request, also what a lenient reader passes over.
            answer.as_deref().and_then(|answer| decoded(answer, Rules::Lenient)).map(|(.., pdu)| pdu.header);
        let may_change = asked.is_some_and(is_set)
            && done.is_some_and(|header| header.error_status == ErrorStatus::NO_ERROR);
        assert!(may_change || after == before, "{asked:?} that ends with {done:?} has changed something");
        before = after;
    }
    // Rows that are kept are those that are there: volatile ones go with the process.
    let (begun, age) = (Instant::now(), Duration::from_secs(1));
    lab.administration.expire(begun, age).expect("a store in memory");
    lab.administration.expire(begun + age, age).expect("a store in memory");
    let targets = lab.targets.tables();
    let addresses: Vec<Vec<u8>> = targets.addresses().iter().map(|(name, _)| name.to_vec()).collect();
    drop(lab);
    let again = Lab::new(&store);
    let found = again.targets.tables();
    for (name, _) in found.addresses().iter() {
        assert!(addresses.iter().any(|known| known == name), "a target that comes from nowhere");
    }
}
