//! A text as it is.

#[derive(Debug, Clone, Copy)]
pub(super) struct Text(pub(super) &'static str);

impl Text {
    pub(super) const fn get(self) -> &'static str {
        self.0
    }

    pub(super) const fn embedded(self) -> &'static [u8] {
        self.0.as_bytes()
    }

    pub(super) const fn size(self) -> usize {
        self.0.len()
    }
}

/// The text of a module.
macro_rules! text {
    ($name:literal) => {
        Text(include_str!(concat!("../text/", $name, ".mib")))
    };
}

pub(super) use text;
