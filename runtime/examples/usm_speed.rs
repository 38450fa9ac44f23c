//! How long the user-based security model takes per message, and per passphrase.
//!
//! Run it with `cargo run --release -p mibc-runtime --example usm_speed`. Each figure is the fastest of
//! several rounds, in microseconds of wall time on one core.
#![forbid(unsafe_code)]

use mibc_runtime::ber::Writer;
use mibc_runtime::message::{Decoder, Level, PduHeader, PduKind, UsmRef};
use mibc_runtime::usm::{
    Auth, Credentials, EngineClock, EngineId, Envelope, Key, KeyCache, LocalKeys, Privacy, Secret, User, seal,
};
use std::hint::black_box;
use std::time::Instant;

/// Octets of the scoped PDU's context name that make the message about 200 octets long.
const FILL: usize = 68;

const CLOCK: EngineClock = EngineClock { boots: 3, time: 99_999 };

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("us per message of about 200 octets (verify+decrypt alone; with decoding; encrypt+sign whole)");
    println!(
        "with the key schedule kept, as for few engines / made for each message, as a manager of many does"
    );
    let pairs = [
        (Auth::Md5, Privacy::Des),
        (Auth::Sha1, Privacy::Aes128),
        (Auth::Sha256, Privacy::Aes128),
        (Auth::Sha256, Privacy::Aes256),
        (Auth::Sha512, Privacy::Aes256),
        (Auth::Sha512, Privacy::TripleDes),
    ];
    for (auth, privacy) in pairs {
        message(auth, privacy)?;
    }
    println!("us per engine that is met: keys localized, schedules made");
    let master = Secret::master([0x5a; 32]);
    let user = User::new("operator").auth(Auth::Sha256, master.clone()).privacy(Privacy::Aes128, master);
    let credentials = Credentials::new(&user, &KeyCache::new())?;
    let engine_id = EngineId::from_text(32_473, "met")?;
    let time = fastest(1_000, 500, || {
        black_box(credentials.localize(black_box(&engine_id)));
    });
    println!("  SHA-256/AES-128 {time:.3}");
    println!("ms per passphrase");
    for auth in Auth::ALL {
        let time = fastest(1, 200, || drop(black_box(Key::from_password(auth, black_box(b"maplesyrup")))));
        println!("  {auth:<8} {:6.3}", time / 1e3);
    }
    Ok(())
}

fn message(auth: Auth, privacy: Privacy) -> Result<(), Box<dyn std::error::Error>> {
    let engine_id = EngineId::from_text(8072, "usm_speed")?;
    let master = Secret::master(vec![0x5a; auth.key_len()]);
    let user = User::new("operator").auth(auth, master.clone()).privacy(privacy, master);
    let credentials = Credentials::new(&user, &KeyCache::new())?;
    for keys in [credentials.localize(&engine_id), credentials.localize_compact(&engine_id)] {
        let (octets, [open, whole, seal]) = times(&engine_id, &keys)?;
        println!("  {auth}/{privacy:<8} {octets} octets: {open:.3}; {whole:.3}; {seal:.3}");
    }
    Ok(())
}

/// Octets of the message, and its three figures.
fn times(engine_id: &EngineId, keys: &LocalKeys) -> Result<(usize, [f64; 3]), Box<dyn std::error::Error>> {
    let fill = [b'x'; FILL];
    let envelope = Envelope {
        msg_id: 0x1234_5678,
        max_size: 65_507,
        reportable: true,
        engine_id: engine_id.as_bytes(),
        clock: CLOCK,
        user: b"operator",
        context_engine_id: engine_id.as_bytes(),
        context_name: &fill,
        salt: 1,
    };
    let mut writer = Writer::new();
    let write = |writer: &mut Writer| {
        let protection = keys.protection(Level::AuthPriv)?;
        seal(writer, &envelope, protection, |w| PduHeader::new(PduKind::Get, 1).write(w, [])).ok()
    };
    write(&mut writer).ok_or("the message does not fit")?;
    let datagram = writer.finish()?.to_vec();
    let (v3, mut ledger) = Decoder::default().decode_v3(&datagram)?;
    let usm = UsmRef::read(v3.security, &mut ledger)?;

    let mut scratch = Vec::new();
    let open = fastest(1_000, 1_000, || {
        black_box(unprotect(keys, &datagram, &usm, v3.data, &mut scratch));
    });
    let mut decoder = Decoder::default();
    let whole = fastest(1_000, 1_000, || {
        black_box(read(&mut decoder, keys, &datagram, &mut scratch));
    });
    let mut sealing = Writer::new();
    let seal = fastest(1_000, 1_000, || {
        black_box(write(&mut sealing));
    });
    Ok((datagram.len(), [open, whole, seal]))
}

/// The digest and the cipher of one message.
fn unprotect(
    keys: &LocalKeys,
    datagram: &[u8],
    usm: &UsmRef<'_>,
    data: &[u8],
    scratch: &mut Vec<u8>,
) -> Option<()> {
    let place = usm.auth_offset..usm.auth_offset + usm.auth.len();
    keys.auth.as_ref()?.verify(datagram, place).ok()?;
    scratch.clear();
    scratch.extend_from_slice(data);
    keys.privacy.as_ref()?.decrypt(CLOCK, usm.privacy, scratch).ok()
}

/// All of it, from the datagram to the PDU.
fn read(decoder: &mut Decoder, keys: &LocalKeys, datagram: &[u8], scratch: &mut Vec<u8>) -> Option<i32> {
    let (v3, mut ledger) = decoder.decode_v3(datagram).ok()?;
    let usm = UsmRef::read(v3.security, &mut ledger).ok()?;
    unprotect(keys, datagram, &usm, v3.data, scratch)?;
    let (scoped, _) = decoder.decode_scoped(scratch).ok()?;
    Some(scoped.pdu.header.request_id)
}

/// Microseconds per call in the fastest of `rounds`.
fn fastest(calls: u32, rounds: u32, mut call: impl FnMut()) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..rounds {
        let begin = Instant::now();
        for _ in 0..calls {
            call();
        }
        best = best.min(begin.elapsed().as_secs_f64() * 1e6 / f64::from(calls));
    }
    best
}
