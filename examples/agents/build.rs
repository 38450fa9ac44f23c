//! Compiles the modules in `mibs/` into `OUT_DIR/mibs.rs`.

fn main() -> Result<(), mibc_compiler::CompileError> {
    mibc_compiler::Config::new()
        .include("mibs")
        .modules(["ACME-HEATING-MIB", "ACME-SERVICE-MIB"])
        .agent(["acmeServiceTable"])
        .compile()?;
    Ok(())
}
