//! In whose name a request comes.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::message::{Level, Version};

/// How many requests there have been.
static REQUESTS: AtomicU32 = AtomicU32::new(1);

/// Who asks, as its security model says, and how.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Principal<'a> {
    /// What has authenticated it.
    pub model: Model,
    /// securityName.
    pub security_name: Cow<'a, [u8]>,
    /// securityLevel of the message.
    pub level: Level,
    /// The context that it asks for.
    pub context_name: Cow<'a, [u8]>,
    /// Of the message.
    pub version: Version,
    /// Where the message is from, as far as the transport says.
    pub origin: Option<OriginRef<'a>>,
    /// Tells requests apart: all that one request asks of handlers comes with the same number. It wraps.
    pub request: u32,
}

impl<'a> Principal<'a> {
    /// A principal that asks for the default context without authentication, in the version that goes with its model.
    #[must_use]
    pub fn new(model: Model, security_name: impl Into<Cow<'a, [u8]>>) -> Self {
        let version = match model {
            Model::V1 => Version::V1,
            Model::V2C => Version::V2c,
            _ => Version::V3,
        };
        Self {
            model,
            security_name: security_name.into(),
            level: Level::NoAuthNoPriv,
            context_name: Cow::Borrowed(&[]),
            version,
            origin: None,
            request: REQUESTS.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// At this level.
    #[must_use]
    pub fn level(self, level: Level) -> Self {
        Self { level, ..self }
    }

    /// In this context.
    #[must_use]
    pub fn context(self, name: impl Into<Cow<'a, [u8]>>) -> Self {
        Self { context_name: name.into(), ..self }
    }

    /// From there.
    #[must_use]
    pub fn origin(self, origin: Option<&'a dyn Origin>) -> Self {
        Self { origin: origin.map(OriginRef::Borrowed), ..self }
    }

    /// Where the message is from, if its transport says so in this type.
    #[must_use]
    pub fn origin_as<T: Any>(&self) -> Option<&T> {
        let origin: &dyn Any = match self.origin.as_ref()? {
            OriginRef::Borrowed(origin) => *origin,
            OriginRef::Shared(origin) => &**origin,
        };
        origin.downcast_ref()
    }

    /// The same, free of what the message is in.
    #[must_use]
    pub fn into_owned(self) -> Principal<'static> {
        Principal {
            security_name: Cow::Owned(self.security_name.into_owned()),
            context_name: Cow::Owned(self.context_name.into_owned()),
            origin: self.origin.map(|origin| match origin {
                OriginRef::Borrowed(origin) => OriginRef::Shared(origin.to_shared()),
                OriginRef::Shared(origin) => OriginRef::Shared(origin),
            }),
            model: self.model,
            level: self.level,
            version: self.version,
            request: self.request,
        }
    }
}

/// What a transport knows about the sender of a message, such as its address; the agent's own transports give
/// [`net::Origin`](crate::net::Origin). Who looks at it asks for a type: [`Principal::origin_as`].
pub trait Origin: Any + fmt::Debug + Send + Sync {
    /// A copy for a request that waits.
    fn to_shared(&self) -> Arc<dyn Origin>;
}

impl<T: Any + Clone + fmt::Debug + Send + Sync> Origin for T {
    fn to_shared(&self) -> Arc<dyn Origin> {
        Arc::new(self.clone())
    }
}

/// An [`Origin`], borrowed from the transport, or kept.
#[derive(Clone, Debug)]
pub enum OriginRef<'a> {
    /// While its message is dealt with.
    Borrowed(&'a dyn Origin),
    /// For longer.
    Shared(Arc<dyn Origin>),
}

/// A security model by its number (SnmpSecurityModel of RFC 3411).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Model(pub u32);

impl Model {
    /// In access entries: any model.
    pub const ANY: Self = Self(0);
    /// SNMPv1 communities.
    pub const V1: Self = Self(1);
    /// SNMPv2c communities.
    pub const V2C: Self = Self(2);
    /// The user-based security model.
    pub const USM: Self = Self(3);
    /// The transport security model.
    pub const TSM: Self = Self(4);
}
