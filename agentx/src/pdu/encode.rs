//! From PDUs to octets.

use mibc_runtime::oid::Oid;
use mibc_runtime::value::VarBind;

use super::body::{Body, Capabilities, Choice, Open, Pdu, Range, Region, Register, Response, Unregister};
use super::error::TooLong;
use super::header::Flags;
use super::writer::{Envelope, Writer};

impl Pdu {
    /// What it is addressed with.
    #[must_use]
    pub fn envelope(&self) -> Envelope {
        let Self { order, session_id, transaction_id, packet_id, .. } = *self;
        Envelope { order, session_id, transaction_id, packet_id }
    }

    /// Writes it behind what is in `out`.
    ///
    /// # Errors
    ///
    /// It is too long: `out` is as before.
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), TooLong> {
        self.body.encode(self.envelope(), out)
    }
}

impl Body {
    /// Writes a PDU behind what is in `out`.
    ///
    /// # Errors
    ///
    /// It is too long: `out` is as before.
    pub fn encode(&self, to: Envelope, out: &mut Vec<u8>) -> Result<(), TooLong> {
        let flags = match self {
            Self::Register(Register { is_instance, .. }) => {
                Flags::default().with(Flags::INSTANCE_REGISTRATION, *is_instance)
            }
            Self::IndexAllocate(choice, _) => Flags::default()
                .with(Flags::NEW_INDEX, *choice == Choice::New)
                .with(Flags::ANY_INDEX, *choice == Choice::Any),
            _ => Flags::default(),
        };
        let mut writer = Writer::new(out, to, self.kind(), flags, self.context());
        match self {
            Self::Open(Open { timeout, id, description }) => {
                writer.four([*timeout, 0, 0, 0]);
                writer.oid(id.as_ref(), false);
                writer.octets(description);
            }
            Self::Close(reason) => writer.four([*reason as u8, 0, 0, 0]),
            Self::Register(Register { region, timeout, .. }) => write_region(&mut writer, region, *timeout),
            Self::Unregister(Unregister { region }) => write_region(&mut writer, region, 0),
            Self::Get(search) | Self::GetNext(search) => write_ranges(&mut writer, &search.ranges),
            Self::GetBulk(bulk) => {
                writer.u16(bulk.non_repeaters);
                writer.u16(bulk.max_repetitions);
                write_ranges(&mut writer, &bulk.search.ranges);
            }
            Self::TestSet(bindings)
            | Self::Notify(bindings)
            | Self::IndexAllocate(_, bindings)
            | Self::IndexDeallocate(bindings) => write_varbinds(&mut writer, &bindings.varbinds),
            Self::CommitSet | Self::UndoSet | Self::CleanupSet | Self::Ping(_) => {}
            Self::AddAgentCaps(Capabilities { id, description, .. }) => {
                writer.oid(id.as_ref(), false);
                writer.octets(description);
            }
            Self::RemoveAgentCaps(_, id) => writer.oid(id.as_ref(), false),
            Self::Response(Response { up_time, status, index, varbinds }) => {
                writer.u32(*up_time);
                writer.u16(status.0);
                writer.u16(*index);
                write_varbinds(&mut writer, varbinds);
            }
        }
        writer.finish()
    }
}

fn write_region(writer: &mut Writer<'_>, region: &Region, timeout: u8) {
    let (position, upper_bound) = region.range.map_or((0, None), |(position, upper)| (position, Some(upper)));
    writer.four([timeout, region.priority.get(), position, 0]);
    writer.oid(region.subtree.as_ref(), false);
    if let Some(upper_bound) = upper_bound {
        writer.u32(upper_bound);
    }
}

fn write_ranges(writer: &mut Writer<'_>, ranges: &[Range]) {
    for range in ranges {
        writer.range(range.start.as_ref(), range.include, range.end.as_ref().map(Oid::as_ref));
    }
}

fn write_varbinds(writer: &mut Writer<'_>, varbinds: &[VarBind]) {
    for varbind in varbinds {
        writer.varbind(varbind.name.as_ref(), varbind.value.as_ref());
    }
}
