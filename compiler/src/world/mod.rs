//! Where modules are looked for, and how their files are read. All access to files goes through here.

mod fs_world;
mod pinned;
#[allow(clippy::module_inception)] // the module is the subject, the file its trait
mod world;

pub use fs_world::FsWorld;
pub(crate) use fs_world::{fit, read_file};
pub use pinned::Pinned;
pub(crate) use world::{BUILT_IN, read_location};
pub use world::{Location, MemWorld, World};
