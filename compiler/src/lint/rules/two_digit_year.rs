//! A year of two digits.
//!
//! A year of two digits is of the 1900s. New dates are written with four.

use super::dates::each;
use super::prelude::*;
use crate::lint::date::Date;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    each(m, |text| {
        if text.raw().len() == "YYMMDDHHMMZ".len() && Date::parse(text.raw()).is_ok() {
            out.push(
                Diagnostic::new(Code::TwoDigitYear, format!("`{}` has a year of two digits", text.raw()))
                    .at(text.span(), format!("read as 19{}", text.raw().get(..2).unwrap_or("")))
                    .help(format!("write \"19{}\"", text.raw()))
                    .fix(text.span(), format!("19{}", text.raw())),
            );
        }
    });
}
