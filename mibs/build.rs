//! Deflates the texts where they are to be compressed.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "compressed")]
    compress();
}

/// Writes `NAME.deflate` for each `text/NAME.mib`: the size of the text in four octets, the lowest first, and raw DEFLATE.
#[cfg(feature = "compressed")]
fn compress() {
    println!("cargo::rerun-if-changed=text");
    let out = std::path::PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo names the folder"));
    for entry in std::fs::read_dir("text").expect("the folder of the texts can be read") {
        let path = entry.expect("the folder of the texts can be read").path();
        let text = std::fs::read(&path).expect("a text can be read");
        let mut packed = u32::try_from(text.len()).expect("a text below 4 GiB").to_le_bytes().to_vec();
        packed.extend(miniz_oxide::deflate::compress_to_vec(&text, 10));
        let name = path.file_stem().expect("a file").to_str().expect("a name in UTF-8");
        std::fs::write(out.join(format!("{name}.deflate")), packed).expect("a file can be written");
    }
}
