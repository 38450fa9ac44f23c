//! The varbinds of a response, encoded as they are found.

use crate::ber::{VarBinds, append_varbind};
use crate::oid::OidRef;
use crate::value::{ValueRef, VarBindRef};

/// Encoded varbinds in the order in which they were found, which need not be that of the response.
#[derive(Debug, Default)]
pub(crate) struct Encoded {
    octets: Vec<u8>,
    pieces: Vec<Piece>,
}

/// The number of a varbind among those that were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PieceId(u32);

#[derive(Clone, Copy, Debug)]
struct Piece {
    start: u32,
    end: u32,
    /// Of the content of its name.
    name: (u32, u32),
    /// The next one of the same walk.
    next: Option<PieceId>,
}

impl Encoded {
    pub(crate) fn clear(&mut self) {
        self.octets.clear();
        self.pieces.clear();
    }

    /// Adds a varbind.
    #[inline]
    pub(crate) fn push(&mut self, name: OidRef<'_>, value: ValueRef<'_>) -> PieceId {
        let id = PieceId(self.pieces.len() as u32);
        let name = name.as_ber();
        // What handlers give for one request is far below 4 GiB: a walk stops at the size of a message.
        let start = self.octets.len() as u32;
        let before = append_varbind(&mut self.octets, name, value) as u32;
        let from = start + before;
        let name = (from, from + name.len() as u32);
        self.pieces.push(Piece { start, end: self.octets.len() as u32, name, next: None });
        id
    }

    /// Gives a varbind another value.
    pub(crate) fn replace(&mut self, id: PieceId, value: ValueRef<'_>) {
        let name = self.name(id).to_oid();
        self.push(name.as_ref(), value);
        if let (Some(mut fresh), Some(piece)) = (self.pieces.pop(), self.pieces.get_mut(id.0 as usize)) {
            fresh.next = piece.next;
            *piece = fresh;
        }
    }

    /// Says which varbind comes behind another.
    #[inline]
    pub(crate) fn link(&mut self, before: PieceId, next: PieceId) {
        if let Some(piece) = self.pieces.get_mut(before.0 as usize) {
            piece.next = Some(next);
        }
    }

    pub(crate) fn next(&self, id: PieceId) -> Option<PieceId> {
        self.pieces.get(id.0 as usize)?.next
    }

    /// The name of a varbind.
    #[inline]
    pub(crate) fn name(&self, id: PieceId) -> OidRef<'_> {
        let (from, to) = self.pieces.get(id.0 as usize).map_or((0, 0), |piece| piece.name);
        OidRef::trusted(self.octets.get(from as usize..to as usize).unwrap_or_default())
    }

    /// A varbind.
    pub(crate) fn varbind(&self, id: PieceId) -> Option<VarBindRef<'_>> {
        let piece = self.pieces.get(id.0 as usize)?;
        let octets = self.octets.get(piece.start as usize..piece.end as usize)?;
        VarBinds::checked_before(octets, 1).iter().next()
    }

    /// How many octets a varbind takes.
    #[inline]
    pub(crate) fn len(&self, id: PieceId) -> usize {
        self.pieces.get(id.0 as usize).map_or(0, |piece| (piece.end - piece.start) as usize)
    }

    /// The octets of varbinds in this order, back to front, in as few pieces as they are in.
    pub(crate) fn backwards(&self, order: &[PieceId], mut write: impl FnMut(&[u8])) {
        let mut ahead: Option<(u32, u32)> = None;
        let mut flush = |(start, end): (u32, u32)| {
            write(self.octets.get(start as usize..end as usize).unwrap_or_default());
        };
        for id in order.iter().rev() {
            let Some(piece) = self.pieces.get(id.0 as usize) else { continue };
            ahead = match ahead {
                Some((start, end)) if piece.end == start => Some((piece.start, end)),
                done => {
                    done.map(&mut flush);
                    Some((piece.start, piece.end))
                }
            };
        }
        ahead.map(&mut flush);
    }

    /// The octets of all varbinds in the order in which they were found.
    pub(crate) fn octets(&self) -> &[u8] {
        &self.octets
    }
}
