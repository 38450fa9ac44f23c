//! Communities and the views they open (RFC 1157 §3.2.5, RFC 3584 §5).

use std::fmt;

use super::position::Position;
use crate::oid::{Oid, OidRef};

/// A community string and what a request that carries it may do.
///
/// There is no default community: an agent without one refuses to start.
///
/// ```
/// use mibc_runtime::agent::Community;
///
/// let everyone = Community::read_only("public").view(["1.3.6.1.2.1.1".parse()?]);
/// let operators = Community::read_write("s3cret");
/// # let _ = (everyone, operators);
/// # Ok::<(), mibc_runtime::oid::OidError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Community {
    name: Vec<u8>,
    writable: bool,
    view: View,
}

impl Community {
    /// Allows GET, GETNEXT and GETBULK.
    #[must_use]
    pub fn read_only(name: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), writable: false, view: View::everything() }
    }

    /// Allows SET as well.
    #[must_use]
    pub fn read_write(name: impl Into<Vec<u8>>) -> Self {
        Self { writable: true, ..Self::read_only(name) }
    }

    /// Narrows the community to the given subtrees, for reading and writing. What lies outside looks absent.
    #[must_use]
    pub fn view(self, subtrees: impl IntoIterator<Item = Oid>) -> Self {
        Self { view: View::of(subtrees), ..self }
    }

    pub(crate) fn name(&self) -> &[u8] {
        &self.name
    }

    pub(crate) fn is_writable(&self) -> bool {
        self.writable
    }

    pub(crate) fn accessible(&self) -> &View {
        &self.view
    }
}

/// Keeps the community string out of logs.
impl fmt::Debug for Community {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Community")
            .field("name", &"***")
            .field("writable", &self.writable)
            .field("view", &self.view)
            .finish()
    }
}

/// A set of subtrees, disjoint and in OID order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct View {
    /// `None`: everything.
    subtrees: Option<Vec<Subtree>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Subtree {
    root: Oid,
    /// First OID behind it; `None` when it reaches the end of all OIDs.
    end: Option<Oid>,
}

impl Subtree {
    fn ends_before(&self, name: OidRef<'_>) -> bool {
        self.end.as_ref().is_some_and(|end| end.as_ref() <= name)
    }
}

impl View {
    /// Hides nothing.
    pub(crate) fn everything() -> Self {
        Self { subtrees: None }
    }

    /// Shows the given subtrees alone.
    pub(crate) fn of(roots: impl IntoIterator<Item = Oid>) -> Self {
        let mut roots: Vec<Oid> = roots.into_iter().collect();
        roots.sort();
        let mut subtrees: Vec<Subtree> = Vec::with_capacity(roots.len());
        for root in roots {
            let covered = subtrees.last().is_some_and(|outer| root.starts_with(outer.root.as_ref()));
            if !covered {
                let end = root.as_ref().after_subtree();
                subtrees.push(Subtree { root, end });
            }
        }
        Self { subtrees: Some(subtrees) }
    }

    /// Whether `name` lies in the view.
    pub(crate) fn contains(&self, name: OidRef<'_>) -> bool {
        match &self.subtrees {
            None => true,
            Some(subtrees) => first_open(subtrees, name).is_some_and(|subtree| subtree.root.as_ref() <= name),
        }
    }

    /// Whether any name that begins with `prefix` lies in the view.
    pub(crate) fn meets(&self, prefix: &Oid) -> bool {
        match &self.subtrees {
            None => true,
            Some(subtrees) => first_open(subtrees, prefix.as_ref())
                .is_some_and(|subtree| subtree.root <= *prefix || subtree.root.starts_with(prefix.as_ref())),
        }
    }

    /// Moves `position` forward to where the view goes on; `false` at its end.
    pub(crate) fn clip(&self, position: &mut Position) -> bool {
        let Some(subtrees) = &self.subtrees else {
            return true;
        };
        match first_open(subtrees, position.name().as_ref()) {
            None => false,
            Some(subtree) => {
                if *position.name() < subtree.root {
                    *position = Position::at(subtree.root.clone());
                }
                true
            }
        }
    }
}

/// The first subtree that does not end before `name`.
fn first_open<'v>(subtrees: &'v [Subtree], name: OidRef<'_>) -> Option<&'v Subtree> {
    subtrees.get(subtrees.partition_point(|subtree| subtree.ends_before(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(text: &str) -> Oid {
        text.parse().expect("a valid OID")
    }

    #[test]
    fn nested_subtrees_are_merged() {
        let view = View::of([oid("1.3.6.1.2"), oid("1.3.6.1.2.1"), oid("1.3.6.1.4")]);
        assert!(view.contains(oid("1.3.6.1.2.9").as_ref()));
        assert!(!view.contains(oid("1.3.6.1.3").as_ref()));
        assert!(view.contains(oid("1.3.6.1.4").as_ref()));
        assert!(!view.contains(oid("1.3.6.1").as_ref()));
        assert!(!view.contains(oid("1.3.6.1.5").as_ref()));
    }

    #[test]
    fn an_object_is_met_when_one_of_its_instances_is_visible() {
        let view = View::of([oid("1.3.6.1.2.1.2.2.1.2.3")]);
        assert!(view.meets(&oid("1.3.6.1.2.1.2.2.1.2")));
        assert!(!view.meets(&oid("1.3.6.1.2.1.2.2.1.3")));
        assert!(view.meets(&oid("1.3.6.1.2.1.2.2.1.2.3.4")));
    }

    #[test]
    fn clipping_moves_forward_only() {
        let view = View::of([oid("1.3.6.1.2"), oid("1.3.6.1.4")]);
        let mut position = Position::after(oid("1.3.6.1.3.7"));
        assert!(view.clip(&mut position));
        assert_eq!(position, Position::at(oid("1.3.6.1.4")));
        let mut position = Position::after(oid("1.3.6.1.2"));
        assert!(view.clip(&mut position));
        assert_eq!(position, Position::after(oid("1.3.6.1.2")));
        assert!(!view.clip(&mut Position::at(oid("1.3.6.1.5"))));
        assert!(!View::of([]).clip(&mut Position::at(oid("1.3"))));
    }

    /// No secrets in logs.
    #[test]
    fn debug_hides_the_name() {
        let text = format!("{:?}", Community::read_write("s3cret"));
        assert!(!text.contains("s3cret"), "{text}");
    }
}
