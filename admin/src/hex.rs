//! Octets as hexadecimal digits.

use zeroize::Zeroizing;

/// The octets of pairs of digits, with or without `0x` in front and colons between; `None` if it is something else.
pub(crate) fn octets(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    let mut octets = Zeroizing::new(Vec::with_capacity(digits.len() / 2));
    let mut high = None;
    for digit in digits.chars().filter(|c| *c != ':') {
        let digit = u8::try_from(digit.to_digit(16)?).ok()?;
        match high.take() {
            None => high = Some(digit),
            Some(high) => octets.push(high << 4 | digit),
        }
    }
    (high.is_none() && !octets.is_empty()).then_some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits() {
        assert_eq!(octets("0x00aF").as_deref(), Some(&vec![0, 0xaf]));
        assert_eq!(octets("00:af").as_deref(), Some(&vec![0, 0xaf]));
        for wrong in ["", "0x", "0", "zz", "+1", "é", "0x0", ":"] {
            assert_eq!(octets(wrong), None, "{wrong}");
        }
    }
}
