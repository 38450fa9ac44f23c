//! What a principal may see: a view of the OID space.

use std::collections::BTreeMap;

use super::family::Family;
use super::patterns::{Found, Path, Patterns};
use super::ranges::Ranges;
use crate::oid::{Oid, OidRef};

/// The names that families of subtrees show (RFC 3415 §4, vacmViewTreeFamilyTable).
///
/// A name is shown when the family with the most sub-identifiers that matches it is an included one; of several such
/// families the lexicographically greatest counts. What no family matches is hidden.
///
/// ```
/// use mibc_runtime::access::{Family, Mask, View};
///
/// // All columns of interface 7, and nothing else below ifEntry.
/// let view = View::new([
///     Family::included("1.3.6.1.2.1".parse()?),
///     Family::excluded("1.3.6.1.2.1.2.2.1".parse()?),
///     Family::included("1.3.6.1.2.1.2.2.1.0.7".parse()?).mask(Mask::wild([9])?),
/// ]);
/// assert!(view.contains(&"1.3.6.1.2.1.2.2.1.10.7".parse()?));
/// assert!(!view.contains(&"1.3.6.1.2.1.2.2.1.10.8".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    shape: Shape,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Shape {
    Ranges(Ranges),
    Patterns(Patterns),
}

/// A run of OIDs that a view shows: from `lower` up to, and without, `upper`, or to the end of all OIDs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub(super) lower: Oid,
    pub(super) upper: Option<Oid>,
}

impl Run {
    /// The first OID of it.
    #[must_use]
    pub fn lower(&self) -> &Oid {
        &self.lower
    }

    /// The first OID behind it.
    #[must_use]
    pub fn upper(&self) -> Option<&Oid> {
        self.upper.as_ref()
    }

    /// Whether `name` lies behind it.
    #[must_use]
    pub fn ends_before<'n>(&self, name: impl Into<OidRef<'n>>) -> bool {
        let name = name.into();
        self.upper.as_ref().is_some_and(|upper| upper.as_ref() <= name)
    }

    /// Whether `name` lies in it.
    #[must_use]
    pub fn contains<'n>(&self, name: impl Into<OidRef<'n>>) -> bool {
        let name = name.into();
        self.lower <= name && !self.ends_before(name)
    }
}

impl View {
    /// Of these families; of two with the same subtree the later one counts.
    #[must_use]
    pub fn new(families: impl IntoIterator<Item = Family>) -> Self {
        let families: BTreeMap<Oid, Family> =
            families.into_iter().map(|family| (family.subtree().clone(), family)).collect();
        Self::sorted(families.values())
    }

    /// Of families in OID order.
    pub(super) fn sorted<'f>(families: impl Iterator<Item = &'f Family> + Clone) -> Self {
        // A first family that every OID matches is what is between the others, which are longer or greater.
        let mut others = families.clone();
        let all = others.next().filter(|first| first.matches_all());
        let plain = if all.is_some() { others } else { families.clone() };
        let shape = if plain.clone().any(Family::has_wildcards) {
            Shape::Patterns(Patterns::new(families))
        } else {
            Shape::Ranges(Ranges::new(all.is_some_and(Family::is_included), plain))
        };
        Self { shape }
    }

    /// Shows these subtrees, and only them.
    #[must_use]
    pub fn of(subtrees: impl IntoIterator<Item = Oid>) -> Self {
        Self::new(subtrees.into_iter().map(Family::included))
    }

    /// Hides nothing.
    #[must_use]
    pub fn everything() -> Self {
        Self::new([Family::everything()])
    }

    /// Whether `name` lies in the view.
    #[must_use]
    pub fn contains<'n>(&self, name: impl Into<OidRef<'n>>) -> bool {
        Seeker::new().shows(self, name)
    }

    /// Whether any name that begins with `prefix` lies in the view.
    #[must_use]
    pub fn meets<'n>(&self, prefix: impl Into<OidRef<'n>>) -> bool {
        let prefix = prefix.into();
        let mut seeker = Seeker::new();
        let run = seeker.seek(self, prefix);
        run.is_some_and(|run| run.lower <= prefix || run.lower.starts_with(prefix))
    }

    /// Where the view goes on at or after `name`: the rest of a run that `name` is in, else the first run behind it.
    /// A walk keeps a [`Seeker`], which is faster.
    #[must_use]
    pub fn next<'n>(&self, name: impl Into<OidRef<'n>>) -> Option<Run> {
        Seeker::new().seek(self, name.into()).cloned()
    }
}

/// Goes through a view in OID order, remembering where it was.
#[derive(Clone, Debug, Default)]
pub struct Seeker {
    /// The position of the last run.
    hint: usize,
    path: Path,
    run: Option<Run>,
    is_certain: bool,
}

impl Seeker {
    /// At the beginning.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The run of `view` that `name` is in, else the first one behind it. Always the same view has to be given.
    ///
    /// A run may be shorter than it could be: another may follow without a gap.
    pub fn seek<'s, 'n>(&'s mut self, view: &'s View, name: impl Into<OidRef<'n>>) -> Option<&'s Run> {
        let name = name.into();
        match &view.shape {
            Shape::Ranges(ranges) => {
                self.is_certain = true;
                ranges.next(name, &mut self.hint)
            }
            Shape::Patterns(patterns) => {
                if !self.run.as_ref().is_some_and(|run| run.contains(name)) {
                    self.run = match self.next_beside(patterns, name) {
                        Some(run) => Some(run),
                        None => self.search(patterns, name),
                    };
                }
                self.run.as_ref()
            }
        }
    }

    /// Whether `name` lies in `view`: as [`View::contains`], for several names, of which many lie side by side. A seeker
    /// that is asked this is not for walks.
    #[must_use]
    pub fn shows<'n>(&mut self, view: &View, name: impl Into<OidRef<'n>>) -> bool {
        match &view.shape {
            Shape::Ranges(ranges) => ranges.contains(name.into(), &mut self.hint),
            Shape::Patterns(patterns) => patterns.contains(&mut self.path, name.into()),
        }
    }

    /// The run behind the one that was found last; `None` if there is none, or none has been found.
    pub fn go_on<'s>(&'s mut self, view: &'s View) -> Option<&'s Run> {
        match &view.shape {
            Shape::Ranges(ranges) => {
                self.is_certain = true;
                let next = ranges.run(self.hint + 1)?;
                self.hint += 1;
                Some(next)
            }
            Shape::Patterns(_) => {
                let end = self.run.as_ref()?.upper.clone()?;
                self.seek(view, &end)
            }
        }
    }

    /// The run that was found last.
    #[must_use]
    pub fn run<'s>(&'s self, view: &'s View) -> Option<&'s Run> {
        match &view.shape {
            Shape::Ranges(ranges) => ranges.run(self.hint),
            Shape::Patterns(_) => self.run.as_ref(),
        }
    }

    /// Whether what [`seek`](Self::seek) has given is shown. It is not certain where families contradict each other in
    /// so many places that looking further takes too long: then nothing before the run is shown, and whether a name in
    /// it is, only [`View::contains`] tells.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.is_certain
    }

    /// For walks from row to row: the subtree that is shown next beside the last one, if it is plain that it is.
    fn next_beside(&mut self, patterns: &Patterns, name: OidRef<'_>) -> Option<Run> {
        let last = self.run.as_ref().filter(|_| self.is_certain)?;
        if last.upper.as_ref()? != &name {
            return None;
        }
        let (parent, _) = last.lower.as_ref().split_last();
        let arc = self.path.step_aside(patterns, parent, name)?;
        let lower = Oid::joined(parent, arc.into())?;
        let upper = lower.as_ref().after_subtree();
        Some(Run { lower, upper })
    }

    fn search(&mut self, patterns: &Patterns, name: OidRef<'_>) -> Option<Run> {
        let found = patterns.next(&mut self.path, name);
        self.is_certain = !matches!(found, Found::NotBefore(_));
        let lower = match found {
            Found::Shown => {
                let here = self.path.oid()?;
                if self.path.is_uniform(patterns) {
                    let upper = here.as_ref().after_subtree();
                    return Some(Run { lower: here, upper });
                }
                // The path goes as far as the name, unless all below it is alike.
                here
            }
            Found::NotBefore(lower) => lower.max(name.to_oid()),
            Found::Nothing => return None,
        };
        let upper = lower.child(0).ok().or_else(|| lower.as_ref().after_subtree());
        Some(Run { lower, upper })
    }
}
