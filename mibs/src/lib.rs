//! mibc.
