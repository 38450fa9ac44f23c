//! SNMP with the MIB in the type system: MIB modules compiled to typed Rust, and a manager and an agent to run them.
//!
//! An OID, an index, an enumeration or a write to a read-only object that is wrong does not compile.
//!
//! # An agent and a manager
//!
//! A MIB module is a Rust module: its objects are constants that know the type of their values and what may be done
//! with them. The standard ones are in [`mibs`]. This program serves three objects of SNMPv2-MIB and asks for them:
//!
//! ```
//! use mibc::{Agent, Community, Manager, SetError, Target, mibs::snmpv2_mib::*};
//! use std::sync::{Arc, Mutex};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let agent = Agent::builder().community(Community::read_write("secret")).bind("127.0.0.1:0").await?;
//!     let name = Arc::new(Mutex::new("switch-1".to_owned()));
//!     let (read, write) = (name.clone(), name);
//!     agent.serve(SYS_DESCR, || "a switch".into());
//!     agent.serve(SYS_UP_TIME, || 4711.into());
//!     agent.serve_rw(
//!         SYS_NAME,
//!         move || read.lock().unwrap().as_str().into(),
//!         move |name| {
//!             *write.lock().unwrap() = name.to_string();
//!             Ok::<_, SetError>(())
//!         },
//!     );
//!     let running = agent.spawn();
//!
//!     let manager = Manager::bind().await?;
//!     let switch = manager.target(Target::v2c(agent.local_addr(), "secret"));
//!     switch.set(SYS_NAME, "switch-2".into()).await?;
//!     let (name, up) = switch.get((SYS_NAME, SYS_UP_TIME)).await?; // one request
//!     assert_eq!(name.to_string(), "switch-2");
//!     assert_eq!(up.to_string(), "00:00:47.11");
//!     // switch.set(SYS_DESCR, "a router".into()) would not compile: "this object cannot be written".
//!     running.stop().await;
//!     Ok(())
//! }
//! ```
//!
//! # Tables
//!
//! A column has one variable per row, and [`at`](runtime::typed::Column::at) takes the index that the MIB gives the
//! row: a number, a text, a tuple if the index has several parts. A table is read by naming columns. They may be of
//! several SMI tables, as long as these have the same index; here ifHCInOctets comes from ifXTable. Cells are
//! `Option`s, because rows of real agents have holes.
//!
//! ```no_run
//! use mibc::{Manager, Target, mibs::if_mib::*};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), mibc::Error> {
//!     let manager = Manager::bind().await?;
//!     let router = manager.target(Target::v2c("192.0.2.1", "public"));
//!
//!     let status: IfOperStatus = router.get(IF_OPER_STATUS.at(1)).await?;
//!     match status {
//!         IfOperStatus::UP => println!("up"),
//!         other => println!("{other}"), // enumerations are open: what the MIB does not name is `unknown(17)`
//!     }
//!     router.set(IF_ADMIN_STATUS.at(1), IfAdminStatus::DOWN).await?;
//!
//!     let mut rows = router.table((IF_DESCR, IF_OPER_STATUS, IF_HC_IN_OCTETS));
//!     while let Some((index, (descr, status, octets))) = rows.try_next().await? {
//!         println!("{}: {descr:?} {status:?} {octets:?}", index.if_index);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! Or as a struct of one's own, see [`FromRow`](derive@FromRow):
//!
//! ```no_run
//! use mibc::{FromRow, Session, mibs::if_mib::*};
//!
//! #[derive(FromRow)]
//! #[row(IfEntry)]
//! struct Port {
//!     if_descr: String,                   // the column of the field's name
//!     if_oper_status: IfOperStatus,       // a row without it is an error that names object and row
//!     #[column(IF_HC_IN_OCTETS)]
//!     received: Option<u64>,              // an `Option` takes a hole; any type that is `From` the column's will do
//! }
//!
//! async fn ports(router: &Session) -> Result<Vec<(IfIndex, Port)>, mibc::Error> {
//!     Ok(router.rows().await?)
//! }
//! ```
//!
//! # Notifications
//!
//! A notification of a MIB is a struct. An agent sends it to all its [`Sink`]s at the same time. A [`Listener`]
//! receives what agents send, in whatever version, and decodes it:
//!
//! ```
//! use mibc::{Agent, Community, Listener, Sink, User, mibs::if_mib::*, usm::{Auth, Privacy}};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let user = User::new("operator").auth(Auth::Sha256, "maplesyrup").privacy(Privacy::Aes128, "pancakes");
//!     let mut listener = Listener::builder().community("traps").user(user.clone()).bind("127.0.0.1:0").await?;
//!     let address = listener.local_addr();
//!
//!     let agent = Agent::builder()
//!         .community(Community::read_only("public"))
//!         .sink(Sink::v2c(address, "traps"))
//!         .sink(Sink::v3_inform(address, user)) // waits for the acknowledgement
//!         .bind("127.0.0.1:0")
//!         .await?;
//!     agent.notify(LinkDown::at(7, IfAdminStatus::UP, IfOperStatus::DOWN)).await?;
//!
//!     for _ in 0..2 {
//!         let received = listener.next().await.unwrap();
//!         if let Some(link_down) = received.decode::<LinkDown>() {
//!             assert_eq!(link_down?.notification.if_index.value.0, 7);
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # SNMPv3
//!
//! A [`User`] has a name and, as far as it has any, passphrases for authentication and for privacy. The manager asks
//! and the agent answers at the highest level that the user has keys for. An agent is told what the user may do with
//! an [`Account`], and keeps the engine ID and the boots that SNMPv3 asks for in an
//! [engine store](agent::AgentBuilder::engine_store).
//!
//! ```
//! use mibc::{Account, Agent, Manager, Target, User, mibs::snmpv2_mib::*, usm::{Auth, Privacy}};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let user = User::new("operator").auth(Auth::Sha256, "maplesyrup").privacy(Privacy::Aes128, "pancakes");
//!     let agent = Agent::builder().user(Account::read_only(user.clone())).bind("127.0.0.1:0").await?;
//!     agent.serve(SYS_NAME, || "switch-1".into());
//!     let _running = agent.spawn();
//!
//!     let manager = Manager::bind().await?;
//!     let switch = manager.target(Target::v3(agent.local_addr(), user));
//!     assert_eq!(switch.get(SYS_NAME).await?.to_string(), "switch-1");
//!     Ok(())
//! }
//! ```
//!
//! # Serving a table
//!
//! A table that `Config::agent` (or `agent = [..]` of `mib!`) names has a trait of its name in its module, such as
//! `AcmeOutletTable`: one function for each column, `next` for the order of the rows, `test` and `commit` for SET.
//! [`Agent::serve_table`](agent::Served::serve_table) takes what implements it; [`agent::table`] has the rest. This is for
//! data that lives elsewhere: rows that are only the table's are kept in a store, as below and in `examples/quickstart`.
//!
//! The traits of standard tables are in [`mibs`] with the feature `agent`, whether they are named or not:
//!
//! ```
//! use mibc::mibs::{if_mib::*, snmpv2_tc::DisplayString};
//! use mibc::{Agent, Community, Manager, Target};
//! use std::sync::Arc;
//!
//! struct Loopback;
//!
//! impl IfTable for Loopback {
//!     fn next(&self, after: Option<&IfIndex>) -> Option<IfIndex> {
//!         after.is_none().then(|| 1.into())
//!     }
//!     fn if_descr(&self, _: &IfIndex) -> Option<DisplayString> {
//!         Some("lo".into())
//!     }
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let agent = Agent::builder().community(Community::read_only("public")).bind("127.0.0.1:0").await?;
//!     agent.serve_table(IfEntry, Arc::new(Loopback));
//!     let _running = agent.spawn();
//!
//!     let host = Manager::bind().await?.target(Target::v2c(agent.local_addr(), "public"));
//!     assert_eq!(host.get(IF_DESCR.at(1)).await?.to_string(), "lo");
//!     Ok(())
//! }
//! ```
//!
//! Columns that the agent does not have stand in the trait's `LEFT_OUT`. Rows that are elsewhere, such as in a database,
//! come when they are asked for ([`Agent::serve_table_lazily`](agent::Served::serve_table_lazily)). Values and rows can
//! depend on who asks ([`Agent::serve_with`](agent::Served::serve_with),
//! [`Agent::serve_table_with`](agent::Served::serve_table_with)). What has no MIB at compile time, or forwards requests, is
//! an [`agent::Handler`].
//!
//! # A table that managers write
//!
//! A [`RowStore`] keeps the rows of a table and serves it without any trait: with all of RowStatus and StorageType, the
//! MIB's defaults, ranges and sizes. The application looks at rows by the same constants, and is asked before rows
//! change. This is the table of addresses that an interface listens to, of IF-MIB:
//!
//! ```
//! use mibc::{Agent, Community, Manager, RowStore, SetError, Target, mibs::if_mib::*, mibs::snmpv2_tc::RowStatus};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let addresses = RowStore::<IfRcvAddressEntry>::builder()
//!         .on_commit(|change| match change.index() {
//!             Some(index) if index.if_index.0 == 1 => Ok(()), // here the interface is told
//!             _ => Err(SetError::inconsistent_name()),
//!         })
//!         .build()?;
//!     let agent = Agent::builder().community(Community::read_write("secret")).bind("127.0.0.1:0").await?;
//!     agent.serve_rows(&addresses);
//!     let _running = agent.spawn();
//!
//!     let manager = Manager::bind().await?;
//!     let switch = manager.target(Target::v2c(agent.local_addr(), "secret"));
//!     let index = IfRcvAddressIndex::from((1, vec![2, 0, 0, 0, 0, 7]));
//!     switch.set(IF_RCV_ADDRESS_STATUS.at(index.clone()), RowStatus::CREATE_AND_GO).await?;
//!     assert_eq!(addresses.get(&index, IF_RCV_ADDRESS_TYPE), Some(IfRcvAddressType::VOLATILE)); // its DEFVAL
//!     switch.set(IF_RCV_ADDRESS_STATUS.at(index), RowStatus::DESTROY).await?;
//!     assert!(addresses.is_empty());
//!     Ok(())
//! }
//! ```
//!
//! [`rows`] has the rest: rows of the application's own, hooks, rows that survive a restart.
//!
//! # Devices that misbehave
//!
//! A [`Target`] says how patiently to ask: timeout, retries, a deadline, how many requests at a time, when to stop
//! asking a dead device. Equal targets share what is learned of a device. Walks and tables are streams of the `futures`
//! crates as well; [`manager::blocking`] has the same operations for threads without a runtime.
//!
//! ```no_run
//! use mibc::{Error, Target, manager::blocking::Manager, mibs::if_mib::*};
//! use std::time::Duration;
//!
//! fn main() -> Result<(), Error> {
//!     let manager = Manager::bind()?;
//!     let target = Target::v2c("192.0.2.1", "public").timeout(Duration::from_secs(2)).deadline(Duration::from_secs(20));
//!     let (router, record) = manager.target(target).recorded();
//!     for row in router.table((IF_DESCR, IF_HC_IN_OCTETS)).with(|table| table.limit(10_000)) {
//!         let (index, (descr, octets)) = row?;
//!         println!("{}: {descr:?} {octets:?}", index.if_index);
//!     }
//!     println!("{}", record.take().anomalies); // what is odd about the device's encoding
//!     Ok(())
//! }
//! ```
//!
//! # Names as MIBs write them
//!
//! [`oid!`] takes a name with its module and a numeric instance. The literal becomes the path of the constant, below
//! `crate::mibs` or another root, so that rustc finds wrong names and suggests right ones. `use mibc::mibs;` at the
//! root of the crate makes the standard modules its `crate::mibs`; modules of one's own are there anyway, see below.
//!
//! ```standalone_crate
//! use mibc::{mibs, oid, runtime::typed::Variable};
//!
//! fn main() {
//!     assert_eq!(oid!("IF-MIB::ifDescr.7").oid().unwrap().to_string(), "1.3.6.1.2.1.2.2.1.2.7");
//!     assert_eq!(oid!(in mibc::mibs, "IF-MIB::ifNumber.0").oid(), mibs::if_mib::IF_NUMBER.oid());
//! }
//! ```
//!
//! Names that are known at run time only go through `get_oids`, `get_next`, `get_bulk` and `walk` of a
//! `Session`, which take and give OIDs and [`Value`]s.
//!
//! # Modules of one's own
//!
//! With a build script, which is the way for applications:
//!
//! ```text
//! // build.rs, with the build-dependency mibc-compiler
//! fn main() -> Result<(), mibc_compiler::CompileError> {
//!     mibc_compiler::Config::new().include("mibs").modules(["ACME-POWER-MIB"]).compile()?;
//!     Ok(())
//! }
//!
//! // src/main.rs
//! pub mod mibs { include!(concat!(env!("OUT_DIR"), "/mibs.rs")); }
//! ```
//!
//! `crate::mibs` then has the new modules, and the standard ones that they refer to. Small programs and tests use the
//! macro `mib!` (feature `mib`); the command `mibc compile` writes the Rust for everyone else.
//!
//! Constants and types of a module come with their names: `use mibs::acme_power_mib::*` brings in all of them, also
//! types called as in Rust's prelude if the MIB has such.
//!
//! # Logs
//!
//! Manager, agent and listener log by the crate `tracing`, with the targets of `mibc::runtime::logs`. `docs/logs.md` in the
//! repository lists every event with its level and fields.
//!
//! # Features
//!
//! | feature | what it adds | default |
//! |---|---|---|
//! | `manager` | [`Manager`], [`manager::blocking`] | yes |
//! | `agent` | [`Agent`], [`Sink`], the traits of the tables in [`mibs`] | yes |
//! | `listener` | [`Listener`] | yes |
//! | `usm` | SNMPv3 in the three | yes |
//! | `protocol` | messages and the engine, for programs with their own sockets | with the four |
//! | `mib` | the macro `mib!`, with the compiler in the build | |
//! | `if-mib`, `ip-mib`, … | a standard module each: its name in lower case | IF-MIB, SNMPv2-MIB, and what these use |
//! | `all-modules` | all standard modules | |
//!
//! A module whose feature is not enabled is not there: rustc says `could not find ip_mib in mibs`. Without features
//! this crate is the types only.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

// Derives and generated code say `::mibc`, also in this crate's own tests.
#[allow(unused_extern_crates)]
extern crate self as mibc;

mod error;

pub use error::Error;

/// The standard MIB modules: one Rust module each, with the name in lower case and `_` for `-`.
#[doc(inline)]
pub use mibc_generated as mibs;
#[doc(inline)]
pub use mibc_runtime as runtime;

#[cfg(all(feature = "agent", feature = "usm"))]
#[doc(inline)]
pub use mibc_runtime::agent::Account;
#[cfg(feature = "agent")]
#[doc(inline)]
pub use mibc_runtime::agent::{self, Agent, Community, SetError, Sink};
#[cfg(feature = "listener")]
#[doc(inline)]
pub use mibc_runtime::listener::{self, Listener};
#[cfg(feature = "manager")]
#[doc(inline)]
pub use mibc_runtime::manager::{self, Manager, Session, Table, Target, Walk};
#[cfg(all(feature = "manager", feature = "agent"))]
#[doc(inline)]
pub use mibc_runtime::proxy;
#[cfg(feature = "usm")]
#[doc(inline)]
pub use mibc_runtime::usm::{self, User};
#[cfg(all(feature = "manager", feature = "agent", feature = "listener"))]
#[doc(inline)]
pub use mibc_runtime::whole::{self, Entity};
#[cfg(feature = "agent")]
#[doc(inline)]
pub use mibc_runtime::{
    access as access_control, originator, registry,
    rows::{self, RowStore},
};
#[doc(inline)]
pub use mibc_runtime::{
    index::Index,
    oid::Oid,
    typed::{self, FromRow, Notification, access},
    value::{
        Bits, Counter32, Counter64, Gauge32, IpAddress, OctetString, Opaque, TimeTicks, Unsigned32, Value,
        VarBind,
    },
};

#[cfg(feature = "mib")]
pub use mibc_macros::mib;
pub use mibc_macros::{FromRow, Index, oid};
