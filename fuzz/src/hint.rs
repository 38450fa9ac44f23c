//! DISPLAY-HINT both ways.

use mibc_runtime::display_hint::Hint;

/// Most characters that an octet takes: 255 repetitions of nothing are not among them, see [`Hint::octets`].
const MOST: usize = 64;

/// A hint of any text, up to the line break, and behind it a value: as a number, as octets, and as a text that is to
/// be read. What is shown is bounded. A number that was shown is read as itself. So are octets whose text was read
/// once, before which a last number may have had too few of them; but only with plain hints: of text one cannot say
/// where it ends, nor of numbers that nothing separates, and repetitions show less than they were given.
pub fn hint(data: &[u8]) {
    let end = data.iter().position(|octet| *octet == b'\n').unwrap_or(data.len());
    let (hint, value) = data.split_at(end);
    let value = value.get(1..).unwrap_or_default();
    let Ok(hint) = std::str::from_utf8(hint) else { return };
    let Ok(parsed) = Hint::parse(hint) else { return };
    let shown = parsed.octets(value).to_string();
    assert!(shown.chars().count() <= MOST * (value.len() + 1), "{} octets: {shown:?}", value.len());
    if let Ok(read) = parsed.parse_octets(&shown)
        && is_plain(hint)
    {
        let again = parsed.octets(&read).to_string();
        assert_eq!(parsed.parse_octets(&again), Ok(read), "{hint}: {shown:?}, then {again:?}");
    }
    if let Ok(text) = std::str::from_utf8(value) {
        let _ = parsed.parse_octets(text);
        if let Ok(number) = parsed.parse_integer(text) {
            assert_eq!(parsed.parse_integer(&parsed.integer(number.into()).to_string()), Ok(number));
        }
    }
    let mut octets = [0; 8];
    value.iter().zip(&mut octets).for_each(|(from, to)| *to = *from);
    let number = i64::from_be_bytes(octets);
    let shown = parsed.integer(number.into()).to_string();
    assert_eq!(parsed.parse_integer(&shown), Ok(number), "{hint}: {shown}");
}

/// Whether a hint is of numbers that separators follow, such as `2d-1d-1d-`.
fn is_plain(hint: &str) -> bool {
    hint.as_bytes().chunks(3).all(|spec| match spec {
        [length, format, mark] => {
            length.is_ascii_digit() && b"xdo".contains(format) && b":-./, ".contains(mark)
        }
        _ => false,
    })
}
