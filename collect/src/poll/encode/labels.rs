//! The labels that a device's samples have besides their own.

use crate::poll::polled::Polled;

/// Labels of a device: of the output, of the device itself; further ones of the same name count.
pub(super) fn of_device<'p>(polled: &'p Polled, common: &'p [(String, String)]) -> Vec<(&'p str, &'p str)> {
    let device = polled.job.device();
    let mut labels: Vec<(&str, &str)> = Vec::with_capacity(common.len() + device.labels.len());
    let own = device.labels.iter().map(|(name, value)| (&**name, &**value));
    for (name, value) in common.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(own) {
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
