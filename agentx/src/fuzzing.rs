//! For the fuzz targets: both sides without connections. Not for applications.

pub use crate::master::fuzz as master;
pub use crate::subagent::fuzz as subagent;
