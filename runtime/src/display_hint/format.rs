//! Numbers by their hint.

use std::fmt::{self, Write};

use super::Integer;

/// A number without leading zeros, the sign in front.
pub(super) fn integer(format: Integer, number: i128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if number < 0 {
        f.write_char('-')?;
    }
    let size = number.unsigned_abs();
    match format {
        Integer::Decimal(0) => write!(f, "{size}"),
        Integer::Decimal(decimals) => {
            let scale = u32::try_from(decimals).ok().and_then(|decimals| 10_u128.checked_pow(decimals));
            let (whole, part) = scale.map_or((0, size), |scale| (size / scale, size % scale));
            write!(f, "{whole}.{part:0decimals$}")
        }
        Integer::Hexadecimal => write!(f, "{size:x}"),
        Integer::Octal => write!(f, "{size:o}"),
        Integer::Binary => write!(f, "{size:b}"),
    }
}
