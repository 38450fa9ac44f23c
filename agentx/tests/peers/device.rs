//! What the sub-agents of these tests serve, with a log of what happened to it.

use mibc_runtime::agent::{Served, SetError, Undo, UndoError};
use mibc_runtime::meta::Meta;
use mibc_runtime::oid::Oid;
use mibc_runtime::typed::{Module, Scalar, access};
use mibc_runtime::value::{Counter64, OctetString};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) struct Mib;

impl Module for Mib {
    const META: Meta<'static> = Meta::EMPTY;
}

/// The root of all that a device serves.
pub(crate) fn root(device: u32) -> Oid {
    Oid::from_arcs(&[1, 3, 6, 1, 4, 1, 32473, device]).expect("an OID")
}

/// The instance of a scalar of a device.
pub(crate) fn instance(device: u32, scalar: u32) -> Oid {
    root(device).child(scalar).and_then(|oid| oid.child(0)).expect("an OID")
}

/// A commit of this value fails.
pub(crate) const BREAKS: i32 = 13;

/// An undo of this value fails.
pub(crate) const STAYS: i32 = 14;

/// A device, whose scalars are `name`(1), `limit`(2), `frail`(3), `late`(4), `octets`(5), and `slow`(6), which takes long to
/// test.
#[derive(Clone, Debug, Default)]
pub(crate) struct Device {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    name: Vec<u8>,
    limit: i32,
    frail: i32,
    log: Vec<String>,
}

impl Default for State {
    fn default() -> Self {
        Self { name: b"attic".to_vec(), limit: 10, frail: 1, log: Vec::new() }
    }
}

impl Device {
    /// What has happened, since this was asked last.
    pub(crate) fn log(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().expect("no panic").log)
    }

    /// The values of `name`, `limit` and `frail`.
    pub(crate) fn values(&self) -> (String, i32, i32) {
        let state = self.state.lock().expect("no panic");
        (String::from_utf8_lossy(&state.name).into_owned(), state.limit, state.frail)
    }

    /// Serves a number at an OID.
    pub(crate) fn serve_at(&self, served: &Served, object: Oid) {
        let arcs: Vec<u32> = object.arcs().collect();
        served.serve(Scalar::<Mib, i32, access::ReadOnly>::new(arcs.leak()), || 1);
    }

    /// Serves all of it below its root.
    pub(crate) fn serve(&self, served: &Served, device: u32) {
        fn scalar<T, A>(device: u32, number: u32) -> Scalar<Mib, T, A> {
            let arcs: Vec<u32> = root(device).arcs().chain([number]).collect();
            Scalar::new(arcs.leak())
        }
        let log = |what: &str| {
            let (state, what) = (Arc::clone(&self.state), what.to_owned());
            move |value: i32| state.lock().expect("no panic").log.push(format!("{what} {value}"))
        };
        let (get, set) = (Arc::clone(&self.state), Arc::clone(&self.state));
        served.serve_rw(
            scalar::<OctetString, access::ReadWrite>(device, 1),
            move || OctetString(get.lock().expect("no panic").name.clone()),
            move |name: OctetString| {
                set.lock().expect("no panic").name = name.0;
                Ok(())
            },
        );
        let (get, set, tested, committed) =
            (Arc::clone(&self.state), Arc::clone(&self.state), log("test"), log("commit"));
        let undone = Arc::new(log("undo"));
        served.serve_rw_checked(
            scalar::<i32, access::ReadWrite>(device, 2),
            move || get.lock().expect("no panic").limit,
            move |limit: &i32| {
                tested(*limit);
                if *limit > 100 { Err(SetError::wrong_value()) } else { Ok(()) }
            },
            move |limit: i32| {
                committed(limit);
                let before = std::mem::replace(&mut set.lock().expect("no panic").limit, limit);
                let (set, undone) = (Arc::clone(&set), Arc::clone(&undone));
                Ok(Undo::with(move || {
                    undone(limit);
                    set.lock().expect("no panic").limit = before;
                }))
            },
        );
        let (get, set) = (Arc::clone(&self.state), Arc::clone(&self.state));
        served.serve_rw(
            scalar::<i32, access::ReadWrite>(device, 3),
            move || get.lock().expect("no panic").frail,
            move |frail: i32| {
                if frail == BREAKS {
                    return Err(SetError::commit_failed());
                }
                let before = std::mem::replace(&mut set.lock().expect("no panic").frail, frail);
                let set = Arc::clone(&set);
                Ok(Undo::try_with(move || {
                    if frail == STAYS {
                        return Err(UndoError);
                    }
                    set.lock().map_err(|_| UndoError)?.frail = before;
                    Ok(())
                }))
            },
        );
        served.serve_async(scalar::<i32, access::ReadOnly>(device, 4), || async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            4
        });
        served.serve(scalar::<Counter64, access::ReadOnly>(device, 5), || Counter64(1 << 40));
        served.serve_async(scalar::<i32, access::ReadOnly>(device, 6), || async {
            tokio::time::sleep(Duration::from_secs(3_600)).await;
            6
        });
    }
}
