//! The variables that a device has given.

use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Value, VarBind};

/// The variables of a scrape, in the order of their names.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    sorted: Vec<VarBind>,
    duplicates: usize,
    missing: Vec<Oid>,
}

impl Variables {
    /// Sorts variables. Of several with one name the last one counts; exceptions are left out.
    pub fn new(mut variables: Vec<VarBind>) -> Self {
        variables.retain(|variable| !variable.value.as_ref().is_exception());
        // Stable: of equal names the last one stays last.
        variables.sort_by(|a, b| a.name.cmp(&b.name));
        let before = variables.len();
        variables.reverse();
        variables.dedup_by(|a, b| a.name == b.name);
        variables.reverse();
        let duplicates = before - variables.len();
        Self { sorted: variables, duplicates, missing: Vec::new() }
    }

    /// Notes subtrees that have not been read to their end.
    #[must_use]
    pub fn with_missing(mut self, missing: Vec<Oid>) -> Self {
        self.missing = missing;
        self
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &VarBind> {
        self.sorted.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// How many came more than once.
    pub fn duplicates(&self) -> usize {
        self.duplicates
    }

    /// The value of a variable.
    pub fn get(&self, name: &Oid) -> Option<&Value> {
        let at = self.sorted.binary_search_by(|variable| variable.name.cmp(name)).ok()?;
        self.sorted.get(at).map(|variable| &variable.value)
    }

    /// Those of a subtree.
    #[cfg(feature = "poll")]
    pub(crate) fn below(&self, root: &Oid) -> impl Iterator<Item = &VarBind> {
        let from = self.sorted.partition_point(|variable| variable.name < *root);
        let rest = self.sorted.get(from..).unwrap_or_default();
        rest.iter().take_while(move |variable| variable.name.starts_with(root))
    }

    /// Whether a variable that is not here may exist all the same: its subtree was not read to the end.
    pub fn may_have(&self, name: &Oid) -> bool {
        self.missing.iter().any(|root| name.starts_with(root) || root.starts_with(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str, number: i32) -> VarBind {
        VarBind { name: name.parse().expect("an OID"), value: Value::Integer(number) }
    }

    #[test]
    fn the_last_of_equal_names_counts() {
        let exception = VarBind { value: Value::NoSuchInstance, ..variable("1.3.6.9", 0) };
        let variables = Variables::new(vec![
            variable("1.3.6.2", 1),
            exception,
            variable("1.3.6.1", 2),
            variable("1.3.6.2", 3),
        ]);
        assert_eq!((variables.len(), variables.duplicates()), (2, 1));
        assert_eq!(variables.get(&"1.3.6.2".parse().expect("an OID")), Some(&Value::Integer(3)));
        assert_eq!(variables.get(&"1.3.6.9".parse().expect("an OID")), None);
    }

    #[test]
    fn what_was_not_read_may_exist() {
        let root: Oid = "1.3.6.1.2".parse().expect("an OID");
        let variables = Variables::new(Vec::new()).with_missing(vec![root.clone()]);
        assert!(variables.may_have(&root.child(7).expect("short")));
        assert!(!variables.may_have(&"1.3.6.1.3.7".parse().expect("an OID")));
    }
}
