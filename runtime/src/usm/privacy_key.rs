//! A privacy key, ready to encrypt and to decrypt.

use super::{Key, Privacy};
use aes::cipher::{
    Array, Block, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit,
    KeyInit, consts::U8,
};
use aes::{Aes128Enc, Aes192Enc, Aes256Enc};
use core::fmt;
use des::{Des, TdesEde3};
use zeroize::Zeroizing;

/// Octets of msgPrivacyParameters, for every protocol.
pub const SALT: usize = 8;

/// Octets of a block of DES and 3DES.
const DES_BLOCK: usize = 8;

/// Octets that AES works on at a time.
const AT_A_TIME: usize = 8 * 16;

/// The localized key of one user on one engine, with the cipher's key schedule kept. Wiped when it is
/// dropped.
#[derive(Clone)]
pub struct PrivacyKey {
    privacy: Privacy,
    cipher: Cipher,
}

#[derive(Clone)]
enum Cipher {
    // Boxes: the schedules differ in size by hundreds of octets, and each key is to take its own.
    Des { cipher: Box<Des>, pre_iv: Zeroizing<[u8; DES_BLOCK]> },
    TripleDes { cipher: Box<TdesEde3>, pre_iv: Zeroizing<[u8; DES_BLOCK]> },
    // CFB only uses encryption, in both directions.
    Aes128(Box<Aes128Enc>),
    Aes192(Box<Aes192Enc>),
    Aes256(Box<Aes256Enc>),
    // Without its schedule, which is made for each message.
    CompactAes128(Zeroizing<[u8; 16]>),
    CompactAes192(Zeroizing<[u8; 24]>),
    CompactAes256(Zeroizing<[u8; 32]>),
}

/// What was encrypted cannot be decrypted: the parameters or the length cannot be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("decryption error")]
pub struct DecryptionError;

/// How far a message may be behind, in seconds (RFC 3414 §2.2.3).
pub const TIME_WINDOW: u32 = 150;

/// Boots of an engine that cannot count further, and is not in any time window any more.
pub const MAX_BOOTS: u32 = i32::MAX as u32;

/// boots and time of the authoritative engine, as the message carries them. AES takes them into its IV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineClock {
    /// snmpEngineBoots.
    pub boots: u32,
    /// snmpEngineTime, in seconds.
    pub time: u32,
}

impl PrivacyKey {
    /// A key that is localized already and long enough; `None` for one that is shorter than
    /// [`Privacy::key_len`].
    pub fn new(privacy: Privacy, localized: &Key) -> Option<Self> {
        let key = localized.as_bytes().get(..privacy.key_len())?;
        let cipher = match privacy {
            Privacy::Des => {
                let (key, pre_iv) = split(key)?;
                Cipher::Des { cipher: Box::new(Des::new_from_slice(key).ok()?), pre_iv }
            }
            Privacy::TripleDes => {
                let (key, pre_iv) = split(key)?;
                Cipher::TripleDes { cipher: Box::new(TdesEde3::new_from_slice(key).ok()?), pre_iv }
            }
            Privacy::Aes128 => Cipher::Aes128(Box::new(Aes128Enc::new_from_slice(key).ok()?)),
            Privacy::Aes192 | Privacy::Aes192Reeder => {
                Cipher::Aes192(Box::new(Aes192Enc::new_from_slice(key).ok()?))
            }
            Privacy::Aes256 | Privacy::Aes256Reeder => {
                Cipher::Aes256(Box::new(Aes256Enc::new_from_slice(key).ok()?))
            }
        };
        Some(Self { privacy, cipher })
    }

    /// As [`new`](Self::new), for those who keep the keys of many engines: of an AES key, only the octets are kept.
    /// That saves some 700 octets, and costs some 50 ns more for each message.
    pub fn compact(privacy: Privacy, localized: &Key) -> Option<Self> {
        let key = localized.as_bytes().get(..privacy.key_len())?;
        let cipher = match privacy {
            Privacy::Des | Privacy::TripleDes => return Self::new(privacy, localized),
            Privacy::Aes128 => Cipher::CompactAes128(Zeroizing::new(key.try_into().ok()?)),
            Privacy::Aes192 | Privacy::Aes192Reeder => {
                Cipher::CompactAes192(Zeroizing::new(key.try_into().ok()?))
            }
            Privacy::Aes256 | Privacy::Aes256Reeder => {
                Cipher::CompactAes256(Zeroizing::new(key.try_into().ok()?))
            }
        };
        Some(Self { privacy, cipher })
    }

    /// The protocol.
    pub fn protocol(&self) -> Privacy {
        self.privacy
    }

    /// Whether the key schedule is made for each message.
    #[cfg(test)]
    pub(super) fn is_compact(&self) -> bool {
        matches!(self.cipher, Cipher::CompactAes128(_) | Cipher::CompactAes192(_) | Cipher::CompactAes256(_))
    }

    fn is_aes(&self) -> bool {
        !matches!(self.cipher, Cipher::Des { .. } | Cipher::TripleDes { .. })
    }

    /// How many octets must follow a plaintext of `len` octets before it is encrypted: blocks of DES are
    /// filled, AES as a stream needs none.
    pub fn padding(&self, len: usize) -> usize {
        if self.is_aes() { 0 } else { len.wrapping_neg() % DES_BLOCK }
    }

    /// The salt of a message: `counter` must never come again with this key. For DES and 3DES it is boots
    /// and the low half of the counter (RFC 3414 §8.1.1.1), for AES the whole (RFC 3826 §3.1.2.1).
    pub fn salt(&self, clock: EngineClock, counter: u64) -> [u8; SALT] {
        if self.is_aes() {
            counter.to_be_bytes()
        } else {
            (u64::from(clock.boots) << 32 | counter & 0xffff_ffff).to_be_bytes()
        }
    }

    /// Encrypts in place what has been [padded](Self::padding).
    pub fn encrypt(&self, clock: EngineClock, salt: [u8; SALT], data: &mut [u8]) {
        match &self.cipher {
            Cipher::Des { cipher, pre_iv } => encrypt_cbc(&**cipher, des_iv(pre_iv, salt), data),
            Cipher::TripleDes { cipher, pre_iv } => encrypt_cbc(&**cipher, des_iv(pre_iv, salt), data),
            Cipher::Aes128(cipher) => encrypt_cfb(&**cipher, aes_iv(clock, salt), data),
            Cipher::Aes192(cipher) => encrypt_cfb(&**cipher, aes_iv(clock, salt), data),
            Cipher::Aes256(cipher) => encrypt_cfb(&**cipher, aes_iv(clock, salt), data),
            Cipher::CompactAes128(key) => {
                encrypt_cfb(&Aes128Enc::new(&(**key).into()), aes_iv(clock, salt), data)
            }
            Cipher::CompactAes192(key) => {
                encrypt_cfb(&Aes192Enc::new(&(**key).into()), aes_iv(clock, salt), data)
            }
            Cipher::CompactAes256(key) => {
                encrypt_cfb(&Aes256Enc::new(&(**key).into()), aes_iv(clock, salt), data)
            }
        }
    }

    /// Decrypts in place. `salt` is msgPrivacyParameters. That the result makes sense is not checked here,
    /// and padding is not removed: the scopedPDU says where it ends.
    ///
    /// # Errors
    /// The salt does not have 8 octets, or the data is not a whole number of blocks, as DES needs.
    pub fn decrypt(&self, clock: EngineClock, salt: &[u8], data: &mut [u8]) -> Result<(), DecryptionError> {
        let salt: [u8; SALT] = salt.try_into().map_err(|_| DecryptionError)?;
        match &self.cipher {
            Cipher::Des { cipher, pre_iv } => decrypt_cbc(&**cipher, des_iv(pre_iv, salt), data),
            Cipher::TripleDes { cipher, pre_iv } => decrypt_cbc(&**cipher, des_iv(pre_iv, salt), data),
            Cipher::Aes128(cipher) => decrypt_cfb(&**cipher, aes_iv(clock, salt), data),
            Cipher::Aes192(cipher) => decrypt_cfb(&**cipher, aes_iv(clock, salt), data),
            Cipher::Aes256(cipher) => decrypt_cfb(&**cipher, aes_iv(clock, salt), data),
            Cipher::CompactAes128(key) => {
                decrypt_cfb(&Aes128Enc::new(&(**key).into()), aes_iv(clock, salt), data)
            }
            Cipher::CompactAes192(key) => {
                decrypt_cfb(&Aes192Enc::new(&(**key).into()), aes_iv(clock, salt), data)
            }
            Cipher::CompactAes256(key) => {
                decrypt_cfb(&Aes256Enc::new(&(**key).into()), aes_iv(clock, salt), data)
            }
        }
    }
}

/// The cipher's key, and the pre-IV behind it.
fn split(key: &[u8]) -> Option<(&[u8], Zeroizing<[u8; DES_BLOCK]>)> {
    let (key, pre_iv) = key.split_last_chunk::<DES_BLOCK>()?;
    Some((key, Zeroizing::new(*pre_iv)))
}

fn des_iv(pre_iv: &[u8; DES_BLOCK], salt: [u8; SALT]) -> [u8; DES_BLOCK] {
    let mut iv = salt;
    for (iv, pre_iv) in iv.iter_mut().zip(pre_iv) {
        *iv ^= pre_iv;
    }
    iv
}

fn aes_iv(clock: EngineClock, salt: [u8; SALT]) -> [u8; 16] {
    let [a, b, c, d] = clock.boots.to_be_bytes();
    let [e, f, g, h] = clock.time.to_be_bytes();
    let [s0, s1, s2, s3, s4, s5, s6, s7] = salt;
    [a, b, c, d, e, f, g, h, s0, s1, s2, s3, s4, s5, s6, s7]
}

fn encrypt_cbc<C>(cipher: &C, iv: [u8; DES_BLOCK], data: &mut [u8])
where
    C: BlockCipherEncrypt<BlockSize = U8>,
{
    let (blocks, _) = Array::slice_as_chunks_mut(data);
    cbc::Encryptor::inner_iv_init(cipher, &Block::<C>::from(iv)).encrypt_blocks(blocks);
}

fn decrypt_cbc<C>(cipher: &C, iv: [u8; DES_BLOCK], data: &mut [u8]) -> Result<(), DecryptionError>
where
    C: BlockCipherDecrypt<BlockSize = U8>,
{
    let (blocks, rest) = Array::slice_as_chunks_mut(data);
    if blocks.is_empty() || !rest.is_empty() {
        return Err(DecryptionError);
    }
    cbc::Decryptor::inner_iv_init(cipher, &Block::<C>::from(iv)).decrypt_blocks(blocks);
    Ok(())
}

fn encrypt_cfb<C>(cipher: &C, iv: [u8; 16], data: &mut [u8])
where
    C: BlockCipherEncrypt<BlockSize = aes::cipher::consts::U16>,
{
    cfb_mode::Encryptor::inner_iv_init(cipher, &Block::<C>::from(iv)).encrypt(data);
}

fn decrypt_cfb<C>(cipher: &C, iv: [u8; 16], data: &mut [u8]) -> Result<(), DecryptionError>
where
    C: BlockCipherEncrypt<BlockSize = aes::cipher::consts::U16>,
{
    let decryptor = cfb_mode::Decryptor::inner_iv_init(cipher, &Block::<C>::from(iv));
    // As many blocks as the processor works on at a time take less than a few one by one. What follows the
    // data does not change what comes of them.
    let mut copy = [0; 4 * AT_A_TIME];
    match copy.get_mut(..data.len().next_multiple_of(AT_A_TIME)) {
        Some(blocks) => {
            let (copy, _) = blocks.split_at_mut(data.len());
            copy.copy_from_slice(data);
            decryptor.decrypt(blocks);
            data.copy_from_slice(blocks.get(..data.len()).ok_or(DecryptionError)?);
        }
        None => decryptor.decrypt(data),
    }
    Ok(())
}

impl fmt::Debug for PrivacyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivacyKey({}, ***)", self.privacy)
    }
}
