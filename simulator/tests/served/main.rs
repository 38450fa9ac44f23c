//! Simulated devices, as managers see them.
#![forbid(unsafe_code)]

mod asking;
mod behaviour;
mod choice;
mod recordings;
mod sets;
mod variations;
