//! All registrations, and the regions that follow from them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::claims::{Claim, Claims};
use super::regions::{Change, Span, Winner};
use super::registration::{Owner, RegisterError, Registration, RegistrationId};
use super::snapshot::{Regions, Snapshot};
use super::subtrees::{Piece, end_of};
use crate::oid::Oid;

/// Registrations of handlers `H`.
///
/// Registering and withdrawing take time that grows with the logarithm of the number of registrations, and with the
/// number of regions that the change makes, ends or covers.
#[derive(Debug)]
pub struct Registry<H> {
    registrations: BTreeMap<RegistrationId, Registration<H>>,
    by_owner: BTreeSet<(Owner, RegistrationId)>,
    /// By context.
    claims: BTreeMap<Arc<[u8]>, Claims>,
    snapshot: Snapshot<H>,
    last_id: u64,
}

impl<H> Default for Registry<H> {
    fn default() -> Self {
        Self {
            registrations: BTreeMap::new(),
            by_owner: BTreeSet::new(),
            claims: BTreeMap::new(),
            snapshot: Snapshot::default(),
            last_id: 0,
        }
    }
}

impl<H: Clone> Registry<H> {
    /// A registry with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a registration.
    ///
    /// # Errors
    ///
    /// [`RegisterError::Duplicate`]; nothing has changed then.
    pub fn register(&mut self, registration: Registration<H>) -> Result<RegistrationId, RegisterError> {
        let pieces = registration.subtrees.pieces();
        let claims = self.claims.get(&*registration.context);
        for piece in claims.iter().flat_map(|_| &pieces) {
            let priority = registration.priority;
            if let Some((number, existing)) = claims.and_then(|claims| claims.duplicate(piece, priority)) {
                let subtree = Oid::joined(piece.parent(), number).unwrap_or_else(|| piece.lower());
                return Err(RegisterError::Duplicate { subtree, priority, existing });
            }
        }
        self.last_id += 1;
        let id = RegistrationId(self.last_id);
        self.add(id, &registration, &pieces);
        self.by_owner.insert((registration.owner, id));
        self.registrations.insert(id, registration);
        Ok(id)
    }

    /// Adds a registration, replacing the one that the same owner has for the same subtrees, in the same context
    /// and with the same priority, if there is one.
    ///
    /// # Errors
    ///
    /// As [`register`](Self::register), for any other registration.
    pub fn replace(&mut self, registration: Registration<H>) -> Result<RegistrationId, RegisterError> {
        let Some(existing) = self.find(&registration) else {
            return self.register(registration);
        };
        self.withdraw(existing);
        self.register(registration)
    }

    /// Takes a registration back. What it has covered is what it was without it.
    pub fn withdraw(&mut self, id: RegistrationId) -> Option<Registration<H>> {
        let registration = self.registrations.remove(&id)?;
        self.by_owner.remove(&(registration.owner, id));
        let context = &*registration.context;
        if let Some(claims) = self.claims.get_mut(context)
            && let Some((name, mut regions)) = take(&mut self.snapshot, context)
        {
            for piece in registration.subtrees.pieces() {
                claims.remove(&piece, id);
                uncover(&mut regions, claims, &self.registrations, &piece, id);
            }
            if claims.is_empty() {
                self.claims.remove(context);
                self.snapshot.contexts.remove(&name);
            } else {
                self.snapshot.contexts.insert(name, regions);
            }
        }
        Some(registration)
    }

    /// Takes back all that an owner has registered, and returns it.
    pub fn withdraw_all(&mut self, owner: Owner) -> Vec<Registration<H>> {
        let ids: Vec<RegistrationId> = self.of_owner(owner).collect();
        ids.into_iter().filter_map(|id| self.withdraw(id)).collect()
    }

    /// The registration that has the owner, context, subtrees and priority of this one.
    #[must_use]
    pub fn find<T>(&self, like: &Registration<T>) -> Option<RegistrationId> {
        let piece = like.subtrees.pieces().into_iter().next()?;
        let (_, id) = self.claims.get(&*like.context)?.duplicate(&piece, like.priority)?;
        let found = self.registrations.get(&id)?;
        (found.owner == like.owner && found.subtrees == like.subtrees).then_some(id)
    }

    /// A registration.
    #[must_use]
    pub fn get(&self, id: RegistrationId) -> Option<&Registration<H>> {
        self.registrations.get(&id)
    }

    /// What an owner has registered, in the order in which it was.
    pub fn of_owner(&self, owner: Owner) -> impl Iterator<Item = RegistrationId> {
        let (first, last) = (RegistrationId(0), RegistrationId(u64::MAX));
        self.by_owner.range((owner, first)..=(owner, last)).map(|(_, id)| *id)
    }

    /// All registrations, in the order in which they were made.
    pub fn iter(&self) -> impl Iterator<Item = (RegistrationId, &Registration<H>)> {
        self.registrations.iter().map(|(id, registration)| (*id, registration))
    }

    /// How many registrations there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.registrations.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.registrations.is_empty()
    }

    /// The regions as they are now, in all contexts.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot<H> {
        self.snapshot.clone()
    }

    /// Claims the pieces and covers the regions in them that the registration wins.
    fn add(&mut self, id: RegistrationId, registration: &Registration<H>, pieces: &[Piece]) {
        let context = &*registration.context;
        let (name, mut regions) =
            take(&mut self.snapshot, context).unwrap_or_else(|| (Arc::from(context), Regions::default()));
        let claims = self.claims.entry(Arc::clone(&name)).or_default();
        let claim = Claim { priority: registration.priority, id };
        for piece in pieces {
            claims.add(piece, claim);
            let handler = registration.handler.clone();
            let winner = Winner { claim, depth: depth(piece.parent()), handler };
            let span = Span { lower: piece.lower(), upper: piece.upper() };
            regions.rewrite(&span, |span, part| match part {
                Some(part) if !winner.beats(part) => Change::Keep,
                _ => Change::Become(vec![(span.clone(), winner.clone())]),
            });
        }
        self.snapshot.contexts.insert(name, regions);
    }
}

/// The regions of a context for a change. They are out of the snapshot meanwhile, so that regions nobody else holds
/// are changed in place.
fn take<H: Clone>(snapshot: &mut Snapshot<H>, context: &[u8]) -> Option<(Arc<[u8]>, Regions<H>)> {
    let (_, name, _) = snapshot
        .contexts
        .last_where(|known| **known <= *context)
        .filter(|(_, known, _)| ***known == *context)?;
    let name = Arc::clone(name);
    let regions = std::mem::take(snapshot.contexts.get_mut(&name)?);
    Some((name, regions))
}

/// Gives the regions of a piece that `id` had to the next best registrations.
fn uncover<H: Clone>(
    regions: &mut Regions<H>,
    claims: &Claims,
    registrations: &BTreeMap<RegistrationId, Registration<H>>,
    piece: &Piece,
    id: RegistrationId,
) {
    let parent = piece.parent();
    let winner = |parent: &[u8], claim: Claim| {
        let handler = registrations.get(&claim.id)?.handler.clone();
        Some(Winner { claim, depth: depth(parent), handler })
    };
    // A shorter registration covers the whole parent, or nothing below it.
    let shorter = claims.above(parent).and_then(|(parent, claim)| winner(parent, claim));
    let next_best = |span: &Span| {
        let mut found = Vec::new();
        let mut from = Some(span.lower.clone());
        let low = span.lower.as_ref().number_at(parent.len()).unwrap_or(piece.low);
        for (start, end, claim) in claims.best(parent, low, piece.high) {
            let (Some(lower), upper) = (Oid::joined(parent, start), end_of(parent, end)) else { continue };
            let Some(part) = span.clip(lower, upper) else { break };
            let gap = from.take().and_then(|from| span.clip(from, Some(part.lower.clone())));
            found.extend(gap.zip(shorter.clone()));
            from = part.upper.clone();
            found.extend(winner(parent, claim).map(|winner| (part, winner)));
        }
        let rest = from.and_then(|from| span.clip(from, None));
        found.extend(rest.zip(shorter.clone()));
        found
    };
    let span = Span { lower: piece.lower(), upper: piece.upper() };
    regions.rewrite(&span, |span, part| match part {
        Some(part) if part.id == id => Change::Become(next_best(span)),
        _ => Change::Keep,
    });
}

fn depth(parent: &[u8]) -> u16 {
    // An OID has at most 635 octets.
    u16::try_from(parent.len()).unwrap_or(u16::MAX)
}
