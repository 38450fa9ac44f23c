//! Describing an entity before it is there.

use std::io;

use tokio::net::{ToSocketAddrs, lookup_host};

use super::entity::Entity;
use crate::net::{BUFFER, Intake, TransportAddress, listen_with};

/// What an entity is made of; ends with [`bind`](Self::bind).
#[derive(Clone, Default)]
pub struct EntityBuilder {
    #[cfg(feature = "usm")]
    engine_id: Option<crate::usm::EngineId>,
    #[cfg(feature = "usm")]
    store: Option<std::sync::Arc<dyn crate::net::EngineStore>>,
}

/// Why an entity cannot be there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// What the engine keeps over restarts cannot be read or saved.
    #[cfg(feature = "usm")]
    #[error("the engine's boots cannot be kept: {0}")]
    EngineStore(#[source] io::Error),
    /// The address is not valid, or its name does not resolve.
    #[error("the entity's address does not resolve: {0}")]
    Address(#[source] io::Error),
    /// The system refuses the socket.
    #[error("cannot bind {address}: {source}")]
    Socket {
        /// Where it should have been bound.
        address: TransportAddress,
        /// What the system says.
        source: io::Error,
    },
}

impl EntityBuilder {
    /// Keeps the engine ID and the number of starts. Without a store the engine has a new random ID each time.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn engine_store(mut self, store: impl crate::net::EngineStore + 'static) -> Self {
        self.store = Some(std::sync::Arc::new(store));
        self
    }

    /// Gives the engine this ID. It takes a [store](Self::engine_store) to count its starts.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn engine_id(mut self, engine_id: crate::usm::EngineId) -> Self {
        self.engine_id = Some(engine_id);
        self
    }

    /// Binds a UDP socket for every address that `addresses` resolves to. Port 0 lets the system choose.
    ///
    /// # Errors
    ///
    /// An address that does not resolve, a socket that the system refuses.
    pub async fn bind(self, addresses: impl ToSocketAddrs) -> Result<Entity, BindError> {
        let addresses = lookup_host(addresses).await.map_err(BindError::Address)?;
        self.bind_to(addresses.map(TransportAddress::Udp))
    }

    /// Binds addresses of any transport. Needs a tokio runtime around it.
    ///
    /// # Errors
    ///
    /// As [`bind`](Self::bind).
    pub fn bind_to(self, addresses: impl IntoIterator<Item = TransportAddress>) -> Result<Entity, BindError> {
        let mut transports = Vec::new();
        for address in addresses {
            let transport = listen_with(&address, BUFFER);
            transports.push(transport.map_err(|source| BindError::Socket { address, source })?);
        }
        if transports.is_empty() {
            let none = io::Error::new(io::ErrorKind::AddrNotAvailable, "there is no address");
            return Err(BindError::Address(none));
        }
        let intake = Intake::new(transports);
        #[cfg(feature = "usm")]
        let engine = {
            use crate::engine::Random;
            let state = crate::net::EngineState::configured(self.store.as_deref(), self.engine_id);
            let state = state.map_err(BindError::EngineStore)?;
            let mut random = crate::net::OsRandom::new();
            let salt = u64::from(random.next_u32()) << 32 | u64::from(random.next_u32());
            let (id, started) = (state.engine_id, std::time::Instant::now());
            let mut engine = crate::security::Authority::new(id, state.boots, started, salt, []);
            if let Some(store) = self.store {
                engine.save_boots(crate::net::boots_keeper(id, store));
            }
            std::sync::Arc::new(engine)
        };
        Ok(Entity::start(
            intake,
            #[cfg(feature = "usm")]
            engine,
        ))
    }
}

impl std::fmt::Debug for EntityBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EntityBuilder").finish_non_exhaustive()
    }
}
