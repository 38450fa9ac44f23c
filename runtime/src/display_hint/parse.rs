//! From text back to values.

use super::{HintError, Integer, MAX_OCTETS, Spec, Specs, spec::Format};

/// Most octets of a number whose leading zeros may be left out in hexadecimal; a longer one is a string of
/// octets, written in full.
const SHORT: usize = 8;

pub(super) fn integer(format: Integer, text: &str) -> Result<i64, HintError> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (radix, decimals) = match format {
        Integer::Decimal(decimals) => (10, decimals),
        Integer::Hexadecimal => (16, 0),
        Integer::Octal => (8, 0),
        Integer::Binary => (2, 0),
    };
    let (whole, part) = match digits.split_once('.') {
        Some((whole, part)) if decimals > 0 => (whole, part),
        _ => (digits, ""),
    };
    if whole.is_empty() || part.len() > decimals {
        return Err(HintError::new(text, digits, "a number with the decimals of the hint"));
    }
    let mut value = 0_i128;
    for digit in whole.chars().chain(part.chars()).chain(std::iter::repeat_n('0', decimals - part.len())) {
        let digit =
            digit.to_digit(radix).ok_or_else(|| HintError::new(text, digits, "digits of the hint"))?;
        value = value * i128::from(radix) + i128::from(digit);
        if value > i128::from(u64::MAX) {
            return Err(HintError::new(text, digits, "a smaller number"));
        }
    }
    i64::try_from(value * sign).map_err(|_| HintError::new(text, digits, "a smaller number"))
}

pub(super) fn octets(specs: Specs<'_>, text: &str) -> Result<Vec<u8>, HintError> {
    let mut reader = Reader { whole: text, rest: text, out: Vec::new() };
    for (spec, again) in specs.cycle() {
        if reader.rest.is_empty() {
            break;
        }
        if again && spec.length == 0 {
            return Err(reader.expected("the end"));
        }
        match spec.repeat {
            true => reader.repeated(spec)?,
            false => {
                reader.once(spec)?;
                reader.separator(spec)?;
            }
        }
        if reader.out.len() > MAX_OCTETS {
            return Err(reader.expected("an end: 65535 octets are the most"));
        }
    }
    Ok(reader.out)
}

struct Reader<'a> {
    whole: &'a str,
    rest: &'a str,
    out: Vec<u8>,
}

impl<'a> Reader<'a> {
    fn expected(&self, expected: &'static str) -> HintError {
        HintError::new(self.whole, self.rest, expected)
    }

    /// A specification with a repeat count, which the text does not show: applied until the terminator.
    fn repeated(&mut self, spec: Spec) -> Result<(), HintError> {
        let place = self.out.len();
        self.out.push(0);
        let mut count = 0_u8;
        while !self.rest.is_empty() {
            if let Some(terminator) = spec.terminator
                && let Some(rest) = self.rest.strip_prefix(terminator)
            {
                self.rest = rest;
                break;
            }
            if count > 0 && spec.terminator.is_some() {
                self.separator(spec)?;
            }
            if spec.length == 0 && count > 0 {
                break;
            }
            self.once(spec)?;
            if spec.terminator.is_none() {
                self.separator(spec)?;
            }
            count = count.checked_add(1).ok_or_else(|| self.expected("at most 255 repetitions"))?;
        }
        if let Some(octet) = self.out.get_mut(place) {
            *octet = count;
        }
        Ok(())
    }

    /// The separator, unless the text has ended.
    fn separator(&mut self, spec: Spec) -> Result<(), HintError> {
        match spec.separator {
            Some(separator) if !self.rest.is_empty() => match self.rest.strip_prefix(separator) {
                Some(rest) => self.rest = rest,
                None => return Err(self.expected("the separator of the hint")),
            },
            _ => {}
        }
        Ok(())
    }

    /// One application.
    fn once(&mut self, spec: Spec) -> Result<(), HintError> {
        if spec.length == 0 {
            return Ok(());
        }
        match spec.format {
            Format::Ascii | Format::Utf8 => {
                let text = self.text(spec);
                if text.is_empty() {
                    return Err(self.expected("text"));
                }
                self.out.extend_from_slice(text.as_bytes());
                Ok(())
            }
            Format::Hexadecimal => self.hexadecimal(spec),
            Format::Decimal => self.number(spec, 10),
            Format::Octal => self.number(spec, 8),
        }
    }

    /// Text up to a mark of the specification, or as long as it takes, in whole characters.
    fn text(&mut self, spec: Spec) -> &'a str {
        let is_mark = |c: char| spec.separator == Some(c) || spec.terminator == Some(c);
        // A single octet is shown whatever it is; only where the length varies can a mark be the end.
        let stop = if spec.length == 1 { None } else { self.rest.find(is_mark) };
        let mut end = spec.length.min(stop.unwrap_or(usize::MAX)).min(self.rest.len());
        while !self.rest.is_char_boundary(end) {
            end -= 1;
        }
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        text
    }

    fn digits(&mut self, radix: u32, most: usize, expected: &'static str) -> Result<&'a str, HintError> {
        let end = self.rest.bytes().take(most).take_while(|octet| char::from(*octet).is_digit(radix)).count();
        if end == 0 {
            return Err(self.expected(expected));
        }
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(digits)
    }

    fn hexadecimal(&mut self, spec: Spec) -> Result<(), HintError> {
        let digits = self.digits(16, 2 * spec.length, "hexadecimal digits")?;
        if spec.length <= SHORT {
            self.out.resize(self.out.len() + spec.length - digits.len().div_ceil(2), 0);
        }
        let mut high = digits.len() % 2 == 0;
        let mut octet = 0;
        for digit in digits.chars().filter_map(|digit| digit.to_digit(16)) {
            octet = octet << 4 | digit as u8;
            if !high {
                self.out.push(octet);
                octet = 0;
            }
            high = !high;
        }
        Ok(())
    }

    fn number(&mut self, spec: Spec, radix: u32) -> Result<(), HintError> {
        let before = self.rest;
        // 43 octal digits are 128 bits.
        let digits = self.digits(radix, 43, "digits")?;
        let fits = |number: &u128| spec.length >= 16 || number >> (8 * spec.length) == 0;
        match u128::from_str_radix(digits, radix).ok().filter(fits) {
            Some(number) if spec.length <= 16 => {
                let octets = number.to_be_bytes();
                self.out.extend(octets.iter().skip(octets.len() - spec.length));
                Ok(())
            }
            Some(_) => Err(HintError::new(self.whole, before, "a number of at most 16 octets")),
            None => Err(HintError::new(self.whole, before, "a number that fits its octets")),
        }
    }
}
