//! A date that is not valid.
//!
//! LAST-UPDATED and REVISION are `YYYYMMDDHHMMZ`, in UTC: four digits of the year, two each of month, day, hour and
//! minute, and a `Z`. Years of the 1900s may have two digits. What is not a date cannot be compared with another one.

use super::dates::each;
use super::prelude::*;
use crate::lint::date::Date;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    each(m, |text| {
        if let Err(why) = Date::parse(text.raw()) {
            out.push(
                Diagnostic::new(
                    Code::InvalidDate,
                    format!("`{}` is not a date: {why}", text.raw().escape_debug()),
                )
                .at(text.span(), "expected YYYYMMDDHHMMZ")
                .help("write it as in \"202401312359Z\""),
            );
        }
    });
}
