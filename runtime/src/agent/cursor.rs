//! Walks through what is registered.

use std::sync::Arc;

use super::position::Position;
use super::provider::{Provider, ReadError};
use crate::access::{Run, Seeker, View};
use crate::oid::Oid;
use crate::registry::{Place, Region, Regions};
use crate::value::VarBind;

/// Who answers in one context: GET is one search in it, a walk is one search followed by a cursor.
pub(crate) type Handlers = Regions<Arc<dyn Provider>>;

/// A walk in OID order, clipped to a view.
///
/// It stays in the region and in the run of the view that it is in: the next step is one call of that region's provider.
#[derive(Clone, Debug)]
pub(crate) struct Cursor {
    position: Position,
    /// Region of the position; `None` before the first descent.
    place: Option<Place>,
    /// Where the view goes on.
    seeker: Seeker,
    /// The view shows all that is left.
    all_shown: bool,
    /// The position is in the run of the view that was found last.
    is_clipped: bool,
    /// The last name returned, else the name that the walk began with.
    last: Oid,
}

impl Cursor {
    /// A walk over all names after `name`.
    pub(crate) fn after(name: Oid) -> Self {
        let position = Position::after(name.clone());
        Self { position, place: None, seeker: Seeker::new(), all_shown: false, is_clipped: false, last: name }
    }

    /// The last name returned, else the name that the walk began with.
    pub(crate) fn last(&self) -> &Oid {
        &self.last
    }

    /// Leaves out the rest of the subtree at `root`.
    pub(crate) fn skip_subtree(&mut self, root: &Oid) -> bool {
        match root.as_ref().after_subtree() {
            Some(next) => {
                self.position = Position::at(next);
                true
            }
            None => false,
        }
    }

    /// The next variable, or `None` at the end of the view.
    ///
    /// # Errors
    ///
    /// What the provider reports, or [`ReadError`] when it returns a name that does not come after the position: a
    /// walk that does not advance would never end.
    pub(crate) fn advance(&mut self, handlers: &Handlers, view: &View) -> Result<Option<VarBind>, ReadError> {
        loop {
            if !std::mem::take(&mut self.is_clipped) && !self.all_shown && !self.clip(view) {
                return Ok(None);
            }
            let Some((place, region)) = self.descend(handlers) else {
                return Ok(None);
            };
            self.place = Some(place);
            if self.position.name() < region.lower() {
                self.position = Position::at(region.lower().clone());
                // The start of the region may lie outside of the view.
                continue;
            }
            let found = region.handler().next(self.position.as_bound())?;
            let inside = found.filter(|found| !region.ends_before(&found.name));
            let Some(found) = inside else {
                match region.upper() {
                    Some(upper) => self.position = Position::at(upper.clone()),
                    None => return Ok(None),
                }
                continue;
            };
            if !self.position.admits(&found.name) {
                return Err(ReadError::new("a provider's next() did not advance"));
            }
            if self.all_shown {
                self.position = Position::after(found.name.clone());
                self.last = found.name.clone();
                return Ok(Some(found));
            }
            // The position is in the view: so is what has its name.
            if found.name != *self.position.name() {
                let Some(run) = self.seeker.seek(view, &found.name) else {
                    return Ok(None);
                };
                if found.name < *run.lower() {
                    self.position = Position::at(run.lower().clone());
                    continue;
                }
            }
            if !self.seeker.is_certain() && !view.contains(&found.name) {
                self.position = Position::after(found.name);
                continue;
            }
            self.leave(&found.name, region, view);
            self.last = found.name.clone();
            return Ok(Some(found));
        }
    }

    /// Moves the position behind a name that has been found.
    fn leave(&mut self, name: &Oid, region: Region<'_, Arc<dyn Provider>>, view: &View) {
        let end = self.seeker.run(view).and_then(Run::upper);
        // The view may show nothing more than what is below the name, and there may be nothing.
        let is_last = end.is_some_and(|end| name.as_ref().reaches(end.as_ref())) && !region.handler().nests();
        let next = if is_last { self.seeker.go_on(view) } else { None };
        self.is_clipped = next.is_some();
        self.position = match next {
            Some(run) => Position::at(run.lower().clone()),
            None => Position::after(name.clone()),
        };
    }

    /// Moves the position forward to where the view goes on; `false` at its end.
    fn clip(&mut self, view: &View) -> bool {
        let Some(run) = self.seeker.seek(view, self.position.name()) else {
            return false;
        };
        if self.position.name() < run.lower() {
            self.position = Position::at(run.lower().clone());
        }
        self.all_shown = run.upper().is_none() && self.seeker.is_certain();
        true
    }

    /// The region at or after the position: the one from the last step, else its neighbour, else a search.
    fn descend<'r>(&self, handlers: &'r Handlers) -> Option<(Place, Region<'r, Arc<dyn Provider>>)> {
        let name = self.position.name();
        if let Some(place) = self.place {
            let known = handlers.get(place)?;
            if !known.ends_before(name) {
                return Some((place, known));
            }
            let next = handlers.after(place)?;
            if !next.1.ends_before(name) {
                return Some(next);
            }
        }
        handlers.at_or_after(name)
    }
}

#[cfg(test)]
mod tests;
