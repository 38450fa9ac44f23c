//! Known answers, and what keys must never do.

use super::credentials::KEPT_SCHEDULES;
use super::key_change::Purpose;
use super::*;
use crate::ber::Writer;
use crate::message::{Decoder, Level, PduHeader, PduKind, UsmRef};

const ENGINE: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];
const PASSWORD: &[u8] = b"maplesyrup";

fn engine() -> EngineId {
    EngineId::new(&ENGINE).expect("twelve octets, not all zero")
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn octets(hex: &str) -> Vec<u8> {
    let digit = |b: u8| char::from(b).to_digit(16).expect("a hexadecimal digit") as u8;
    hex.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

fn localized(auth: Auth, password: &[u8]) -> Key {
    Key::from_password(auth, password).localize(auth, &engine())
}

/// K1 to K4, K7, U10: 1,048,576 octets of the password, then localized.
#[test]
fn passwords_to_keys() {
    let known = [
        (Auth::Md5, "9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b"),
        (Auth::Sha1, "9fb5cc0381497b3793528939ff788d5d79145211", "6695febc9288e36282235fc7151f128497b38f3f"),
        (
            Auth::Sha224,
            "282a5867ee9aac639ad59df9572c7d3ac0fbc13a905b6df07dbbf00b",
            "0bd8827c6e29f8065e08e09237f177e410f69b90e1782be682075674",
        ),
        (
            Auth::Sha256,
            "ab51014d1e077f6017df2b12bee5f5aa72993177e9bb569c4dff5a4ca0b4afac",
            "8982e0e549e866db361a6b625d84cccc11162d453ee8ce3a6445c2d6776f0f8b",
        ),
        (
            Auth::Sha384,
            "e06eccdf2c68a06ed034723c9c26e0db3b669e1e2efed49150b55377a2e98f383c86fb836857444654b287c93f51ff64",
            "3b298f16164a11184279d5432bf169e2d2a48307de02b3d3f7e2b4f36eb6f0455a53689a3937eea07319a633d2ccba78",
        ),
        (
            Auth::Sha512,
            "7e4396de5aadc77be853819b98c9406265b3a9c37cc3176569847a4e4f6fba63dd3a73d04924d31a63f95a601f9385af6be4ed1b37f87d040f7c6ed6f8d38a91",
            "22a5a36cedfcc085807a128d7bc6c2382167ad6c0dbc5fdff856740f3d84c099ad1ea87a8db096714d9788bd544047c9021e4229ce27e4c0a69250adfcffbb0b",
        ),
    ];
    for (auth, master, local) in known {
        let key = Key::from_password(auth, PASSWORD);
        assert_eq!(hex(key.as_bytes()), master, "{auth}");
        assert_eq!(hex(key.localize(auth, &engine()).as_bytes()), local, "{auth}");
    }
}

/// U10: the buffer of copies must not show, for passwords of any length.
#[test]
fn passwords_of_odd_lengths() {
    use sha2::digest::Digest;
    for length in [1, 8, 63, 64, 65, 511, 513, 70_000, 1 << 20, (1 << 20) + 7] {
        let password: Vec<u8> = (0..length).map(|n| (n * 7 + 3) as u8).collect();
        let stream: Vec<u8> = password.iter().copied().cycle().take(1 << 20).collect();
        let expected = sha2::Sha256::digest(&stream);
        assert_eq!(Key::from_password(Auth::Sha256, &password).as_bytes(), &expected[..], "{length}");
    }
}

/// From one secret to another one, as a user has them: the new key is the one that the new secret is at the engine.
#[test]
fn key_changes_between_secrets() {
    let engine = EngineId::from_text(32_473, "engine").expect("an engine ID");
    let random = [7; key_change::MAX_RANDOM];
    let localized = |auth, text: &str| Key::from_password(auth, text.as_bytes()).localize(auth, &engine);
    for (auth, privacy) in [
        (Auth::Md5, Privacy::Des),
        (Auth::Sha1, Privacy::Aes128),
        (Auth::Sha1, Privacy::Aes256Reeder),
        (Auth::Sha512, Privacy::Aes192),
    ] {
        let (old, new) = (localized(auth, "maplesyrup"), localized(auth, "pancakes and more"));
        let secrets = (Secret::from("maplesyrup"), Secret::from("pancakes and more"));
        let between = |purpose, old: &Secret, new: &Secret| {
            key_change::between(auth, purpose, old, new, &engine, &random).expect("good secrets")
        };
        let value = between(Purpose::Auth, &secrets.0, &secrets.1);
        assert_eq!(key_change::apply(auth, &old, &value), Ok(new.clone()));
        // A key that is localized is the same as its passphrase.
        let keys = (Secret::localized(old.as_bytes()), Secret::localized(new.as_bytes()));
        assert_eq!(between(Purpose::Auth, &keys.0, &keys.1), value);
        let private = |key: &Key| key.for_privacy(auth, privacy, &engine);
        let value = between(Purpose::Privacy(privacy), &secrets.0, &secrets.1);
        assert_eq!(value.len(), 2 * privacy.key_len());
        assert_eq!(key_change::apply(auth, &private(&old), &value), Ok(private(&new)));
        let keys = (Secret::localized(private(&old).as_bytes()), Secret::from("pancakes and more"));
        assert_eq!(between(Purpose::Privacy(privacy), &keys.0, &keys.1), value);
    }
    let short = key_change::between(
        Auth::Sha1,
        Purpose::Auth,
        &Secret::from("maplesyrup"),
        &Secret::from("short"),
        &engine,
        &random,
    );
    assert_eq!(short, Err(UserError::ShortPassphrase { purpose: "authentication", length: 5 }));
    let other = key_change::between(
        Auth::Sha1,
        Purpose::Privacy(Privacy::Aes128),
        &Secret::localized([1; 15]),
        &Secret::from("maplesyrup"),
        &engine,
        &random,
    );
    assert_eq!(other, Err(UserError::KeyLength { purpose: "privacy", expected: 16, found: 15 }));
}

/// K5, K6, U11.
#[test]
fn key_changes() {
    let cases = [
        (
            Auth::Md5,
            "01add273107c4e596b4b00f82b1d42a7",
            "87021d7bd9d101ba05ea6e3bf9d9bd4a",
            "8805615141676cc9196174e742a32551",
        ),
        (
            Auth::Sha1,
            "3a51a6d736aa347b83dc4a87e3e55ee4d698ac71",
            "78e2dcce79d59403b58c1bbaa5bff46391f1cd25",
            "9c1017f4fd483d2de8d5fadbf84392cb06457051",
        ),
    ];
    for (auth, master, local, delta) in cases {
        let new = Key::from_password(auth, b"newsyrup");
        assert_eq!(hex(new.as_bytes()), master);
        let new = new.localize(auth, &engine());
        assert_eq!(hex(new.as_bytes()), local);
        let old = localized(auth, PASSWORD);
        let random = vec![0; auth.key_len()];
        let value = key_change::compute(auth, &old, &new, &random);
        assert_eq!(hex(&value), hex(&random) + delta);
        assert_eq!(key_change::apply(auth, &old, &value), Ok(new));
    }
    // The privacy key of a user with SHA: 16 octets.
    let key = |password| Key::new(&localized(Auth::Sha1, password).as_bytes()[..16]);
    let value = key_change::compute(Auth::Sha1, &key(PASSWORD), &key(b"newsyrup"), &[0; 16]);
    assert_eq!(hex(&value[16..]), "7ef8d8a4c9cdb26b47591cd852ff88b5");
}

/// U11: keys longer than the digest take a chain of digests; values of other lengths are refused.
#[test]
fn changes_of_long_keys() {
    let old = localized(Auth::Md5, PASSWORD).for_privacy(Auth::Md5, Privacy::Aes256, &engine());
    let new = localized(Auth::Md5, b"newsyrup").for_privacy(Auth::Md5, Privacy::Aes256, &engine());
    let value = key_change::compute(Auth::Md5, &old, &new, &[9; 32]);
    assert_eq!(value.len(), 64);
    assert_eq!(key_change::apply(Auth::Md5, &old, &value), Ok(new));
    for length in [0, 32, 63, 65] {
        let refused = key_change::apply(Auth::Md5, &old, &vec![0; length]);
        assert_eq!(refused, Err(key_change::KeyChangeError { expected: 64, found: length }));
    }
}

/// K8, U18, U19: both extensions, and AES-192 as the beginning of AES-256.
#[test]
fn key_extensions() {
    let known = [
        (Auth::Md5, "fa24a92467426c2f4b09192be10dfaec", "79eff44a90650ee0a3a40abfac5acc12"),
        (Auth::Sha1, "505e07eb9af25568fa1f5dbe", "9b8b6d78936ba6e7d19dfd9c"),
        (Auth::Sha224, "e82d9bf0", "22c34be4"),
    ];
    for (auth, blumenthal, reeder) in known {
        let key = localized(auth, PASSWORD);
        let cases = [
            (Privacy::Aes256, Privacy::Aes192, blumenthal),
            (Privacy::Aes256Reeder, Privacy::Aes192Reeder, reeder),
        ];
        for (long, short, tail) in cases {
            let extended = key.for_privacy(auth, long, &engine());
            assert_eq!(hex(extended.as_bytes()), hex(key.as_bytes()) + tail, "{auth} {long}");
            let shorter = key.for_privacy(auth, short, &engine());
            assert_eq!(shorter.as_bytes(), &extended.as_bytes()[..24], "{auth} {short}");
        }
        // U20: 3DES takes 24 octets of key and 8 of pre-IV, extended as Reeder says.
        let triple = key.for_privacy(auth, Privacy::TripleDes, &engine());
        assert_eq!(triple, key.for_privacy(auth, Privacy::Aes256Reeder, &engine()));
    }
    for auth in [Auth::Sha256, Auth::Sha384, Auth::Sha512] {
        let key = localized(auth, PASSWORD);
        let [a, b] = [Privacy::Aes256, Privacy::Aes256Reeder].map(|p| key.for_privacy(auth, p, &engine()));
        assert_eq!(a, b);
        assert_eq!(a.as_bytes(), &key.as_bytes()[..32]);
    }
}

/// U10: what is too short is refused before anything is sent; so are keys of wrong lengths.
#[test]
fn users_are_checked() {
    let user = || User::new("ops");
    assert_eq!(user().check(), Ok(()));
    assert_eq!(User::new("").check(), Err(UserError::Name(0)));
    assert_eq!(User::new("x".repeat(33)).check(), Err(UserError::Name(33)));
    let short = user().auth(Auth::Sha256, "1234567").check();
    assert_eq!(short, Err(UserError::ShortPassphrase { purpose: "authentication", length: 7 }));
    let short = user().auth(Auth::Sha256, "12345678").privacy(Privacy::Aes128, "").check();
    assert_eq!(short, Err(UserError::ShortPassphrase { purpose: "privacy", length: 0 }));
    assert_eq!(user().privacy(Privacy::Des, "12345678").check(), Err(UserError::PrivacyWithoutAuth));
    let wrong = user().auth(Auth::Sha256, Secret::master([1; 31])).check();
    assert_eq!(wrong, Err(UserError::KeyLength { purpose: "authentication", expected: 32, found: 31 }));
    let wrong = user().auth(Auth::Sha1, "12345678").privacy(Privacy::Aes256, Secret::localized([1; 31]));
    assert_eq!(wrong.check(), Err(UserError::KeyLength { purpose: "privacy", expected: 32, found: 31 }));
}

/// A passphrase, its master key and its localized key are the same secret.
#[test]
fn three_forms_of_one_secret() {
    let cache = KeyCache::new();
    for (auth, privacy) in pairs() {
        let master = Key::from_password(auth, PASSWORD);
        let local = master.localize(auth, &engine());
        let whole = local.for_privacy(auth, privacy, &engine());
        let secrets = [
            (Secret::passphrase(PASSWORD), Secret::passphrase(PASSWORD)),
            (Secret::master(master.as_bytes()), Secret::master(master.as_bytes())),
            (Secret::localized(local.as_bytes()), Secret::localized(local.as_bytes())),
            (Secret::localized(local.as_bytes()), Secret::localized(whole.as_bytes())),
        ];
        let messages = secrets.map(|(a, p)| {
            let user = User::new("ops").auth(auth, a).privacy(privacy, p);
            let keys = Credentials::new(&user, &cache).expect("a good user").localize(&engine());
            sealed(&keys, Level::AuthPriv)
        });
        assert!(messages.iter().all(|message| *message == messages[0]), "{auth} {privacy}");
    }
}

/// U15, U16, U17, U20: what is sealed opens again, at every level, with every pair of protocols.
#[test]
fn sealed_messages_open() {
    for (auth, privacy) in pairs() {
        let keys = keys(auth, privacy);
        for level in [Level::NoAuthNoPriv, Level::AuthNoPriv, Level::AuthPriv] {
            let message = sealed(&keys, level);
            let mut decoder = Decoder::default();
            let (v3, mut ledger) = decoder.decode_v3(&message).expect("a message");
            assert_eq!((v3.header.msg_id, v3.header.max_size), (7, 65_507));
            assert_eq!(v3.header.flags.level(), Some(level));
            assert!(v3.header.flags.is_reportable());
            let usm = UsmRef::read(v3.security, &mut ledger).expect("parameters");
            assert_eq!((usm.engine_id, usm.boots, usm.time, usm.user), (&ENGINE[..], 3, 99, &b"ops"[..]));
            assert_eq!(usm.auth.len(), if level.has_auth() { auth.mac_len() } else { 0 });
            let place = usm.auth_offset..usm.auth_offset + usm.auth.len();
            if level.has_auth() {
                let key = keys.auth.as_ref().expect("a key");
                assert_eq!(key.verify(&message, place.clone()), Ok(()));
                // One bit anywhere, one octet less.
                for at in 0..message.len() {
                    let mut forged = message.clone();
                    forged[at] ^= 1;
                    assert_eq!(key.verify(&forged, place.clone()), Err(WrongDigest), "{auth} octet {at}");
                }
                assert_eq!(key.verify(&message, place.start..place.end - 1), Err(WrongDigest));
                assert_eq!(key.verify(&message[..place.end - 1], place.clone()), Err(WrongDigest));
            }
            let mut data = v3.data.to_vec();
            if level.has_privacy() {
                assert_eq!(usm.privacy.len(), SALT);
                assert!(!message.windows(8).any(|w| w == b"context!"), "{privacy} encrypts nothing");
                let key = keys.privacy.as_ref().expect("a key");
                let clock = EngineClock { boots: 3, time: 99 };
                assert_eq!(key.decrypt(clock, usm.privacy, &mut data), Ok(()));
            }
            let (scoped, anomalies) = decoder.decode_scoped(&data).expect("a scoped PDU");
            assert!(anomalies.is_empty());
            assert_eq!((scoped.context_engine_id, scoped.context_name), (&ENGINE[..], &b"context!"[..]));
            assert_eq!(scoped.pdu.header, PduHeader::new(PduKind::Get, 1234));
        }
    }
}

/// U15: lengths that are not a multiple of eight, and salts of other lengths, are decryption errors.
#[test]
fn bad_ciphertexts() {
    let clock = EngineClock { boots: 1, time: 2 };
    for privacy in Privacy::ALL {
        let key = keys(Auth::Sha512, privacy).privacy.expect("a key");
        let blocks = matches!(privacy, Privacy::Des | Privacy::TripleDes);
        for length in 0..40 {
            let outcome = key.decrypt(clock, &[1; 8], &mut vec![0; length]);
            let good = !blocks || (length > 0 && length % 8 == 0);
            assert_eq!(outcome.is_ok(), good, "{privacy} {length}");
        }
        for salt in [0, 7, 9, 12, 65_000] {
            let outcome = key.decrypt(clock, &vec![1; salt], &mut [0; 16]);
            assert_eq!(outcome, Err(DecryptionError), "{privacy} {salt}");
        }
    }
}

/// U16, U18, U19: data of any length comes back, be it shorter or longer than what is decrypted at a time.
#[test]
fn every_length_of_a_stream_comes_back() {
    let key = Key::new(&[0x3c; 32]);
    let clock = EngineClock { boots: 7, time: 4_711 };
    for privacy in [Privacy::Aes128, Privacy::Aes192, Privacy::Aes256Reeder] {
        let kept = PrivacyKey::new(privacy, &key).expect("a key that is long enough");
        let compact = PrivacyKey::compact(privacy, &key).expect("a key that is long enough");
        for length in (0..=300).chain(500..=530).chain([1_500, 65_000]) {
            let plain: Vec<u8> = (0..length).map(|at| (at * 31 % 251) as u8).collect();
            let salt = kept.salt(clock, length);
            let mut data = plain.clone();
            kept.encrypt(clock, salt, &mut data);
            assert!(length < 16 || data != plain, "{privacy} {length}");
            for key in [&kept, &compact] {
                let mut data = data.clone();
                assert_eq!(key.decrypt(clock, &salt, &mut data), Ok(()));
                assert_eq!(data, plain, "{privacy} {length}");
            }
        }
    }
}

/// U15, U16: DES has boots in its salt, AES has them in its IV.
#[test]
fn salts() {
    let clock = EngineClock { boots: 0x0102_0304, time: 5 };
    let counter = 0xaabb_ccdd_eeff_0011;
    for privacy in Privacy::ALL {
        let key = keys(Auth::Sha512, privacy).privacy.expect("a key");
        let expected = match privacy {
            Privacy::Des | Privacy::TripleDes => "01020304eeff0011",
            _ => "aabbccddeeff0011",
        };
        assert_eq!(hex(&key.salt(clock, counter)), expected);
    }
}

/// RFC 3826 has no vectors: those of NIST SP 800-38A F.3.13 and F.3.17 (CFB128), and for DES the
/// classic `Now is t`, with a pre-IV that the salt turns into the IV.
#[test]
fn ciphers_by_known_answers() {
    let iv: Vec<u8> = (0..16).collect();
    let clock = EngineClock { boots: 0x0001_0203, time: 0x0405_0607 };
    let plain = octets("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
    let cases = [
        (
            Privacy::Aes128,
            "2b7e151628aed2a6abf7158809cf4f3c",
            "3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b",
        ),
        (
            Privacy::Aes256,
            "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
            "dc7e84bfda79164b7ecd8486985d386039ffed143b28b1c832113c6331e5407b",
        ),
    ];
    for (privacy, key, cipher) in cases {
        let key = Key::new(&octets(key));
        for key in [PrivacyKey::new(privacy, &key), PrivacyKey::compact(privacy, &key)] {
            let key = key.expect("long enough");
            let mut data = plain.clone();
            let salt: [u8; 8] = iv[8..].try_into().expect("eight octets");
            key.encrypt(clock, salt, &mut data);
            assert_eq!(hex(&data), cipher, "{privacy}");
            key.decrypt(clock, &salt, &mut data).expect("a good salt");
            assert_eq!(data, plain);
        }
    }
    let key = octets("0123456789abcdeff0f0f0f0f0f0f0f0");
    let key = PrivacyKey::new(Privacy::Des, &Key::new(&key)).expect("long enough");
    // Pre-IV XOR salt is 1234567890abcdef.
    let salt: [u8; 8] = octets("e2c4a688605b3d1f").try_into().expect("eight octets");
    let mut data = b"Now is the time for all ".to_vec();
    key.encrypt(clock, salt, &mut data);
    assert_eq!(hex(&data), "e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6");
}

/// A key without its schedule is the same key, for every protocol.
#[test]
fn compact_keys() {
    let octets: Vec<u8> = (0..64).collect();
    let clock = EngineClock { boots: 3, time: 99 };
    for privacy in Privacy::ALL {
        let key = PrivacyKey::new(privacy, &Key::new(&octets)).expect("long enough");
        let compact = PrivacyKey::compact(privacy, &Key::new(&octets)).expect("long enough");
        let mut data = *b"sixteen octets, and sixteen more";
        let salt = key.salt(clock, 7);
        assert_eq!((salt, key.padding(13)), (compact.salt(clock, 7), compact.padding(13)));
        key.encrypt(clock, salt, &mut data);
        compact.decrypt(clock, &salt, &mut data).expect("a good salt");
        assert_eq!(&data, b"sixteen octets, and sixteen more", "{privacy}");
        assert!(PrivacyKey::compact(privacy, &Key::new(&octets[..privacy.key_len() - 1])).is_none());
    }
}

/// The first engines that a user meets have their schedules kept, however many follow.
#[test]
fn schedules_of_the_first_engines_are_kept() {
    let secret = Secret::master([0x5a; 32]);
    let user = User::new("ops").auth(Auth::Sha256, secret.clone()).privacy(Privacy::Aes128, secret);
    let credentials = Credentials::new(&user, &KeyCache::new()).expect("a good user");
    let compact = |credentials: &Credentials| {
        credentials.localize_as_met(&engine()).privacy.expect("a user with privacy").is_compact()
    };
    for _ in 0..KEPT_SCHEDULES {
        assert!(!compact(&credentials));
    }
    assert!(compact(&credentials) && compact(&credentials.clone()));
}

/// Secrets in logs (CVE-1999-1042): they never show.
#[test]
fn debug_hides_secrets() {
    let user = User::new("ops").auth(Auth::Sha256, "maplesyrup").privacy(Privacy::Aes128, "pancakes");
    let credentials = Credentials::new(&user, &KeyCache::new()).expect("a good user");
    let keys = credentials.localize(&engine());
    let compact = credentials.localize_compact(&engine());
    let text = format!("{user:?} {credentials:?} {keys:?} {compact:?} {:?}", Secret::master(PASSWORD));
    for secret in ["maple", "pancake", "109, 97", "ab, 51", "171, 81"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(text.contains("***") && text.contains("ops"));
}

fn pairs() -> impl Iterator<Item = (Auth, Privacy)> {
    Auth::ALL.into_iter().flat_map(|auth| Privacy::ALL.map(|privacy| (auth, privacy)))
}

/// Keys that cost no stretching, but for Reeder's extension.
fn keys(auth: Auth, privacy: Privacy) -> LocalKeys {
    let master = Secret::master(vec![0x5a; auth.key_len()]);
    let user = User::new("ops").auth(auth, master.clone()).privacy(privacy, master);
    Credentials::new(&user, &KeyCache::new()).expect("a good user").localize(&engine())
}

fn sealed(keys: &LocalKeys, level: Level) -> Vec<u8> {
    let mut writer = Writer::new();
    let envelope = Envelope {
        msg_id: 7,
        max_size: 65_507,
        reportable: true,
        engine_id: &ENGINE,
        clock: EngineClock { boots: 3, time: 99 },
        user: b"ops",
        context_engine_id: &ENGINE,
        context_name: b"context!",
        salt: 0x0102_0304_0506_0708,
    };
    let protection = keys.protection(level).expect("keys for every level");
    seal(&mut writer, &envelope, protection, |w| PduHeader::new(PduKind::Get, 1234).write(w, []))
        .expect("it fits");
    writer.finish().expect("it fits").to_vec()
}
