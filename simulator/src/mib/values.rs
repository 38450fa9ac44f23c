//! Values that look like those of devices.

use mibc_compiler::model::{Model, Syntax};
use mibc_runtime::oid::Oid;
use mibc_runtime::syntax::BaseType;
use mibc_runtime::value::{Counter32, Counter64, Gauge32, IpAddress, Opaque, TimeTicks, Value};

use crate::variation::mixed;

/// Longest string that is made, unless its size has to be larger.
const LONGEST: i128 = 32;

/// Makes values.
pub(super) struct Maker {
    seed: u64,
}

impl Maker {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// A number that looks random, the same for one name, row and seed.
    fn random(&self, name: &str, row: u32) -> u64 {
        let named = name.bytes().fold(mixed(self.seed), |number, octet| mixed(number ^ u64::from(octet)));
        mixed(named ^ u64::from(row))
    }

    /// A value of an object; row 0 is a scalar. `None` if its type is not known.
    pub(super) fn value(&self, model: &Model, name: &str, syntax: &Syntax, row: u32) -> Option<Value> {
        let random = self.random(name, row);
        let base = syntax.base?;
        Some(match base {
            BaseType::Integer32 => Value::Integer(self.integer(model, name, syntax, random)?),
            BaseType::Unsigned32 | BaseType::Gauge32 => Value::Gauge32(Gauge32(gauge(name, syntax, random))),
            // Counters have counted for a while, some of them little.
            BaseType::Counter32 => Value::Counter32(Counter32((random >> (33 + random % 20)) as u32)),
            BaseType::Counter64 => Value::Counter64(Counter64(random >> (20 + random % 24))),
            BaseType::TimeTicks => Value::TimeTicks(TimeTicks((random % 8_640_000) as u32)),
            BaseType::IpAddress => {
                let [.., third, fourth] = random.to_be_bytes();
                let is_mask = name.to_ascii_lowercase().contains("mask");
                Value::IpAddress(IpAddress(if is_mask {
                    [255, 255, 255, 0]
                } else {
                    [10, 0, third, fourth | 1]
                }))
            }
            BaseType::OctetString => Value::OctetString(self.octets(model, name, syntax, row, random).into()),
            BaseType::Bits => Value::OctetString(bits(syntax, random).into()),
            BaseType::ObjectIdentifier => Value::ObjectIdentifier(Oid::ZERO),
            BaseType::Opaque => {
                let [a, b, c, d] = ((random % 1_000) as f32 / 10.0).to_be_bytes();
                Value::Opaque(Opaque(vec![0x9f, 0x78, 4, a, b, c, d]))
            }
        })
    }

    /// The value of an index of a row, from 1: different ones as long as there are.
    pub(super) fn index_value(&self, model: &Model, syntax: &Syntax, row: u32) -> Option<Value> {
        let base = syntax.base?;
        if !syntax.enums.is_empty() {
            let labels = &syntax.enums;
            let (_, number) = labels.get((row as usize - 1) % labels.len())?;
            return Some(Value::Integer(i32::try_from(*number).ok()?));
        }
        Some(match base {
            BaseType::Integer32 => Value::Integer(i32::try_from(in_range(syntax, row.into())).ok()?),
            BaseType::Unsigned32 | BaseType::Gauge32 | BaseType::Counter32 => {
                Value::Gauge32(Gauge32(u32::try_from(in_range(syntax, row.into())).ok()?))
            }
            BaseType::TimeTicks => Value::TimeTicks(TimeTicks(row)),
            BaseType::IpAddress => {
                let [.., second, third, fourth] = row.to_be_bytes();
                Value::IpAddress(IpAddress([10, second, third, fourth]))
            }
            BaseType::OctetString | BaseType::Bits => {
                let size = size(syntax, 4, 4);
                let text = is_text(model, syntax);
                let mut octets = match text {
                    true => format!("{row:0size$}").into_bytes(),
                    false => row.to_be_bytes().to_vec(),
                };
                // The end is what tells rows apart.
                while octets.len() < size {
                    octets.insert(0, if text { b'0' } else { 0 });
                }
                let surplus = octets.len().saturating_sub(size);
                Value::OctetString(octets.split_off(surplus).into())
            }
            BaseType::ObjectIdentifier => {
                Value::ObjectIdentifier(Oid::from_arcs(&[1, 3, 6, 1, 4, row]).ok()?)
            }
            BaseType::Counter64 | BaseType::Opaque => return None,
        })
    }

    fn integer(&self, model: &Model, name: &str, syntax: &Syntax, random: u64) -> Option<i32> {
        if !syntax.enums.is_empty() {
            let label = |wanted: &[&str]| {
                let mut labels = syntax.enums.iter();
                labels.find(|(name, _)| wanted.contains(&model.spelling(*name))).map(|(_, number)| *number)
            };
            // What healthy devices say.
            let usual = label(&[
                "up",
                "active",
                "ok",
                "enabled",
                "true",
                "normal",
                "running",
                "ethernetCsmacd",
                "operational",
            ]);
            let any =
                syntax.enums.get((random % syntax.enums.len() as u64) as usize).map(|(_, number)| *number);
            return i32::try_from(usual.or(any)?).ok();
        }
        let usual = match plain(name) {
            name if name.ends_with("mtu") => Some(1_500),
            name if name.contains("percent") || name.contains("utilization") || name.contains("load") => {
                Some((random % 100) as i32)
            }
            name if name.contains("temperature") => Some(20 + (random % 40) as i32),
            _ => None,
        };
        let number = usual.map_or_else(|| i128::from(random % 100), i128::from);
        i32::try_from(in_range(syntax, number)).ok()
    }

    fn octets(&self, model: &Model, name: &str, syntax: &Syntax, row: u32, random: u64) -> Vec<u8> {
        let hint = syntax.hint.map(|hint| model.text(hint));
        let plain_name = plain(name);
        // DateAndTime.
        if hint.is_some_and(|hint| hint.starts_with("2d-1d-1d,")) {
            let [year_high, year_low] = 2_024_u16.to_be_bytes();
            let [.., month, day, hour, minute, second] = random.to_be_bytes();
            return vec![
                year_high,
                year_low,
                1 + month % 12,
                1 + day % 28,
                hour % 24,
                minute % 60,
                second % 60,
                0,
            ];
        }
        // Addresses of hardware: of the kind that is given locally.
        if hint == Some("1x:") || plain_name.ends_with("macaddress") || plain_name.ends_with("physaddress") {
            let [.., a, b, c] = random.to_be_bytes();
            let mut octets = vec![2, 0, 0, a, b, c];
            octets.resize(size(syntax, 6, 6), 0);
            return octets;
        }
        if !is_text(model, syntax) {
            let wanted = size(syntax, 4, 8);
            let random = random.to_be_bytes();
            return random.iter().copied().cycle().take(wanted).collect();
        }
        let mut text = match plain_name.as_str() {
            name if name.ends_with("ifname") => format!("eth{row}"),
            name if name.ends_with("descr") && row > 0 => format!("{name} {row}"),
            name if row > 0 => format!("{name}-{row}"),
            name => name.to_owned(),
        };
        if plain_name.ends_with("alias") || plain_name.contains("contact") {
            text.clear();
        }
        let most = size(syntax, text.len(), LONGEST as usize);
        let mut octets = text.into_bytes();
        octets.resize(most, b'x');
        octets
    }
}

fn plain(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// Whether strings of a type are for people: by its DISPLAY-HINT, or if there is none, as the type says nothing else.
fn is_text(model: &Model, syntax: &Syntax) -> bool {
    match syntax.hint.map(|hint| model.text(hint)) {
        Some(hint) => hint.ends_with('a') || hint.ends_with('t'),
        None => syntax.named.is_none(),
    }
}

/// A size that a string may have: the one that is wanted, if it may be, and no more than so many octets.
fn size(syntax: &Syntax, wanted: usize, most: usize) -> usize {
    let wanted = wanted.min(most);
    usize::try_from(in_range(syntax, wanted as i128)).unwrap_or(wanted).min(65_535)
}

/// The number that may be which is closest to the one that is wanted.
fn in_range(syntax: &Syntax, wanted: i128) -> i128 {
    let pieces = syntax.range.iter().map(|(low, high)| wanted.clamp(*low, *high));
    pieces.min_by_key(|number| number.abs_diff(wanted)).unwrap_or(wanted)
}

fn gauge(name: &str, syntax: &Syntax, random: u64) -> u32 {
    let wanted = match plain(name) {
        name if name.ends_with("highspeed") => 1_000,
        name if name.ends_with("speed") => 1_000_000_000,
        name if name.contains("percent") || name.contains("utilization") => i128::from(random % 100),
        _ => i128::from(random % 1_000),
    };
    u32::try_from(in_range(syntax, wanted)).unwrap_or(u32::MAX)
}

fn bits(syntax: &Syntax, random: u64) -> Vec<u8> {
    let most = syntax.bits.iter().map(|(_, bit)| *bit as usize).max();
    let mut octets = vec![0; most.map_or(0, |bit| bit.min(65_535) / 8 + 1)];
    for (_, bit) in &syntax.bits {
        let is_set = mixed(random ^ u64::from(*bit)).is_multiple_of(2);
        if let (true, Some(octet)) = (is_set, octets.get_mut(*bit as usize / 8)) {
            *octet |= 0x80 >> (bit % 8);
        }
    }
    octets
}
