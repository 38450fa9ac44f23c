//! SCRAM (RFC 5802, RFC 7677): a password is proved, and the server proves that it knows it as well.

use super::access::Mechanism;
use crate::base64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha512};
use std::ops::RangeInclusive;
use zeroize::Zeroizing;

/// How much work a server may ask for: less would be a trap, and more would stop us.
const ITERATIONS: RangeInclusive<u32> = 4_096..=1_000_000;

/// What the header of GS2 says: nothing is bound to the channel.
const HEADER: &str = "n,,";

/// A conversation.
pub(super) struct Scram {
    strong: bool,
    nonce: String,
    /// What was said, as far as it is signed.
    said: String,
    /// What the server must answer in the end.
    signature: Vec<u8>,
}

impl Scram {
    /// Begins with a nonce of visible characters. Gives what is said first.
    pub(super) fn begin(mechanism: Mechanism, user: &str, nonce: String) -> (Self, String) {
        let user = user.replace('=', "=3D").replace(',', "=2C");
        let said = format!("n={user},r={nonce}");
        let first = format!("{HEADER}{said}");
        (Self { strong: mechanism == Mechanism::ScramSha512, nonce, said, signature: Vec::new() }, first)
    }

    /// What is said to the server's first answer.
    pub(super) fn prove(&mut self, answer: &str, password: &str) -> Result<String, String> {
        let part = |name: char| answer.split(',').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        if let Some(error) = part('e') {
            return Err(error.to_owned());
        }
        let (Some(nonce), Some(salt), Some(iterations)) =
            (part('r'), part('s').and_then(base64::decode), part('i').and_then(|count| count.parse().ok()))
        else {
            return Err(format!("expected r=, s= and i=, found `{answer}`"));
        };
        if !nonce.starts_with(&self.nonce) || nonce == self.nonce {
            return Err("its nonce does not begin with ours".to_owned());
        }
        if !ITERATIONS.contains(&iterations) {
            return Err(format!(
                "it asks for {iterations} iterations; expected {} to {}",
                ITERATIONS.start(),
                ITERATIONS.end()
            ));
        }
        let last = format!("c={},r={nonce}", base64::encode(HEADER.as_bytes()));
        let signed = format!("{},{answer},{last}", self.said);
        let proof = if self.strong {
            self.proof::<Hmac<Sha512>, Sha512>(password, &salt, iterations, &signed)
        } else {
            self.proof::<Hmac<Sha256>, Sha256>(password, &salt, iterations, &signed)
        };
        Ok(format!("{last},p={}", base64::encode(&proof)))
    }

    fn proof<M: Mac + KeyInit + Clone, D: Digest>(
        &mut self,
        password: &str,
        salt: &[u8],
        iterations: u32,
        signed: &str,
    ) -> Vec<u8> {
        let salted = Zeroizing::new(salted::<M>(password, salt, iterations));
        let client = Zeroizing::new(mac::<M>(&salted, b"Client Key"));
        let stored = D::digest(&*client);
        let signature = mac::<M>(&stored, signed.as_bytes());
        self.signature = mac::<M>(&mac::<M>(&salted, b"Server Key"), signed.as_bytes());
        client.iter().zip(signature).map(|(key, octet)| key ^ octet).collect()
    }

    /// Whether the server knows the password as well.
    pub(super) fn check(&self, answer: &str) -> Result<(), String> {
        if let Some(error) = answer.strip_prefix("e=") {
            return Err(error.to_owned());
        }
        let signature = answer.split(',').next().and_then(|part| part.strip_prefix("v="));
        match signature.and_then(base64::decode) {
            Some(signature) if !signature.is_empty() && signature == self.signature => Ok(()),
            _ => Err("it does not prove that it knows the password".to_owned()),
        }
    }
}

fn mac<M: Mac + KeyInit>(key: &[u8], octets: &[u8]) -> Vec<u8> {
    keyed::<M>(key).chain_update(octets).finalize().into_bytes().to_vec()
}

fn keyed<M: Mac + KeyInit>(key: &[u8]) -> M {
    // HMAC takes keys of any length.
    <M as KeyInit>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"))
}

/// PBKDF2 with one block.
fn salted<M: Mac + KeyInit + Clone>(password: &str, salt: &[u8], iterations: u32) -> Vec<u8> {
    let keyed = keyed::<M>(password.as_bytes());
    let mut round =
        keyed.clone().chain_update(salt).chain_update(1_u32.to_be_bytes()).finalize().into_bytes();
    let mut all = round.to_vec();
    for _ in 1..iterations {
        round = keyed.clone().chain_update(&round).finalize().into_bytes();
        all.iter_mut().zip(&round).for_each(|(octet, other)| *octet ^= other);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The conversation of RFC 7677, 3.
    #[test]
    fn the_example_of_the_rfc() {
        let (mut scram, first) =
            Scram::begin(Mechanism::ScramSha256, "user", "rOprNGfwEbeRWgbNEkqO".to_owned());
        assert_eq!(first, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        let answer = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
        let last = scram.prove(answer, "pencil").expect("a proof");
        assert_eq!(
            last,
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        );
        assert_eq!(scram.check("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="), Ok(()));
        assert!(scram.check("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=").is_err());
        assert!(scram.check("v=").is_err());
        assert_eq!(scram.check("e=other-error"), Err("other-error".to_owned()));
    }

    #[test]
    fn answers_that_are_not_trusted() {
        for (answer, said) in [
            ("r=other,s=AAAA,i=4096", "does not begin with ours"),
            ("r=mine,s=AAAA,i=4096", "does not begin with ours"),
            ("r=mineandtheirs,s=AAAA,i=1", "expected 4096 to 1000000"),
            ("r=mineandtheirs,s=AAAA,i=4000000000", "expected 4096 to 1000000"),
            ("r=mineandtheirs,s=*,i=4096", "expected r=, s= and i="),
            ("", "expected r=, s= and i="),
            ("e=unknown-user", "unknown-user"),
        ] {
            let (mut scram, _) = Scram::begin(Mechanism::ScramSha512, "a=b,c", "mine".to_owned());
            let error = scram.prove(answer, "x").expect_err(answer);
            assert!(error.contains(said), "{answer}: {error}");
            assert!(scram.check("v=").is_err(), "nothing is proved yet");
        }
        assert!(Scram::begin(Mechanism::ScramSha512, "a=b,c", "mine".to_owned()).1.contains("n=a=3Db=2Cc,"));
    }
}
