//! A message taken apart: header, PDU, varbinds.

use mibc_runtime::ber::{Ledger, Rules, VarBinds};
use mibc_runtime::message::{Body, Decoder, PduHeader, PduKind, UsmRef, is_v3};

/// Lines with what a message says; what cannot be read is said so, with the place.
pub(super) fn text(octets: &[u8]) -> String {
    let found = if is_v3(octets) { v3(octets) } else { community(octets) };
    found.unwrap_or_else(|error| format!("  not a message that can be read: {error}\n"))
}

fn community(octets: &[u8]) -> Result<String, String> {
    let mut decoder = Decoder::new(Rules::Lenient);
    let decoded = decoder.decode(octets).map_err(|error| error.to_string())?;
    let message = decoded.message;
    let mut out = format!("  {}, community {}\n", message.version, shown(message.community));
    match message.body {
        Body::Pdu(pdu) => out += &of_pdu(&pdu.header, &pdu.varbinds),
        Body::TrapV1(trap) => {
            out += &format!(
                "  Trap of {}, from {}, generic {}, specific {}, time {}\n",
                trap.enterprise, trap.agent_addr, trap.generic_trap.0, trap.specific_trap, trap.time_stamp.0
            );
            out += &varbinds(&trap.varbinds);
        }
    }
    Ok(out)
}

fn v3(octets: &[u8]) -> Result<String, String> {
    let mut decoder = Decoder::new(Rules::Lenient);
    let (message, _) = decoder.decode_v3(octets).map_err(|error| error.to_string())?;
    let header = message.header;
    let level = header.flags.level();
    let level_text = level.map_or_else(|| "an unknown level".to_owned(), |level| level.to_string());
    let mut out = format!(
        "  SNMPv3, message {}, at most {} octets, {level_text}{}\n",
        header.msg_id,
        header.max_size,
        if header.flags.is_reportable() { ", reportable" } else { "" }
    );
    let mut ledger = Ledger::default();
    if let Ok(usm) = UsmRef::read(message.security, &mut ledger) {
        out += &format!(
            "  engine {}, boots {}, time {}, user {}\n",
            hexadecimal(usm.engine_id),
            usm.boots,
            usm.time,
            shown(usm.user)
        );
    }
    if level.is_some_and(|level| level.has_privacy()) {
        return Ok(out + &format!("  the PDU is encrypted: {} octets\n", message.data.len()));
    }
    let (scoped, _) = decoder.decode_scoped(message.data).map_err(|error| error.to_string())?;
    out += &format!(
        "  context {} of engine {}\n",
        shown(scoped.context_name),
        hexadecimal(scoped.context_engine_id)
    );
    Ok(out + &of_pdu(&scoped.pdu.header, &scoped.pdu.varbinds))
}

fn of_pdu(header: &PduHeader, all: &VarBinds<'_>) -> String {
    let fields = match header.kind {
        PduKind::GetBulk => {
            format!("non-repeaters {}, max-repetitions {}", header.non_repeaters(), header.max_repetitions())
        }
        _ => format!("error-status {}, error-index {}", header.error_status, header.error_index),
    };
    format!("  {:?}, request-id {}, {fields}\n", header.kind, header.request_id) + &varbinds(all)
}

fn varbinds(all: &VarBinds<'_>) -> String {
    all.iter()
        .map(|varbind| format!("    {} = {}: {}\n", varbind.name, varbind.value.kind(), varbind.value))
        .collect()
}

/// Text in quotes, what cannot be printed escaped.
fn shown(octets: &[u8]) -> String {
    format!("\"{}\"", octets.escape_ascii())
}

fn hexadecimal(octets: &[u8]) -> String {
    match octets {
        [] => "none".to_owned(),
        octets => octets.iter().map(|octet| format!("{octet:02x}")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    /// GET sysUpTime.0 in SNMPv2c, and every prefix of it.
    #[test]
    fn messages_and_parts_of_them() {
        let get = [
            0x30, 0x26, 2, 1, 1, 4, 6, b'p', b'u', b'b', b'l', b'i', b'c', 0xa0, 0x19, 2, 1, 7, 2, 1, 0, 2,
            1, 0, 0x30, 0x0e, 0x30, 0x0c, 6, 8, 0x2b, 6, 1, 2, 1, 1, 3, 0, 5, 0,
        ];
        let whole = text(&get);
        assert!(whole.contains("community \"public\"") && whole.contains("request-id 7"), "{whole}");
        assert!(whole.contains("\n    1.3.6.1.2.1.1.3.0 = "), "{whole}");
        for end in 0..get.len() {
            assert!(text(&get[..end]).contains("not a message"), "{end}");
        }
        let discovery = [
            0x30, 0x3a, 2, 1, 3, 0x30, 0x0f, 2, 2, 0x4a, 0x69, 2, 3, 0, 0xff, 0xe3, 4, 1, 4, 2, 1, 3, 4,
            0x10, 0x30, 0x0e, 4, 0, 2, 1, 0, 2, 1, 0, 4, 0, 4, 0, 4, 0, 0x30, 0x12, 4, 0, 4, 0, 0xa0, 0x0c,
            2, 2, 0x37, 0xf0, 2, 1, 0, 2, 1, 0, 0x30, 0,
        ];
        let whole = text(&discovery);
        assert!(whole.contains("SNMPv3, message 19049") && whole.contains("engine none"), "{whole}");
    }
}
