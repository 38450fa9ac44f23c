//! Two modules as the compiler writes them. The emitter's tests compare its output with this shape.

pub mod acme_bank_mib;
pub mod acme_outlet_mib;
