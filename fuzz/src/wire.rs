//! Octets of the wire: varbinds, and messages of all versions.

use mibc_runtime::ber::{Anomaly, Rules, VarBinds, Writer};
use mibc_runtime::message::{Decoder, Message, UsmRef};
use mibc_runtime::usm::{Auth, AuthKey, EngineClock, Key, Privacy, PrivacyKey};

/// Varbinds of any bytes: strict reading puts up with long lengths only (RFC 3417 §8), lenient reading takes what
/// strict reading does, and what is written again reads as the same.
pub fn ber(data: &[u8]) {
    let lenient = VarBinds::from_content(data, Rules::Lenient);
    if let Ok((varbinds, anomalies)) = VarBinds::from_content(data, Rules::Strict) {
        assert!(
            anomalies.iter().all(|anomaly| anomaly == Anomaly::LongLength),
            "strict reading let one pass"
        );
        assert_eq!(lenient.as_ref().map(|(varbinds, _)| varbinds.len()), Ok(varbinds.len()));
    }
    let Ok((varbinds, anomalies)) = lenient else { return };
    assert_eq!(varbinds.iter().count(), varbinds.len());
    if !anomalies.is_empty() {
        return;
    }
    let mut writer = Writer::new();
    let all: Vec<_> = varbinds.iter().collect();
    for varbind in all.iter().rev() {
        writer.varbind(varbind.name.as_ber(), varbind.value);
    }
    let Ok(written) = writer.finish() else { return };
    let (again, _) = VarBinds::from_content(written, Rules::Strict).expect("what we write is strict");
    assert!(again.iter().eq(varbinds.iter()), "written and read again, the varbinds differ");
}

/// Messages of any bytes: what is decoded and written again decodes to the same.
pub fn message(data: &[u8]) {
    let mut decoder = Decoder::new(Rules::Lenient);
    let Ok(decoded) = decoder.decode(data) else { return };
    let message = Message::from(&decoded.message);
    let mut writer = Writer::new();
    message.write(&mut writer);
    let Ok(written) = writer.finish() else { return };
    let mut second = Decoder::new(Rules::Lenient);
    let again = second.decode(written).expect("what we write can be read");
    assert_eq!(Message::from(&again.message), message, "written and read again, the message differs");
}

/// Messages of SNMPv3 of any bytes: parameters lie where they are said to lie, and a key vouches for nothing that it
/// has not signed. Plain scoped PDUs are read as well.
pub fn message_v3(data: &[u8]) {
    let mut decoder = Decoder::new(Rules::Lenient);
    let Ok((message, mut ledger)) = decoder.decode_v3(data) else { return };
    assert!(message.header.msg_id >= 0 && message.header.max_size >= 484);
    let Ok(usm) = UsmRef::read(message.security, &mut ledger) else { return };
    let place = usm.auth_offset..usm.auth_offset + usm.auth.len();
    assert_eq!(data.get(place.clone()), Some(usm.auth));
    for auth in Auth::ALL {
        let key = AuthKey::new(auth, &Key::new(b"a key that no seed was signed with"));
        assert!(key.verify(data, place.clone()).is_err(), "a digest that was never made");
    }
    for privacy in Privacy::ALL {
        let key = PrivacyKey::new(privacy, &Key::new(&[7; 32])).expect("32 octets are enough");
        let clock = EngineClock { boots: usm.boots, time: usm.time };
        let _ = key.decrypt(clock, usm.privacy, &mut message.data.to_vec());
    }
    if message.header.flags.level().is_some_and(|level| !level.has_privacy()) {
        let _ = decoder.decode_scoped(message.data);
    }
}
