//! What answers: handlers by context and OID, whoever asks for them.

use std::fmt;
use std::sync::Arc;

use crate::access::Principal;
use crate::entity::{Handler, Handlers, Inquiry, ReadError, SearchRange, StagedSet, Turns, read_one};
use crate::oid::{Oid, OidRef};
use crate::registry::{Owner, Registration, SharedRegistry};
use crate::value::{Value, VarBind};

/// Scalars, tables and handlers, and who answers for which OID.
///
/// An [`Agent`](super::Agent) and a [`Responder`](super::Responder) dereference to it, and so do other things that serve the same
/// without being an SNMP agent, such as a sub-agent. All methods take `&self`: what is served may come and go at any time. A
/// request sees what was registered when it began.
pub struct Served {
    registry: SharedRegistry<Arc<dyn Handler>>,
    /// Who answers in contexts in which nothing is registered.
    elsewhere: Handlers,
    /// SETs are one after the other.
    turns: Arc<Turns>,
}

impl Default for Served {
    fn default() -> Self {
        Self::new()
    }
}

impl Served {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { registry: SharedRegistry::new(), elsewhere: Handlers::default(), turns: Arc::default() }
    }

    /// Gives the subtree at `root`, in the default context, to `handler`.
    ///
    /// What the application has registered before at the same root is replaced. Subtrees inside this one keep their own
    /// handlers, and this one is carved out of those around it.
    pub fn register(&self, root: Oid, handler: Arc<dyn Handler>) {
        self.register_in(Vec::new(), root, handler);
    }

    /// As [`register`](Self::register), in this context. Which contexts requests may name is for access control to say:
    /// [`Tables::add_context`](crate::access::Tables::add_context).
    pub fn register_in(&self, context: impl Into<Vec<u8>>, root: Oid, handler: Arc<dyn Handler>) {
        let registration = Registration::new(root, handler, Owner::APPLICATION).context(context);
        if let Err(error) = self.registry.edit(|registry| registry.replace(registration)) {
            tracing::error!(target: crate::logs::AGENT, %error, "a handler is not registered");
        }
    }

    /// Takes back the subtree that the application has registered at `root`; the subtree around it is served there
    /// again. Returns whether there was one.
    pub fn withdraw(&self, root: &Oid) -> bool {
        self.withdraw_in(b"", root)
    }

    /// As [`withdraw`](Self::withdraw), in this context.
    pub fn withdraw_in(&self, context: &[u8], root: &Oid) -> bool {
        let registration = Registration::new(root.clone(), (), Owner::APPLICATION).context(context);
        self.registry.edit(|registry| {
            let found = registry.find(&registration);
            found.and_then(|id| registry.withdraw(id)).is_some()
        })
    }

    /// All that is registered, for contexts, ranges, priorities and whole batches:
    /// [`edit`](SharedRegistry::edit) it. Requests see all changes of one edit at once.
    #[must_use]
    pub fn registry(&self) -> &SharedRegistry<Arc<dyn Handler>> {
        &self.registry
    }

    /// The value of a variable as the agent itself sees it: without community and view.
    ///
    /// # Errors
    ///
    /// What its handler reports.
    pub fn read(&self, name: OidRef<'_>) -> Result<Value, ReadError> {
        let handlers = self.handlers(b"");
        read_one(&handlers, name)
    }

    /// Asks for variables without a message. The answer is in `inquiry`, at once or later.
    pub fn get<'n>(
        &self,
        inquiry: &mut Inquiry,
        who: Principal<'static>,
        names: impl IntoIterator<Item = OidRef<'n>>,
    ) {
        let handlers = self.handlers(&who.context_name);
        inquiry.get(handlers, who, names);
    }

    /// Asks for what comes first in each of some ranges, without a message. The answer is in `inquiry`, at once or later.
    pub fn next<'n>(
        &self,
        inquiry: &mut Inquiry,
        who: Principal<'static>,
        ranges: impl IntoIterator<Item = SearchRange<'n>>,
    ) {
        let handlers = self.handlers(&who.context_name);
        inquiry.next(handlers, who, ranges);
    }

    /// As [`next`](Self::next), for several successors of all ranges but the first `non_repeaters`: as many as GETBULK gives,
    /// in its order, in at most so many octets.
    pub fn bulk<'n>(
        &self,
        inquiry: &mut Inquiry,
        who: Principal<'static>,
        ranges: impl IntoIterator<Item = SearchRange<'n>>,
        (non_repeaters, max_repetitions): (u32, u32),
        octets: usize,
    ) {
        let handlers = self.handlers(&who.context_name);
        inquiry.bulk(handlers, who, ranges, (non_repeaters, max_repetitions), octets);
    }

    /// Begins a SET without a message: it is tested, and then waits for the one who asks. It has its turn among the other
    /// SETs until it ends.
    #[must_use]
    pub fn set(&self, who: Principal<'static>, changes: Vec<VarBind>) -> StagedSet {
        StagedSet::new(self.handlers(&who.context_name), who, changes, self.turns.queue_up())
    }

    pub(super) fn turns(&self) -> &Arc<Turns> {
        &self.turns
    }

    /// Who answers in a context now; nothing is locked while handlers run, which may register others.
    pub(super) fn handlers(&self, context: &[u8]) -> Handlers {
        self.registry.context(context).unwrap_or_else(|| self.elsewhere.clone())
    }

    /// Lets `handler` answer for everything in contexts in which nothing is registered.
    pub(super) fn answer_elsewhere(&mut self, handler: Arc<dyn Handler>) {
        self.elsewhere = Handlers::everything(handler);
    }
}

impl fmt::Debug for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Served").field(&self.registry).finish()
    }
}
