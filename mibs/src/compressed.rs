//! A text that is deflated in the program.

use miniz_oxide::inflate::decompress_to_vec_with_limit;
use std::sync::OnceLock;

#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    /// The size of the text in four octets, the lowest first, and raw DEFLATE.
    pub(super) deflated: &'static [u8],
    pub(super) inflated: &'static OnceLock<String>,
}

impl Text {
    pub(super) fn get(self) -> &'static str {
        self.inflated.get_or_init(|| {
            // `build.rs` made it of a text: neither step fails, and a test goes through all of them.
            let packed = self.deflated.get(4..).unwrap_or_default();
            let octets = decompress_to_vec_with_limit(packed, self.size()).unwrap_or_default();
            String::from_utf8(octets).unwrap_or_default()
        })
    }

    pub(super) const fn embedded(self) -> &'static [u8] {
        self.deflated
    }

    pub(super) fn size(self) -> usize {
        self.deflated.first_chunk().map_or(0, |size| u32::from_le_bytes(*size) as usize)
    }
}

/// The text of a module, as `build.rs` has deflated it.
macro_rules! text {
    ($name:literal) => {{
        static INFLATED: std::sync::OnceLock<String> = std::sync::OnceLock::new();
        Text {
            deflated: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".deflate")),
            inflated: &INFLATED,
        }
    }};
}

pub(super) use text;
