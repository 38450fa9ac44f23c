//! Load for the manager: what one varbind of a walk, and one poll of many targets, costs.
//!
//! ```text
//! mibc-manager-bench walk v2c|sha2aes ADDRESS [REPEATS]
//! mibc-manager-bench poll v2c|sha2aes TARGETS ROUNDS WINDOW
//! mibc-manager-bench table ADDRESS
//! mibc-manager-bench memory v2c|sha2aes TARGETS
//! mibc-manager-bench delay LISTEN UPSTREAM
//! ```
//!
//! `walk`, `poll` and `table` ask what the peers of `benches/compare-manager` are asked, in the same numbers,
//! and print lines of the same form. `delay` passes datagrams on and holds each answer back for a
//! millisecond, as a network would.
#![forbid(unsafe_code)]

mod delay;
mod generated;
mod poll;
mod usage;
mod walk;

use mibc_runtime::manager::{Manager, Settings, Target};
use mibc_runtime::usm::{Auth, Privacy, User};
use std::net::SocketAddr;
use std::time::Duration;

/// What ends a run.
type Failure = Box<dyn std::error::Error>;

/// Variables asked for at a time by walks, as the peers do.
const MAX_REPETITIONS: u32 = 25;

/// How a target is spoken to.
#[derive(Clone, Copy)]
enum Security {
    V2c,
    Sha2Aes,
}

impl Security {
    fn parse(text: &str) -> Result<Self, Failure> {
        match text {
            "v2c" => Ok(Security::V2c),
            "sha2aes" => Ok(Security::Sha2Aes),
            _ => Err(format!("expected v2c or sha2aes, found {text}").into()),
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Security::V2c => "v2c",
            Security::Sha2Aes => "sha2aes",
        }
    }

    fn target(self, address: SocketAddr) -> Target {
        match self {
            Security::V2c => Target::v2c(address, "public"),
            Security::Sha2Aes => {
                let user = User::new("sha2aes");
                let user = user.auth(Auth::Sha256, "authpass123").privacy(Privacy::Aes128, "privpass123");
                Target::v3(address, user)
            }
        }
    }
}

/// A manager with one socket, on the loopback address.
async fn manager() -> Result<Manager, Failure> {
    let mut settings = Settings::default();
    settings.local = Some(([127, 0, 0, 1], 0).into());
    Ok(Manager::bind_with(&settings).await?)
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match *words {
        ["walk", security, address] => {
            runtime.block_on(walk::walk(Security::parse(security)?, address.parse()?, 1))
        }
        ["walk", security, address, repeats] => {
            runtime.block_on(walk::walk(Security::parse(security)?, address.parse()?, repeats.parse()?))
        }
        ["table", address] => runtime.block_on(walk::table(address.parse()?)),
        ["poll", security, targets, rounds, window] => {
            let security = Security::parse(security)?;
            runtime.block_on(poll::poll(security, targets.parse()?, rounds.parse()?, window.parse()?))
        }
        ["memory", security, targets] => poll::memory(&runtime, Security::parse(security)?, targets.parse()?),
        ["delay", listen, upstream] => {
            delay::relay(listen.parse()?, upstream.parse()?, Duration::from_millis(1))
        }
        _ => Err("expected walk, poll, table, memory or delay; see the head of main.rs".into()),
    }
}
