//! SNMP devices that are not there.
//!
//! [`Simulated`] is a number of devices, each from a [`Recording`]: `.snmprec` of snmpsim, the output of net-snmp's
//! `snmpwalk -On`, or lines of JSON ([`Format`]). [`spawn`](Simulated::spawn) serves them until what it gives is dropped:
//!
//! ```no_run
//! use mibc_simulator::{Behaviour, Simulated};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let lossy = Behaviour { loss: 0.1, ..Behaviour::default() };
//! let device = Simulated::load("tests/switch.snmprec")?.behaviour(lossy).spawn().await?;
//! println!("ask {} with any community", device.addr());
//! # Ok(())
//! # }
//! ```
//!
//! A device is chosen by the community of a request, its context, or the address that it came to. What recordings have in
//! common is in memory once: names by themselves, since devices of one kind have the same. How devices behave is in
//! [`Options`], which can be read from TOML.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod catalog;
mod clock;
mod device;
#[cfg(feature = "mib")]
pub mod mib;
mod options;
mod problem;
mod reader;
mod serving;
mod simulated;
mod store;
mod variation;
mod writer;

pub use options::{Behaviour, Options, OptionsError, Rule, Writable, duration};
pub use problem::Problem;
pub use reader::{ENDINGS, Format, LoadError, MAX_FILE, MAX_LINE, Names, Read, Source, read};
pub use simulated::{Simulated, Simulator, StartError};
pub use store::{Recording, Variable};
pub use writer::line;
