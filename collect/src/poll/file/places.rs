//! Where results go, and where lists of devices come from.

use super::raw::{OneOrMore, RawHttpSd};
use super::{Known, REFRESH, Reading, SHORTEST};
use crate::poll::access::authorization;
use crate::poll::discovery::{Discovery, Place};
use crate::poll::inventory::Inventory;
use crate::poll::output::OutputConfig;
use crate::poll::outputs;
use crate::span::Span;
use crate::toml_place;
use std::ops::Range;
use std::path::PathBuf;
use toml::Spanned;

impl Reading<'_> {
    /// Whether outputs make sense, each and together.
    pub(super) fn outputs(&mut self, raw: &mut [OutputConfig]) {
        for output in raw.iter_mut() {
            output.place_in(self.folder);
        }
        for (place, output) in raw.iter().enumerate() {
            let mistakes = output.check();
            if !mistakes.is_empty() {
                mistakes.into_iter().for_each(|(at, message)| self.wrong(Some(at), message));
                continue;
            }
            let at = output.url.as_ref().map_or(output.format.span(), Spanned::span);
            if let Err(message) = outputs::check(output) {
                self.wrong(Some(at), message);
            }
            for earlier in raw.iter().take(place) {
                let line = toml_place::place(self.text, earlier.format.span().start).0;
                if earlier.name() == output.name() {
                    let message = format!(
                        "the output of line {line} is `{}`, too; expected another `name` for one of them",
                        output.name()
                    );
                    self.wrong(Some(output.format.span()), message);
                } else if output.queue.folder.is_some() && earlier.queue.folder == output.queue.folder {
                    let message = format!(
                        "the output of line {line} has the same folder for its queue; expected one for each"
                    );
                    self.wrong(Some(output.format.span()), message);
                }
            }
        }
    }

    /// A server of lists.
    pub(super) fn server(&mut self, list: RawHttpSd, known: &Known) -> Option<Discovery> {
        let at = list.url.span();
        let placed = |path: &Option<PathBuf>| path.as_ref().map(|path| self.folder.join(path));
        let (password, token) = (placed(&list.password_file), placed(&list.token_file));
        let mut inventory = Inventory::new(list.url.into_inner());
        inventory.authorities = placed(&list.authorities);
        inventory.headers = list.headers.into_iter().collect();
        if let Some(octets) = list.octets {
            inventory.octets = octets.0;
        }
        if let Some(timeout) = list.timeout {
            inventory.timeout = timeout.get_ref().0;
            if inventory.timeout.is_zero() {
                self.wrong(Some(timeout.span()), "`timeout` is 0; expected more");
            }
        }
        match authorization(list.username.as_ref(), password.as_ref(), token.as_ref()) {
            Ok(authorization) => inventory.authorization = authorization,
            Err(message) => self.wrong(Some(at.clone()), message),
        }
        if let Err(error) = inventory.endpoint() {
            self.wrong(Some(at.clone()), error.to_string());
        }
        self.discovery(Place::Http(inventory), at, list.interval, list.profile, list.auth, known)
    }

    /// A list, and what is not said there of each device.
    pub(super) fn discovery(
        &mut self,
        place: Place,
        at: Range<usize>,
        interval: Option<Spanned<Span>>,
        profile: Option<Spanned<OneOrMore>>,
        auth: Option<Spanned<String>>,
        known: &Known,
    ) -> Option<Discovery> {
        let refresh = interval.as_ref().map_or(REFRESH, |interval| interval.get_ref().0);
        if refresh < SHORTEST {
            self.wrong(
                interval.map(|at| at.span()),
                format!("`interval` is {refresh:?}; expected at least {SHORTEST:?}"),
            );
        }
        let (profiles, credentials) = self.refers(at, profile, auth, known)?;
        Some(Discovery { place, interval: refresh, profiles, credentials })
    }
}
