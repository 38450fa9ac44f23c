//! An agent that answers whatever it is told to, also what no agent should.

use mibc::runtime::ber::{Rules, Writer};
use mibc::runtime::message::{Body, Decoder, ErrorStatus, Message, OwnedBody, Pdu, PduHeader, PduKind};
use mibc::runtime::oid::Oid;
use mibc::runtime::value::{Value, VarBind};
use std::collections::BTreeMap;
use std::net::UdpSocket;

/// Serves these variables until the process ends; gives the address.
pub(crate) fn start(variables: &[(&str, Value)]) -> String {
    let parse = |(name, value): &(&str, Value)| (name.parse().expect("an OID"), value.clone());
    let variables: BTreeMap<Oid, Value> = variables.iter().map(parse).collect();
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    let address = socket.local_addr().expect("bound").to_string();
    std::thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            if let Some(answer) = answer(&variables, &buffer[..length]) {
                let _ = socket.send_to(&answer, from);
            }
        }
    });
    address
}

fn answer(variables: &BTreeMap<Oid, Value>, datagram: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = Decoder::new(Rules::Strict);
    let message = decoder.decode(datagram).ok()?.message;
    let Body::Pdu(pdu) = &message.body else { return None };
    let get = |name: &Oid| {
        VarBind::new(name.clone(), variables.get(name).cloned().unwrap_or(Value::NoSuchInstance))
    };
    let next = |name: &Oid| {
        let behind = (std::ops::Bound::Excluded(name.clone()), std::ops::Bound::Unbounded);
        let found = variables.range(behind).next();
        found.map_or(VarBind::new(name.clone(), Value::EndOfMibView), |(name, value)| {
            VarBind::new(name.clone(), value.clone())
        })
    };
    let asked: Vec<Oid> = pdu.varbinds.iter().map(|varbind| varbind.name.to_oid()).collect();
    let varbinds = match pdu.header.kind {
        PduKind::Get => asked.iter().map(get).collect(),
        PduKind::GetNext => asked.iter().map(next).collect(),
        PduKind::GetBulk => {
            let mut last = asked;
            let mut found = Vec::new();
            for _ in 0..pdu.header.max_repetitions().min(20) {
                for name in &mut last {
                    let varbind = next(name);
                    *name = varbind.name.clone();
                    found.push(varbind);
                }
            }
            found
        }
        _ => return None,
    };
    let header = PduHeader::response(pdu.header.request_id, ErrorStatus::NO_ERROR, 0);
    let body = OwnedBody::Pdu(Pdu { header, varbinds });
    let mut writer = Writer::new();
    Message { version: message.version, community: message.community.to_vec(), body }.write(&mut writer);
    writer.finish().ok().map(<[u8]>::to_vec)
}
