//! A date that is yet to come.
//!
//! A date in the future makes a file look newer than every later one. Checks that do not know the date do not notice it.

use super::dates::each;
use super::prelude::*;
use crate::lint::date::Date;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let Some(today) = cx.today else { return };
    each(m, |text| {
        // A day more than today: other time zones are ahead.
        if Date::parse(text.raw()).is_ok_and(|date| date > Date { day: today.day + 1, hour: 23, ..today }) {
            out.push(
                Diagnostic::new(Code::FutureDate, format!("`{}` is in the future", text.raw()))
                    .at(text.span(), "yet to come")
                    .help("correct the date"),
            );
        }
    });
}
