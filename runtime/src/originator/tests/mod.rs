//! The originator by itself: tables, choice of receivers, queues, with a clock and random numbers of the tests' own.

mod acknowledgements;
mod lab;
mod queues;
mod receivers;
mod tables;
#[cfg(feature = "usm")]
mod v3;
