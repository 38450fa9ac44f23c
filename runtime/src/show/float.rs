//! Floating point numbers in the form of C's `printf`, as net-snmp's `-Op` takes it.

use std::fmt;

/// Most characters that a form pads to, and most digits behind the point.
const MAX: usize = 64;

/// A form such as `.2`, `%.2f`, `%10.3e` or `%g`: how wide, how many digits, which notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FloatFormat {
    left: bool,
    zeros: bool,
    width: usize,
    precision: usize,
    notation: Notation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notation {
    Fixed,
    Exponent,
    Shorter,
}

/// A text that is not such a form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{found}` is not a form of floating point numbers; expected width and digits such as .2, or %f, %e or %g with them, such as %.2f"
)]
pub struct FloatFormatError {
    /// The text.
    pub found: String,
}

impl FloatFormat {
    /// `%f`: six digits behind the point.
    pub const DEFAULT: FloatFormat =
        FloatFormat { left: false, zeros: false, width: 0, precision: 6, notation: Notation::Fixed };

    /// Reads a form: `-` (to the left) or `0`, a width, a point and a number of digits, and `f`, `e` or `g`; each may
    /// be left out. It may begin with `%`.
    ///
    /// # Errors
    /// The text is not such a form, or it asks for more than 64 characters or digits.
    pub fn parse(text: &str) -> Result<FloatFormat, FloatFormatError> {
        let wrong = || FloatFormatError { found: text.to_owned() };
        let mut rest = text.strip_prefix('%').unwrap_or(text);
        let mut format = FloatFormat::DEFAULT;
        while let Some(behind) = rest.strip_prefix(['-', '0']) {
            if rest.starts_with('-') {
                format.left = true;
            } else {
                format.zeros = true;
            }
            rest = behind;
        }
        let (size, notation) = match rest.char_indices().next_back() {
            Some((at, 'f' | 'F')) => (rest.get(..at), Notation::Fixed),
            Some((at, 'e')) => (rest.get(..at), Notation::Exponent),
            Some((at, 'g')) => (rest.get(..at), Notation::Shorter),
            _ => (Some(rest), Notation::Fixed),
        };
        format.notation = notation;
        let size = size.unwrap_or_default();
        let (width, precision) = match size.split_once('.') {
            Some((width, "")) => (width, Some("0")),
            Some((width, precision)) => (width, Some(precision)),
            None => (size, None),
        };
        let number = |text: &str| text.parse().ok().filter(|number| *number <= MAX).ok_or_else(wrong);
        if !width.is_empty() {
            format.width = number(width)?;
        }
        if let Some(precision) = precision {
            format.precision = number(precision)?;
        }
        Ok(format)
    }

    /// A number in this form.
    pub fn show(&self, number: f64) -> impl fmt::Display + use<> {
        let digits = match self.notation {
            _ if !number.is_finite() => number.to_string().to_lowercase(),
            Notation::Fixed => format!("{number:.*}", self.precision),
            Notation::Exponent => exponent(number, self.precision),
            Notation::Shorter => self.shorter(number),
        };
        let (sign, rest) = match digits.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", digits.as_str()),
        };
        let missing = self.width.saturating_sub(digits.len());
        match (self.left, self.zeros && number.is_finite()) {
            (true, _) => format!("{digits}{}", " ".repeat(missing)),
            (false, true) => format!("{sign}{}{rest}", "0".repeat(missing)),
            (false, false) => format!("{}{digits}", " ".repeat(missing)),
        }
    }

    /// `%g`: so many digits altogether, without zeros at the end, with an exponent if it is small or large.
    fn shorter(&self, number: f64) -> String {
        let digits = self.precision.max(1);
        let scientific = exponent(number, digits - 1);
        let (mantissa, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        let power: i32 = power.parse().unwrap_or(0);
        let trimmed = |text: &str| match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
            false => text.to_owned(),
        };
        let most = i32::try_from(digits).unwrap_or(i32::MAX);
        if power < -4 || power >= most {
            let behind = scientific.get(mantissa.len()..).unwrap_or_default();
            return trimmed(mantissa) + behind;
        }
        let behind = usize::try_from(most - 1 - power).unwrap_or(0);
        trimmed(&format!("{number:.behind$}"))
    }
}

/// As C writes it: a sign and at least two digits in the exponent.
fn exponent(number: f64, precision: usize) -> String {
    let text = format!("{number:.precision$e}");
    match text.split_once('e') {
        Some((mantissa, power)) => {
            let (sign, digits) = match power.strip_prefix('-') {
                Some(digits) => ('-', digits),
                None => ('+', power),
            };
            format!("{mantissa}e{sign}{digits:0>2}")
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::FloatFormat;

    /// Expected texts are what C's `printf` writes.
    #[test]
    fn forms() {
        for (form, number, text) in [
            ("%f", 1.5, "1.500000"),
            ("%.2f", 0.125, "0.12"),
            ("%8.3f", -1.5, "  -1.500"),
            ("%-8.1f", 2.0, "2.0     "),
            ("%08.2f", -2.0, "-0002.00"),
            ("%e", 12345.678, "1.234568e+04"),
            ("%.0e", 0.00012, "1e-04"),
            ("%g", 0.0001, "0.0001"),
            ("%g", 0.00001234, "1.234e-05"),
            ("%g", 1_000_000.0, "1e+06"),
            ("%g", 123_456.0, "123456"),
            ("%.3g", 0.5, "0.5"),
            ("%.f", 2.6, "3"),
            (".2", 8.206, "8.21"),
            ("9.1", 8.206, "      8.2"),
            ("", 8.206, "8.206000"),
            ("%f", f64::NAN, "nan"),
            ("%06f", f64::NEG_INFINITY, "  -inf"),
        ] {
            let shown = FloatFormat::parse(form).map(|form| form.show(number).to_string());
            assert_eq!(shown.as_deref(), Ok(text), "{form} {number}");
        }
        for wrong in ["%d", "%s", "%.65f", "%100f", "%n", "%é", "%+1x", "..2", "%.-2f"] {
            assert!(FloatFormat::parse(wrong).is_err(), "{wrong}");
        }
    }
}
