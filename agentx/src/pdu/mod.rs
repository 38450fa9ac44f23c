//! The messages of AgentX (RFC 2741 §5 and §6), in both byte orders.
//!
//! ```
//! use mibc_agentx::pdu::{Body, ByteOrder, Frames, Pdu};
//!
//! let ping = Pdu { order: ByteOrder::Big, session_id: 7, transaction_id: 0, packet_id: 1, body: Body::Ping(None) };
//! let mut octets = Vec::new();
//! ping.encode(&mut octets)?;
//! let mut frames = Frames::new();
//! frames.push(&octets);
//! let (header, payload) = frames.next_frame()?.expect("it is whole");
//! assert_eq!(Pdu::decode(&header, payload)?, ping);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Reading takes what the standard calls an error as one, with three exceptions, as others send such: reserved fields, what an
//! octet string is filled up with, and the field include outside of search ranges are not looked at.

mod body;
mod decode;
mod encode;
mod error;
mod frames;
mod header;
mod kind;
mod reader;
mod status;
#[cfg(test)]
mod tests;
mod value_type;
mod writer;

pub use body::{
    Bindings, Body, Bulk, Capabilities, Choice, Context, Open, Pdu, Range, Region, Register, Response,
    Search, Unregister,
};
pub use error::{DecodeError, Fault, FrameError, TooLong};
pub use frames::Frames;
pub use header::{ByteOrder, Flags, HEADER, Header, MAX_PAYLOAD, VERSION};
pub use kind::Kind;
pub use status::{CloseReason, Status};
pub use writer::{Envelope, Writer};
