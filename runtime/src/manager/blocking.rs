//! The manager for programs without an async runtime.
//!
//! The same operations, each of which blocks its thread until it has ended. Any number of threads can use one
//! [`Manager`]; its own thread, which ends with the last handle, does what the network needs. Where an
//! asynchronous runtime is entered, operations fail with [`Error::InsideRuntime`]
//! rather than block everything else there: use the asynchronous [`Manager`](super::Manager) instead.
//!
//! ```no_run
//! use mibc_runtime::manager::{Error, Target, blocking::Manager};
//!
//! # fn main() -> Result<(), Error> {
//! let manager = Manager::bind()?;
//! let router = manager.target(Target::v2c("192.0.2.1", "public"));
//! for varbind in router.bulk_walk(mibc_runtime::oid::Oid::ZERO).with(|walk| walk.limit(10_000)) {
//!     println!("{}", varbind?.name);
//! }
//! # Ok(())
//! # }
//! ```

use super::{Error, OpenCircuit, Record, Rows, Settings, Table, Target, Walk};
use crate::oid::Oid;
use crate::typed::{Assignment, FromRow, Query, ReadableColumns, Subtree, WritableVariable};
use crate::value::{Syntax, VarBind};
use futures_core::Stream;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::{fmt, io};
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// Sends requests and pairs them with their responses. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Manager {
    inner: super::Manager,
    worker: Arc<Worker>,
}

/// An agent to talk to; [`Manager::target`] makes it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Session {
    inner: super::Session,
    worker: Arc<Worker>,
}

/// A walk or a table read as an iterator. After an error it is at its end, but for that of one row of a table.
#[derive(Debug)]
pub struct Reading<S> {
    inner: S,
    worker: Arc<Worker>,
}

impl Manager {
    /// As [`bind`](super::Manager::bind).
    ///
    /// # Errors
    /// No socket, no thread, or inside an asynchronous runtime.
    pub fn bind() -> Result<Self, Error> {
        Self::bind_with(&Settings::default())
    }

    /// Binds with settings of one's own.
    ///
    /// # Errors
    /// No socket, no thread, or inside an asynchronous runtime.
    pub fn bind_with(settings: &Settings) -> Result<Self, Error> {
        let worker = Arc::new(Worker::new().map_err(|source| Error::Bind { source })?);
        let inner = worker.wait(super::Manager::bind_with(settings))?;
        Ok(Self { inner, worker })
    }

    /// An agent to talk to. Its name is looked up at the first request.
    pub fn target(&self, target: Target) -> Session {
        Session { inner: self.inner.target(target), worker: Arc::clone(&self.worker) }
    }

    /// The addresses of the manager's sockets.
    pub fn local_addrs(&self) -> impl Iterator<Item = SocketAddr> {
        self.inner.local_addrs()
    }

    /// How many requests are under way.
    pub fn outstanding(&self) -> usize {
        self.inner.outstanding()
    }

    /// As [`stop`](super::Manager::stop).
    pub fn stop(&self) {
        self.inner.stop();
    }
}

impl Session {
    /// The target.
    pub fn target(&self) -> &Target {
        self.inner.target()
    }

    /// The circuit of the target, should it be open.
    pub fn open_circuit(&self) -> Option<OpenCircuit> {
        self.inner.open_circuit()
    }

    /// As [`recorded`](super::Session::recorded).
    pub fn recorded(&self) -> (Session, Record) {
        let (inner, record) = self.inner.recorded();
        (Session { inner, worker: Arc::clone(&self.worker) }, record)
    }

    /// As [`get`](super::Session::get).
    ///
    /// # Errors
    /// Everything that can go wrong for a manager.
    pub fn get<T, Q>(&self, query: Q) -> Result<T, Error>
    where
        Q: Query<Output = T> + Send,
    {
        self.worker.wait(self.inner.get(query))
    }

    /// As [`set`](super::Session::set).
    ///
    /// # Errors
    /// Everything that can go wrong for a manager.
    pub fn set<V, T>(&self, variable: V, value: T) -> Result<(), Error>
    where
        V: WritableVariable<Written = T>,
        T: Syntax,
    {
        self.worker.wait(self.inner.set(variable, value))
    }

    /// As [`set_all`](super::Session::set_all).
    ///
    /// # Errors
    /// Everything that can go wrong for a manager.
    pub fn set_all(&self, assignments: impl IntoIterator<Item = Assignment>) -> Result<(), Error> {
        self.worker.wait(self.inner.set_all(assignments))
    }

    /// As [`get_oids`](super::Session::get_oids).
    ///
    /// # Errors
    /// Everything that can go wrong for a manager.
    pub fn get_oids(&self, names: &[Oid]) -> Result<Vec<VarBind>, Error> {
        self.worker.wait(self.inner.get_oids(names))
    }

    /// As [`get_next`](super::Session::get_next).
    ///
    /// # Errors
    /// Everything that can go wrong for a manager.
    pub fn get_next(&self, names: &[Oid]) -> Result<Vec<VarBind>, Error> {
        self.worker.wait(self.inner.get_next(names))
    }

    /// As [`get_bulk`](super::Session::get_bulk).
    ///
    /// # Errors
    /// Everything that can go wrong for a manager.
    pub fn get_bulk(
        &self,
        non_repeaters: u32,
        max_repetitions: u32,
        names: &[Oid],
    ) -> Result<Vec<VarBind>, Error> {
        self.worker.wait(self.inner.get_bulk(non_repeaters, max_repetitions, names))
    }

    /// As [`set_varbinds`](super::Session::set_varbinds).
    ///
    /// # Errors
    /// Everything that can go wrong for a manager.
    pub fn set_varbinds(&self, varbinds: &[VarBind]) -> Result<(), Error> {
        self.worker.wait(self.inner.set_varbinds(varbinds))
    }

    /// As [`walk`](super::Session::walk).
    pub fn walk<I, S: Subtree<Item = I>>(&self, subtree: S) -> Reading<Walk<I>> {
        self.reading(self.inner.walk(subtree))
    }

    /// As [`bulk_walk`](super::Session::bulk_walk).
    pub fn bulk_walk<I, S: Subtree<Item = I>>(&self, subtree: S) -> Reading<Walk<I>> {
        self.reading(self.inner.bulk_walk(subtree))
    }

    /// As [`walk_several`](super::Session::walk_several).
    pub fn walk_several<S: Subtree>(&self, subtrees: impl IntoIterator<Item = S>) -> Reading<Walk> {
        self.reading(self.inner.walk_several(subtrees))
    }

    /// As [`table`](super::Session::table).
    pub fn table<C: ReadableColumns>(&self, columns: C) -> Reading<Table<C>> {
        self.reading(self.inner.table(columns))
    }

    /// As [`rows`](super::Session::rows).
    ///
    /// # Errors
    /// Everything that can go wrong for a manager.
    pub fn rows<T: FromRow<Index: Send> + Send>(&self) -> Result<Vec<(T::Index, T)>, Error> {
        self.worker.wait(self.inner.rows())
    }

    /// As [`each_row`](super::Session::each_row).
    pub fn each_row<T: FromRow>(&self) -> Reading<Rows<T>> {
        self.reading(self.inner.each_row())
    }

    fn reading<S>(&self, inner: S) -> Reading<S> {
        Reading { inner, worker: Arc::clone(&self.worker) }
    }
}

impl<S> Reading<S> {
    /// Sets an option of the walk or table read before it begins:
    /// `session.bulk_walk(IF_DESCR).with(|walk| walk.limit(1_000))`.
    #[must_use]
    pub fn with(self, set: impl FnOnce(S) -> S) -> Self {
        Self { inner: set(self.inner), worker: self.worker }
    }

    /// The walk or table read itself, to ask it how it went.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }
}

impl<T, S: Stream<Item = Result<T, Error>> + Unpin> Iterator for Reading<S> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let inner = &mut self.inner;
        let next = poll_fn(|cx| Pin::new(&mut *inner).poll_next(cx).map(Option::transpose));
        self.worker.wait(next).transpose()
    }
}

/// The thread on which sockets and timers live.
struct Worker {
    runtime: Handle,
    /// Dropped to end the thread.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    fn new() -> io::Result<Self> {
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = mpsc::channel();
        let run = move || match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => {
                let _ = tell.send(Ok(runtime.handle().clone()));
                let _ = runtime.block_on(stopped);
            }
            Err(error) => {
                let _ = tell.send(Err(error));
            }
        };
        let thread = std::thread::Builder::new().name("snmp-manager".into()).spawn(run)?;
        let runtime = told.recv().map_err(io::Error::other)??;
        Ok(Self { runtime, stop: Some(stop), thread: Some(thread) })
    }

    /// Waits for an operation on the caller's thread.
    fn wait<T>(&self, operation: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        if Handle::try_current().is_ok() {
            return Err(Error::InsideRuntime);
        }
        self.runtime.block_on(operation)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").finish_non_exhaustive()
    }
}
