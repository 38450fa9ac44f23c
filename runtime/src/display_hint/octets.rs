//! Octets by their hint.

use std::fmt::{self, Write};

use super::{Spec, Specs, spec::Format};

/// Shows `octets`, all of them unless the hint cannot.
pub(super) fn write(
    specs: Specs<'_>,
    octets: &[u8],
    padded: bool,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut display = Display { f, waiting: None, padded };
    let mut rest = octets;
    for (spec, again) in specs.cycle() {
        if rest.is_empty() || again && spec.length == 0 && !spec.repeat {
            // Used up; or the last specification uses nothing, and would do so forever.
            break;
        }
        rest = apply(spec, rest, &mut display)?;
    }
    Ok(())
}

/// Shows what one specification takes, and gives the rest.
fn apply<'a>(spec: Spec, octets: &'a [u8], display: &mut Display<'_, '_>) -> Result<&'a [u8], fmt::Error> {
    let (mut rest, mut times) = (octets, 1);
    if spec.repeat
        && let Some((count, behind)) = octets.split_first()
    {
        // What uses no octets is shown once at most: 255 times would be noise made of one octet.
        times = if spec.length == 0 { (*count).min(1) } else { *count };
        rest = behind;
    }
    for left in (0..times).rev() {
        if spec.repeat && rest.is_empty() {
            break;
        }
        let (taken, behind) = rest.split_at(spec.length.min(rest.len()));
        rest = behind;
        display.octets(spec.format, taken)?;
        let last = left == 0 || rest.is_empty();
        if let Some(separator) = spec.separator.filter(|_| !(last && spec.terminator.is_some())) {
            display.mark(separator)?;
        }
    }
    if let Some(terminator) = spec.terminator {
        display.mark(terminator)?;
    }
    Ok(rest)
}

/// The output. A separator or terminator waits until something follows it: at the end it is left out.
struct Display<'f, 'b> {
    f: &'f mut fmt::Formatter<'b>,
    waiting: Option<char>,
    /// Whether hexadecimal has leading zeros.
    padded: bool,
}

impl Display<'_, '_> {
    fn mark(&mut self, mark: char) -> fmt::Result {
        if let Some(before) = self.waiting.replace(mark) {
            self.f.write_char(before)?;
        }
        Ok(())
    }

    fn octets(&mut self, format: Format, octets: &[u8]) -> fmt::Result {
        if octets.is_empty() {
            return Ok(());
        }
        if let Some(mark) = self.waiting.take() {
            self.f.write_char(mark)?;
        }
        match format {
            Format::Hexadecimal if self.padded => hexadecimal(octets, self.f),
            Format::Hexadecimal => {
                let zeros = octets.iter().take_while(|octet| **octet == 0).count().min(octets.len() - 1);
                let (first, rest) = octets.get(zeros..).and_then(<[u8]>::split_first).unwrap_or((&0, &[]));
                write!(self.f, "{first:x}")?;
                hexadecimal(rest, self.f)
            }
            Format::Decimal | Format::Octal => match number(octets) {
                Some(number) if format == Format::Decimal => write!(self.f, "{number}"),
                Some(number) => write!(self.f, "{number:o}"),
                None => {
                    self.f.write_str("0x")?;
                    hexadecimal(octets, self.f)
                }
            },
            Format::Ascii => self.text(octets, false),
            Format::Utf8 => self.text(octets, true),
        }
    }

    /// Text, with U+FFFD for what is not UTF-8; at the end that is cut off if `cut` says so.
    fn text(&mut self, octets: &[u8], cut: bool) -> fmt::Result {
        let mut bad = 0_usize;
        for chunk in octets.utf8_chunks() {
            if !chunk.valid().is_empty() {
                (0..bad).try_for_each(|_| self.f.write_char(char::REPLACEMENT_CHARACTER))?;
                bad = 0;
                self.f.write_str(chunk.valid())?;
            }
            bad += usize::from(!chunk.invalid().is_empty());
        }
        let kept = if cut { 0 } else { bad };
        (0..kept).try_for_each(|_| self.f.write_char(char::REPLACEMENT_CHARACTER))
    }
}

fn hexadecimal(octets: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    octets.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
}

/// Octets as one number, most significant first; `None` above 16 significant ones.
fn number(octets: &[u8]) -> Option<u128> {
    octets
        .iter()
        .try_fold(0_u128, |number, octet| (number >> 120 == 0).then_some(number << 8 | u128::from(*octet)))
}
