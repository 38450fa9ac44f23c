//! A bar that shows how many files have been read. It appears only on a terminal.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use mibc_compiler::diag::Diagnostic;
use mibc_compiler::world;
use mibc_compiler::world::{FsWorld, Location};

/// The world of files, counting what is read.
#[derive(Debug)]
pub(super) struct World {
    files: FsWorld,
    bar: ProgressBar,
}

impl World {
    /// `expected` files are read, or some more: what is imported from elsewhere.
    pub(super) fn new(files: FsWorld, expected: usize) -> World {
        // It hides itself if standard error is not a terminal.
        let bar = ProgressBar::with_draw_target(Some(expected as u64), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files {wide_msg}") {
            bar.set_style(style);
        }
        World { files, bar }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl world::World for World {
    fn candidates(&self, module: &str) -> Vec<Location> {
        self.files.candidates(module)
    }

    fn read(&self, location: &Location) -> io::Result<Cow<'static, [u8]>> {
        self.bar.inc(1);
        if self.bar.length().is_some_and(|length| self.bar.position() > length) {
            self.bar.inc_length(1);
        }
        if self.bar.length() == Some(self.bar.position()) {
            self.bar.set_message("resolving and checking");
        }
        self.files.read(location)
    }

    fn files_read(&self) -> Vec<PathBuf> {
        self.files.files_read()
    }

    fn problems(&self) -> Vec<Diagnostic> {
        self.files.problems()
    }
}
