//! The labels that a device's samples have besides their own.

use crate::poll::given::Given;

/// Labels of a device: of the output, of the device itself; further ones of the same name count.
pub(super) fn of_device<'p>(
    polled: &'p impl Given,
    common: &'p [(String, String)],
) -> Vec<(&'p str, &'p str)> {
    let mut labels: Vec<(&str, &str)> = Vec::with_capacity(common.len() + 4);
    let common = common.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in common.chain(polled.labels()) {
        set(&mut labels, name, value);
    }
    labels
}

/// A label that is there already gets another value.
pub(super) fn set<'l>(labels: &mut Vec<(&'l str, &'l str)>, name: &'l str, value: &'l str) {
    match labels.iter_mut().find(|(label, _)| *label == name) {
        Some((_, old)) => *old = value,
        None => labels.push((name, value)),
    }
}
