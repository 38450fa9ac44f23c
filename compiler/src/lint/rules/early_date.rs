//! A date before there was an SMI.
//!
//! The SMI is of 1988 (RFC 1065), SMIv2 of 1993. An earlier date is a typing error.

use super::dates::each;
use super::prelude::*;
use crate::lint::date::Date;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    each(m, |text| {
        if Date::parse(text.raw()).is_ok_and(|date| date.year < 1988) {
            out.push(
                Diagnostic::new(Code::EarlyDate, format!("`{}` is before there was an SMI", text.raw()))
                    .at(text.span(), "too early")
                    .help("correct the year"),
            );
        }
    });
}
