//! GET.

use std::time::Duration;

use mibc_runtime::agent::{GetBatch, ReadError};
use mibc_runtime::value::{Value, ValueRef};

use super::notify;
use crate::device::{Device, Fate, Found, Now};
use crate::variation::Operation;

pub(super) fn answer(device: &Device, now: Now, batch: &mut GetBatch<'_>) {
    match device.fate(batch.len()) {
        Fate::Lost => fail(batch, &ReadError::silent("the simulated device loses it")),
        Fate::Failed(status) => fail(batch, &ReadError::with_status(status, "the simulated device fails")),
        Fate::Answered(Duration::ZERO) => at_once(device, now, batch),
        Fate::Answered(delay) => later(device, now, delay, batch),
    }
}

fn fail(batch: &mut GetBatch<'_>, error: &ReadError) {
    while let Some(slot) = batch.next_slot() {
        slot.fail(error);
    }
}

fn at_once(device: &Device, now: Now, batch: &mut GetBatch<'_>) {
    while let Some(slot) = batch.next_slot() {
        let name = slot.name();
        notify(device, name, Operation::Read, now);
        match device.get(name, now) {
            // These end a walk, and are not values.
            Found::Value(ValueRef::EndOfMibView) => slot.answer(ValueRef::NoSuchInstance),
            Found::Value(value) => slot.imitate(value),
            Found::Made(value) => slot.imitate(&value),
            Found::Later(delay, value) => slot.wait(Box::pin(async move {
                tokio::time::sleep(delay).await;
                Ok(value)
            })),
            Found::Failed(status) => slot.fail(&failed(status)),
            Found::Silent => slot.fail(&ReadError::silent("the recording has no answer for it")),
            Found::Missing if device.has_siblings(name, now) => slot.answer(ValueRef::NoSuchInstance),
            Found::Missing => slot.answer(ValueRef::NoSuchObject),
        }
    }
}

pub(super) fn failed(status: mibc_runtime::message::ErrorStatus) -> ReadError {
    ReadError::with_status(status, "the recording says so")
}

/// All values after a while.
fn later(device: &Device, now: Now, delay: Duration, batch: &mut GetBatch<'_>) {
    let mut longest = delay;
    let values = (0..batch.len()).filter_map(|position| batch.name(position)).map(|name| {
        notify(device, name, Operation::Read, now);
        match device.get(name, now) {
            Found::Value(ValueRef::EndOfMibView) => Ok(Value::NoSuchInstance),
            Found::Value(value) => Ok(value.to_value()),
            Found::Made(value) => Ok(value),
            Found::Later(more, value) => {
                longest = longest.max(delay + more);
                Ok(value)
            }
            Found::Failed(status) => Err(failed(status)),
            Found::Silent => Err(ReadError::silent("the recording has no answer for it")),
            Found::Missing if device.has_siblings(name, now) => Ok(Value::NoSuchInstance),
            Found::Missing => Ok(Value::NoSuchObject),
        }
    });
    let values: Vec<Result<Value, ReadError>> = values.map(|value| value.map(plain_null)).collect();
    batch.wait_for_all(Box::pin(async move {
        tokio::time::sleep(longest).await;
        values
    }));
}

/// NULL as what its tag says: a handler's promise has to be kept with something.
pub(super) fn plain_null(value: Value) -> Value {
    match value {
        Value::Null => Value::Undecodable { tag: mibc_runtime::ber::tag::NULL, bytes: Box::default() },
        other => other,
    }
}
