//! What went wrong, as data: a code, a place, a message and a way out.

mod code;
mod diagnostic;
#[cfg(feature = "tools")]
pub mod json;
mod render;

pub use code::{Code, Severity};
pub use diagnostic::{Diagnostic, Diagnostics, Fix, Label};
pub use render::{Renderer, summary};
