//! From octets to PDUs.

use mibc_runtime::registry::Priority;

use super::body::{
    Bindings, Body, Bulk, Capabilities, Choice, Open, Pdu, Region, Register, Response, Search, Unregister,
};
use super::error::{DecodeError, Fault};
use super::header::{Flags, Header};
use super::kind::Kind;
use super::reader::Reader;
use super::status::{CloseReason, Status};

impl Pdu {
    /// Reads what comes behind a header.
    ///
    /// # Errors
    ///
    /// It is not what the header says. The octets behind it are another PDU.
    pub fn decode(header: &Header, payload: &[u8]) -> Result<Self, DecodeError> {
        let kind = header.kind();
        let fail = |fault| DecodeError { kind, fault };
        let known = kind.ok_or_else(|| fail(Fault::Type { found: header.type_number }))?;
        let mut reader = Reader::new(payload, header.order());
        let body = body(known, header.flags, &mut reader).map_err(fail)?;
        reader.end().map_err(fail)?;
        Ok(Self {
            order: header.order(),
            session_id: header.session_id,
            transaction_id: header.transaction_id,
            packet_id: header.packet_id,
            body,
        })
    }
}

fn body(kind: Kind, flags: Flags, reader: &mut Reader<'_>) -> Result<Body, Fault> {
    let has_context = kind.has_context() && flags.has(Flags::NON_DEFAULT_CONTEXT);
    let context = if has_context { Some(reader.octets("the context")?.to_vec()) } else { None };
    Ok(match kind {
        Kind::Open => {
            let [timeout, ..] = reader.four("o.timeout")?;
            let id = reader.plain_oid()?;
            Body::Open(Open { timeout, id, description: reader.octets("o.descr")?.to_vec() })
        }
        Kind::Close => {
            let [found, ..] = reader.four("c.reason")?;
            Body::Close(CloseReason::of(found).ok_or(Fault::Reason { found })?)
        }
        Kind::Register | Kind::Unregister => {
            let [timeout, priority, position, _] = reader.four("r.priority")?;
            let priority = Priority::new(priority).ok_or(Fault::Priority)?;
            let subtree = reader.plain_oid()?;
            let range = if position == 0 { None } else { Some((position, reader.u32("r.upper_bound")?)) };
            let region = Region { context, priority, subtree, range };
            if kind == Kind::Unregister {
                return Ok(Body::Unregister(Unregister { region }));
            }
            let is_instance = flags.has(Flags::INSTANCE_REGISTRATION);
            Body::Register(Register { region, timeout, is_instance })
        }
        Kind::Get => Body::Get(Search { context, ranges: reader.ranges()? }),
        Kind::GetNext => Body::GetNext(Search { context, ranges: reader.ranges()? }),
        Kind::GetBulk => {
            let non_repeaters = reader.u16("g.non_repeaters")?;
            let max_repetitions = reader.u16("g.max_repetitions")?;
            let search = Search { context, ranges: reader.ranges()? };
            Body::GetBulk(Bulk { search, non_repeaters, max_repetitions })
        }
        Kind::TestSet => Body::TestSet(Bindings { context, varbinds: reader.varbinds()? }),
        Kind::CommitSet => Body::CommitSet,
        Kind::UndoSet => Body::UndoSet,
        Kind::CleanupSet => Body::CleanupSet,
        Kind::Notify => Body::Notify(Bindings { context, varbinds: reader.varbinds()? }),
        Kind::Ping => Body::Ping(context),
        Kind::IndexAllocate => {
            let choice = if flags.has(Flags::NEW_INDEX) {
                Choice::New
            } else if flags.has(Flags::ANY_INDEX) {
                Choice::Any
            } else {
                Choice::This
            };
            Body::IndexAllocate(choice, Bindings { context, varbinds: reader.varbinds()? })
        }
        Kind::IndexDeallocate => Body::IndexDeallocate(Bindings { context, varbinds: reader.varbinds()? }),
        Kind::AddAgentCaps => {
            let id = reader.plain_oid()?;
            Body::AddAgentCaps(Capabilities { context, id, description: reader.octets("a.descr")?.to_vec() })
        }
        Kind::RemoveAgentCaps => Body::RemoveAgentCaps(context, reader.plain_oid()?),
        Kind::Response => Body::Response(Response {
            up_time: reader.u32("res.sysUpTime")?,
            status: Status(reader.u16("res.error")?),
            index: reader.u16("res.index")?,
            varbinds: reader.varbinds()?,
        }),
    })
}
