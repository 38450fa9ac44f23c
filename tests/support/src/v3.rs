//! Messages of SNMPv3 made by hand, right or wrong in any part.

use crate::malformed::{content, header_len, tlv, values};
use mibc_runtime::ber::{MAX_MESSAGE, Rules, Writer};
use mibc_runtime::message::{Decoder, Level, PduHeader, PduKind, UsmRef};
use mibc_runtime::oid::Oid;
use mibc_runtime::usm::{
    Auth, Credentials, EngineClock, EngineId, Envelope, KeyCache, LocalKeys, Privacy, Secret, User, seal,
};
use mibc_runtime::value::{TimeTicks, VarBind};

/// sysName.0, what [`Made::get`] asks for.
pub const NAME: &str = "1.3.6.1.2.1.1.5.0";

/// An OID from text.
pub fn oid(text: &str) -> Oid {
    text.parse().expect("a valid OID")
}

/// linkDown of interface 7, as an SNMPv2 notification, what [`Made::trap`] and [`Made::inform`] carry.
pub fn link_down() -> Vec<VarBind> {
    vec![
        VarBind::new(oid("1.3.6.1.2.1.1.3.0"), TimeTicks(4_200)),
        VarBind::new(oid("1.3.6.1.6.3.1.1.4.1.0"), oid("1.3.6.1.6.3.1.1.5.3")),
        VarBind::new(oid("1.3.6.1.2.1.2.2.1.1.7"), 7),
    ]
}

/// The engine ID of this text.
pub fn engine_id(text: &str) -> EngineId {
    EngineId::from_text(32_473, text).expect("a good engine ID")
}

/// A user whose keys cost no stretching.
pub fn user(name: &str, auth: Auth, privacy: Option<Privacy>) -> User {
    let master = Secret::master(vec![0x5a; auth.key_len()]);
    let user = User::new(name).auth(auth, master.clone());
    match privacy {
        Some(privacy) => user.privacy(privacy, master),
        None => user,
    }
}

/// The user of most tests: SHA-256 and AES-128.
pub fn operator() -> User {
    user("operator", Auth::Sha256, Some(Privacy::Aes128))
}

/// A user's master keys.
pub fn credentials(user: &User) -> Credentials {
    Credentials::new(user, &KeyCache::new()).expect("a good user")
}

/// A user's keys on an engine.
pub fn keys(user: &User, engine_id: &EngineId) -> LocalKeys {
    credentials(user).localize(engine_id)
}

/// A message, to be changed before it is written.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // fields of RFC 3412 and RFC 3414, by their names
pub struct Made {
    pub msg_id: i32,
    pub max_size: i32,
    pub reportable: bool,
    pub engine_id: Vec<u8>,
    pub clock: EngineClock,
    pub user: String,
    pub context_engine_id: Vec<u8>,
    pub context_name: String,
    pub level: Level,
    pub keys: LocalKeys,
    pub header: PduHeader,
    pub varbinds: Vec<VarBind>,
}

impl Made {
    fn new(user: &User, engine: &str, kind: PduKind, clock: EngineClock, varbinds: Vec<VarBind>) -> Self {
        let id = engine_id(engine);
        Self {
            msg_id: 77,
            max_size: 65_507,
            reportable: kind.is_confirmed(),
            engine_id: id.as_bytes().to_vec(),
            clock,
            user: String::from_utf8(user.name().to_vec()).expect("a name"),
            context_engine_id: id.as_bytes().to_vec(),
            context_name: String::new(),
            level: user.level(),
            keys: keys(user, &id),
            header: PduHeader::new(kind, 4711),
            varbinds,
        }
    }

    /// A get of [`NAME`] from the engine "agent", which was started three times and has been up for 1,000 seconds.
    pub fn get(user: &User, level: Level) -> Self {
        let clock = EngineClock { boots: 3, time: 1_000 };
        let made = Self::new(user, "agent", PduKind::Get, clock, vec![VarBind::unspecified(oid(NAME))]);
        Self { level, ..made }
    }

    /// [`link_down`] as a trap of this engine, in the context "vlan-7".
    pub fn trap(user: &User, engine: &str) -> Self {
        let clock = EngineClock { boots: 9, time: 500 };
        let made = Self::new(user, engine, PduKind::Trap, clock, link_down());
        Self { context_name: "vlan-7".into(), ..made }
    }

    /// [`link_down`] as an inform to the engine "listener", which was started three times and has been up for 1,000
    /// seconds, in the context "vlan-7".
    pub fn inform(user: &User) -> Self {
        let clock = EngineClock { boots: 3, time: 1_000 };
        let made = Self::new(user, "listener", PduKind::Inform, clock, link_down());
        Self { context_name: "vlan-7".into(), ..made }
    }

    /// The message.
    pub fn datagram(&self) -> Vec<u8> {
        let envelope = Envelope {
            msg_id: self.msg_id,
            max_size: self.max_size,
            reportable: self.reportable,
            engine_id: &self.engine_id,
            clock: self.clock,
            user: self.user.as_bytes(),
            context_engine_id: &self.context_engine_id,
            context_name: self.context_name.as_bytes(),
            salt: 99,
        };
        let mut writer = Writer::new();
        let protection = self.keys.protection(self.level).expect("keys for the level");
        seal(&mut writer, &envelope, protection, |w| {
            self.header.write(w, self.varbinds.iter().map(VarBind::as_ref));
        })
        .expect("it fits");
        writer.finish().expect("it fits").to_vec()
    }
}

/// The parts of a message that are apart from its digest.
struct Parts {
    level: Level,
    clock: EngineClock,
    salt: Vec<u8>,
    auth: std::ops::Range<usize>,
    data: Vec<u8>,
}

fn parts(datagram: &[u8]) -> Parts {
    let decoder = Decoder::new(Rules::Lenient);
    let (message, mut ledger) = decoder.decode_v3(datagram).expect("a message");
    let usm = UsmRef::read(message.security, &mut ledger).expect("security parameters");
    Parts {
        level: message.header.flags.level().expect("a level"),
        clock: EngineClock { boots: usm.boots, time: usm.time },
        salt: usm.privacy.to_vec(),
        auth: usm.auth_offset..usm.auth_offset + usm.auth.len(),
        data: message.data.to_vec(),
    }
}

/// The scoped PDU of a message, decrypted.
pub fn scoped(datagram: &[u8], keys: &LocalKeys) -> Vec<u8> {
    let Parts { level, clock, salt, mut data, .. } = parts(datagram);
    if level.has_privacy() {
        keys.privacy.as_ref().expect("a key").decrypt(clock, &salt, &mut data).expect("it decrypts");
        // The padding is not part of it.
        data.truncate(header_len(&data) + content(&data).len());
    }
    data
}

/// The message with other octets for a scoped PDU, encrypted and signed as it was.
pub fn with_scoped(datagram: &[u8], keys: &LocalKeys, scoped: &[u8]) -> Vec<u8> {
    let Parts { level, clock, salt, .. } = parts(datagram);
    if !level.has_privacy() {
        return with_data(datagram, keys, scoped);
    }
    let key = keys.privacy.as_ref().expect("a key");
    let mut data = scoped.to_vec();
    data.resize(data.len() + key.padding(data.len()), 0);
    key.encrypt(clock, salt.try_into().expect("a salt"), &mut data);
    with_data(datagram, keys, &tlv(0x04, &data))
}

/// The message with other octets in the place of its data, signed as it was.
pub fn with_data(datagram: &[u8], keys: &LocalKeys, data: &[u8]) -> Vec<u8> {
    let within = values(content(datagram));
    let mut message = tlv(0x30, &[&within[..3].concat(), data].concat());
    let Parts { level, auth, .. } = parts_of_frame(&message, datagram);
    if level.has_auth() {
        keys.auth.as_ref().expect("a key").sign(&mut message, auth).expect("room for the digest");
    }
    message
}

/// As [`parts`], but the data may be invalid. What stands before it moves only as the outer header grows or shrinks.
fn parts_of_frame(message: &[u8], original: &[u8]) -> Parts {
    let mut parts = parts(original);
    let moved = |place: usize| place + header_len(message) - header_len(original);
    parts.auth = moved(parts.auth.start)..moved(parts.auth.end);
    parts
}

/// The security parameters of a message.
pub fn security(datagram: &[u8]) -> Vec<u8> {
    content(values(content(datagram))[2]).to_vec()
}

/// The message with other octets for security parameters. A digest is what it was.
pub fn with_security(datagram: &[u8], security: &[u8]) -> Vec<u8> {
    let within = values(content(datagram));
    tlv(0x30, &[&within[..2].concat(), &tlv(0x04, security)[..], within[3]].concat())
}

/// Every way in which one value of a message can be wrong: in what everybody sees, in the security parameters, and in
/// the scoped PDU. The first of the lists has those that are not signed again, and whose digest is wrong; the second has
/// those of somebody who has the keys.
pub fn malformed(datagram: &[u8], keys: &LocalKeys) -> [Vec<Vec<u8>>; 2] {
    let mut outside = crate::malformed(datagram);
    let security = crate::malformed(&security(datagram));
    outside.extend(security.iter().map(|security| with_security(datagram, security)));
    let scoped = crate::malformed(&scoped(datagram, keys));
    let inside = scoped.iter().map(|scoped| with_scoped(datagram, keys, scoped)).collect();
    [outside, inside]
}

/// Lengths that neither a digest nor a salt has, the last of which makes a message that is too long (CVE-2026-8836,
/// CVE-2008-0960).
pub const ODD_LENGTHS: [usize; 14] = [1, 7, 9, 11, 13, 15, 17, 64, 127, 128, 255, 256, 65_000, 65_535];

/// The message with a digest of another length, which begins as the right one does, or ends before.
pub fn with_digest_of(datagram: &[u8], length: usize) -> Vec<u8> {
    with_parameter(datagram, 4, length)
}

/// The message with a salt of another length, signed again.
pub fn with_salt_of(datagram: &[u8], keys: &LocalKeys, length: usize) -> Vec<u8> {
    let mut message = with_parameter(datagram, 5, length);
    if message.len() <= MAX_MESSAGE {
        let Parts { level, auth, .. } = parts(&message);
        if level.has_auth() {
            keys.auth.as_ref().expect("a key").sign(&mut message, auth).expect("room for the digest");
        }
    }
    message
}

fn with_parameter(datagram: &[u8], place: usize, length: usize) -> Vec<u8> {
    let parameters = security(datagram);
    let mut fields: Vec<Vec<u8>> = values(content(&parameters)).into_iter().map(<[u8]>::to_vec).collect();
    let mut octets = content(&fields[place]).to_vec();
    octets.resize(length, 0xee);
    fields[place] = tlv(0x04, &octets);
    with_security(datagram, &tlv(0x30, &fields.concat()))
}
