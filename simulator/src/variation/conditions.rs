//! What depends on the value that is written: `vlist=eq:1:genError:gt:5:wrongValue`.

use mibc_runtime::value::Value;

use crate::reader::value_of_tag;

/// Comparisons, and what each comes to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Conditions<T>(Vec<(Comparison, Value, T)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equal,
    Less,
    Greater,
}

impl<T> Default for Conditions<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Conditions<T> {
    /// # Errors
    ///
    /// Not three words each, or one that is not what it should be.
    pub(super) fn read(
        tag: u8,
        text: &str,
        result: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Self, String> {
        let words: Vec<&str> = text.split(':').collect();
        let conditions = words.chunks(3).map(|words| {
            let [comparison, value, then] = words else {
                return Err(format!("`vlist={}`: expected eq, lt or gt, a value and what it comes to", text));
            };
            let comparison = match *comparison {
                "eq" => Comparison::Equal,
                "lt" => Comparison::Less,
                "gt" => Comparison::Greater,
                other => return Err(format!("`vlist`: expected eq, lt or gt, found `{other}`")),
            };
            Ok((comparison, value_of_tag(tag, None, value)?, result(then)?))
        });
        conditions.collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What a value comes to: equality first, as in snmpsim.
    pub(super) fn of(&self, value: &Value) -> Option<&T> {
        let fits = |comparison: Comparison, bound: &Value| {
            let numbers = value.as_ref().as_i128().zip(bound.as_ref().as_i128());
            match (comparison, numbers) {
                (Comparison::Equal, _) => value == bound,
                (Comparison::Less, Some((value, bound))) => value < bound,
                (Comparison::Greater, Some((value, bound))) => value > bound,
                (_, None) => false,
            }
        };
        [Comparison::Equal, Comparison::Less, Comparison::Greater].iter().find_map(|kind| {
            let of_kind = self.0.iter().filter(|(comparison, ..)| comparison == kind);
            of_kind.rev().find(|(comparison, bound, _)| fits(*comparison, bound)).map(|(.., then)| then)
        })
    }
}
