//! The number types of SMI that are not `Integer32`, which is `i32`.

use std::{cmp::Ordering, fmt, time::Duration};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty) => $($wider:ty),*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $inner);

        impl From<$inner> for $name {
            fn from(number: $inner) -> Self {
                Self(number)
            }
        }

        $(impl From<$name> for $wider {
            fn from(number: $name) -> Self {
                number.0.into()
            }
        })*

        impl PartialEq<$inner> for $name {
            fn eq(&self, other: &$inner) -> bool {
                self.0 == *other
            }
        }

        impl PartialEq<$name> for $inner {
            fn eq(&self, other: &$name) -> bool {
                *self == other.0
            }
        }

        impl PartialOrd<$inner> for $name {
            fn partial_cmp(&self, other: &$inner) -> Option<Ordering> {
                self.0.partial_cmp(other)
            }
        }

        impl PartialOrd<$name> for $inner {
            fn partial_cmp(&self, other: &$name) -> Option<Ordering> {
                self.partial_cmp(&other.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    };
}

number! {
    /// A number that only grows, and goes from 2^32-1 to 0 (RFC 2578 §7.1.6).
    Counter32(u32) => u32, u64, i64, u128, f64
}
number! {
    /// A number that rises and falls and stays at 2^32-1 when that is exceeded (RFC 2578 §7.1.7).
    Gauge32(u32) => u32, u64, i64, u128, f64
}
number! {
    /// A number from 0 to 2^32-1 (RFC 2578 §7.1.11). On the wire it cannot be distinguished from [`Gauge32`].
    Unsigned32(u32) => u32, u64, i64, u128, f64
}
number! {
    /// Hundredths of a second between two moments, modulo 2^32: about 497 days (RFC 2578 §7.1.8).
    ///
    /// Prints as days, hours, minutes, seconds: `3d 04:05:06.07`.
    TimeTicks(u32) => u32, u64, i64, u128, f64
}
number! {
    /// A number that only grows, and goes from 2^64-1 to 0 (RFC 2578 §7.1.10). Not in SNMPv1.
    Counter64(u64) => u64, u128, i128
}

impl Counter32 {
    /// How far the counter has come since `earlier`, across at most one wrap.
    pub const fn since(self, earlier: Self) -> u32 {
        self.0.wrapping_sub(earlier.0)
    }
}

impl Counter64 {
    /// How far the counter has come since `earlier`, across at most one wrap.
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.wrapping_sub(earlier.0)
    }
}

impl From<Gauge32> for Unsigned32 {
    fn from(number: Gauge32) -> Self {
        Self(number.0)
    }
}

impl From<Unsigned32> for Gauge32 {
    fn from(number: Unsigned32) -> Self {
        Self(number.0)
    }
}

impl TimeTicks {
    /// The time as a [`Duration`], exact.
    pub const fn to_duration(self) -> Duration {
        Duration::from_millis(self.0 as u64 * 10)
    }

    /// Whole hundredths of a second of `duration`, modulo 2^32.
    pub const fn from_duration(duration: Duration) -> Self {
        Self((duration.as_millis() / 10) as u32)
    }
}

impl From<TimeTicks> for Duration {
    fn from(ticks: TimeTicks) -> Self {
        ticks.to_duration()
    }
}

impl fmt::Display for Counter32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for Gauge32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for Unsigned32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for Counter64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for TimeTicks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, hundredths) = (self.0 / 100, self.0 % 100);
        let (minutes, hours) = (seconds / 60, seconds / 3600);
        let days = hours / 24;
        if days > 0 {
            write!(f, "{days}d ")?;
        }
        write!(f, "{:02}:{:02}:{:02}.{hundredths:02}", hours % 24, minutes % 60, seconds % 60)
    }
}
