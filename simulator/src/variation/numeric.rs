//! Numbers that move. They depend on the time only, not on how often they are asked for, so that two managers see one device.

use std::time::Duration;

use mibc_runtime::ber::tag;
use mibc_runtime::value::{Counter32, Counter64, Gauge32, TimeTicks, Value};

use super::options::Options;

/// snmpsim's `numeric`, and our `randomwalk`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Numeric {
    tag: u8,
    min: f64,
    max: f64,
    initial: f64,
    /// Time goes so fast.
    rate: f64,
    scale: f64,
    offset: f64,
    deviation: f64,
    function: Function,
    /// Never goes back.
    is_cumulative: bool,
    /// Begins anew behind `max`.
    wraps: bool,
    /// Time is that of day, not since the start.
    is_absolute: bool,
    /// A random walk: `deviation` is how far it goes in a step of a second.
    wanders: bool,
}

/// Of time.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Function {
    Identity,
    Sin,
    Cos,
    Tan,
    Exp,
    Log,
    Log10,
    Sqrt,
    Floor,
    Ceil,
    Abs,
    /// To this power.
    Power(f64),
}

impl Function {
    fn read(name: &str) -> Option<Self> {
        Some(match name {
            "sin" => Self::Sin,
            "cos" => Self::Cos,
            "tan" => Self::Tan,
            "exp" => Self::Exp,
            "log" => Self::Log,
            "log10" => Self::Log10,
            "sqrt" => Self::Sqrt,
            "floor" => Self::Floor,
            "ceil" => Self::Ceil,
            "fabs" => Self::Abs,
            // snmpsim: arguments behind percent signs, of which `<time>` is one.
            _ => Self::Power(name.strip_prefix("pow%<time>%")?.trim().parse().ok()?),
        })
    }

    fn of(self, x: f64) -> f64 {
        let y = match self {
            Self::Identity => x,
            Self::Sin => x.sin(),
            Self::Cos => x.cos(),
            Self::Tan => x.tan(),
            Self::Exp => x.exp(),
            Self::Log => x.ln(),
            Self::Log10 => x.log10(),
            Self::Sqrt => x.sqrt(),
            Self::Floor => x.floor(),
            Self::Ceil => x.ceil(),
            Self::Abs => x.abs(),
            Self::Power(exponent) => x.powf(exponent),
        };
        if y.is_finite() { y } else { 0.0 }
    }
}

impl Numeric {
    pub(super) fn read(tag: u8, options: &mut Options) -> Result<Self, String> {
        let most = most(tag)?;
        let mut number = |name: &str, default: f64| {
            options
                .parsed::<f64>(name, "a number")
                .map(|given| given.filter(|n| n.is_finite()).unwrap_or(default))
        };
        let (min, max) = (number("min", 0.0)?, number("max", most)?);
        let (initial, rate) = (number("initial", min)?, number("rate", 1.0)?);
        let (scale, offset) = (number("scale", 1.0)?, number("offset", 0.0)?);
        let deviation = number("deviation", 0.0)?.abs();
        let function = match options.take("function") {
            None => Function::Identity,
            Some(name) => Function::read(name.trim()).ok_or_else(|| {
                format!(
                    "`function={}` is not supported; there are sin, cos, tan, exp, log, log10, sqrt, floor, ceil, \
                     fabs and pow%<time>%2",
                    crate::problem::shown(&name)
                )
            })?,
        };
        let is_cumulative = options.is_on("cumulative");
        let (wraps, is_absolute) = (options.is_on("wrap"), options.is_on("atime"));
        Ok(Self {
            tag,
            min,
            max,
            initial,
            rate,
            scale,
            offset,
            deviation,
            function,
            is_cumulative,
            wraps,
            is_absolute,
            wanders: false,
        })
    }

    /// `randomwalk`: from `initial` by up to `step` a second, between `min` and `max`.
    pub(super) fn read_walk(tag: u8, options: &mut Options) -> Result<Self, String> {
        let step = options.parsed::<f64>("step", "a number")?;
        let plain = Self::read(tag, options)?;
        Ok(Self { deviation: step.unwrap_or(1.0).abs(), rate: 0.0, wanders: true, ..plain })
    }

    /// A recorded value that moves as devices' do: counters count, times pass, other numbers wander by a tenth.
    pub(crate) fn lively(tag: u8, recorded: f64) -> Option<Self> {
        let max = most(tag).ok()?;
        let plain = Self {
            tag,
            min: 0.0,
            max,
            initial: recorded,
            rate: 0.0,
            scale: 1.0,
            offset: 0.0,
            deviation: 0.0,
            function: Function::Identity,
            is_cumulative: false,
            wraps: false,
            is_absolute: false,
            wanders: false,
        };
        match tag {
            // What it has counted in its life so far is not known: as if it were a day old.
            tag::COUNTER32 | tag::COUNTER64 if recorded > 0.0 => {
                let rate = (recorded / 86_400.0).max(0.1);
                Some(Self { rate, deviation: rate / 2.0, is_cumulative: true, wraps: true, ..plain })
            }
            tag::TIME_TICKS if recorded > 0.0 => Some(Self { rate: 100.0, wraps: true, ..plain }),
            tag::GAUGE32 if recorded >= 10.0 => {
                let (min, max) = (recorded * 0.9, (recorded * 1.1).min(max));
                Some(Self { min, max, deviation: recorded / 100.0, wanders: true, ..plain })
            }
            _ => None,
        }
    }

    /// Its value at a time since the start; `seed` makes devices and variables differ.
    pub(crate) fn at(&self, time: Duration, since_epoch: Duration, seed: u64) -> Value {
        let since_start = time.as_secs_f64();
        let time = if self.is_absolute { since_epoch.as_secs_f64() } else { since_start };
        let x = time * self.rate;
        let mut number = if self.wanders {
            self.initial + Noise(seed).wander(since_start) * self.deviation
        } else if self.is_cumulative {
            // Sine and cosine with a slope of at most one, on a slope of one, never go back.
            let waves = matches!(self.function, Function::Sin | Function::Cos);
            let counted = self.function.of(x) + if waves { x } else { 0.0 };
            let noise =
                Noise(seed).at(since_start) * (self.deviation.min(self.rate * self.scale) / 4.0).max(0.0);
            self.initial + (counted * self.scale).max(0.0) + self.offset * x + noise
        } else {
            let noise = Noise(seed).at(since_start) * self.deviation;
            self.initial + self.function.of(x) * self.scale + self.offset + noise
        };
        if self.wanders {
            number = folded(number, self.min, self.max);
        } else if number < self.min {
            number = self.min;
        } else if number > self.max {
            number = match self.wraps && self.max > self.min {
                true => self.min + (number - self.min) % (self.max - self.min + 1.0),
                false => self.max,
            };
        }
        // `as` keeps within the range of the type.
        match self.tag {
            tag::INTEGER => Value::Integer(number as i32),
            tag::COUNTER32 => Value::Counter32(Counter32(number as u32)),
            tag::GAUGE32 => Value::Gauge32(Gauge32(number as u32)),
            tag::TIME_TICKS => Value::TimeTicks(TimeTicks(number as u32)),
            _ => Value::Counter64(Counter64(number as u64)),
        }
    }
}

fn most(tag: u8) -> Result<f64, String> {
    match tag {
        tag::INTEGER => Ok(f64::from(i32::MAX)),
        tag::COUNTER32 | tag::GAUGE32 | tag::TIME_TICKS => Ok(f64::from(u32::MAX)),
        tag::COUNTER64 => Ok(u64::MAX as f64),
        other => Err(format!(
            "a value with tag {other} is not a number; the modules `numeric` and `randomwalk` are for the tags 2, 65, \
             66, 67 and 70"
        )),
    }
}

/// Reflects a number at both ends of a range until it is inside.
fn folded(number: f64, min: f64, max: f64) -> f64 {
    let width = max - min;
    if width <= 0.0 {
        return min;
    }
    let place = (number - min).rem_euclid(2.0 * width);
    min + if place > width { 2.0 * width - place } else { place }
}

/// Smooth random numbers of a time, the same for one seed.
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    /// From -1 to 1, new each second and straight between.
    fn at(&self, time: f64) -> f64 {
        let (whole, part) = (time.floor(), time.fract());
        let (one, other) = (self.unit(whole as u64), self.unit(whole as u64 + 1));
        one + (other - one) * part
    }

    /// Where somebody is who has gone a random way for this time, by one a second at most: waves of all lengths, each as far
    /// as a random walk gets in its time.
    fn wander(&self, time: f64) -> f64 {
        /// How much all waves go up in a second at most: the sum of 1 / √length.
        const STEEPEST: f64 = 3.42;
        let mut place = 0.0;
        let mut length = 1.0_f64;
        for wave in 0..20 {
            let noise = Self(mixed(self.0 ^ wave));
            // At the start it is where it starts.
            place += (noise.at(time / length) - noise.at(0.0)) * length.sqrt() / 2.0;
            length *= 2.0;
        }
        place / STEEPEST
    }

    fn unit(&self, step: u64) -> f64 {
        let number = mixed(self.0.wrapping_add(step.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        (number >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

/// A number that looks random (the finish of SplitMix64).
pub(crate) fn mixed(mut number: u64) -> u64 {
    number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variation::Variation;

    fn at(module: &str, tag: u8, options: &str, seconds: f64) -> i128 {
        let variation = Variation::read(module, tag, options).expect(options);
        let time = Duration::from_secs_f64(seconds);
        variation.recorded(time, time, 7).and_then(|value| value.as_ref().as_i128()).expect("a number")
    }

    #[test]
    fn options_say_how_a_number_moves() {
        assert_eq!(at("numeric", 67, "rate=100,initial=123999999", 2.5), 124_000_249);
        assert_eq!(at("numeric", 65, "rate=1000,max=1000", 2.5), 1_000, "it stays at its end");
        assert_eq!(at("numeric", 65, "rate=1000,max=999,wrap=1", 2.5), 500, "it begins anew");
        assert_eq!(at("numeric", 2, "min=-10,function=sin,scale=100,offset=5,rate=0", 9.0), -5);
        assert_eq!(at("numeric", 70, "scale=2,rate=10,offset=3,cumulative=1", 10.0), 200 + 300);
        assert_eq!(at("numeric", 66, "|rate=5|initial=1|", 3.0), 16);
    }

    #[test]
    fn a_counter_never_goes_back() {
        for options in [
            "cumulative=1,rate=10,deviation=100",
            "cumulative=1,rate=1,function=sin,scale=40",
            "cumulative=1,rate=3,function=sqrt,scale=40,offset=1,deviation=1",
        ] {
            let values: Vec<i128> =
                (0..400).map(|step| at("numeric", 65, options, f64::from(step) * 0.1)).collect();
            assert!(values.is_sorted(), "{options}: {values:?}");
            assert!(values.first() < values.last(), "{options}");
        }
    }

    #[test]
    fn a_random_walk_stays_inside_and_moves() {
        let values: Vec<i128> = (0..2_000)
            .map(|step| at("randomwalk", 66, "initial=50,min=40,max=60,step=2", f64::from(step)))
            .collect();
        assert_eq!(values.first(), Some(&50));
        assert!(values.iter().all(|value| (40..=60).contains(value)));
        let places: std::collections::BTreeSet<_> = values.iter().collect();
        assert!(places.len() > 10, "{places:?}");
        assert!(values.windows(2).all(|two| (two[0] - two[1]).abs() <= 3), "it jumps");
        let again = at("randomwalk", 66, "initial=50,min=40,max=60,step=2", 1_234.0);
        assert_eq!(values.get(1_234), Some(&again));
    }

    #[test]
    fn what_is_wrong_with_options_is_said() {
        for (module, tag, options, expected) in [
            ("numeric", 4, "rate=1", "not a number"),
            ("numeric", 2, "rate=fast", "expected a number"),
            ("numeric", 2, "speed=1", "no option `speed`"),
            ("numeric", 2, "function=gamma", "there are sin"),
            ("numeric", 2, "rate", "expected name=value"),
            ("sql", 2, "", "not supported: it asks a database"),
            ("numerik", 2, "", "there are numeric"),
        ] {
            let error = Variation::read(module, tag, options).expect_err(options);
            assert!(error.contains(expected), "{error}");
        }
    }
}
