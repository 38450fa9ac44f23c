//! Compiles `mibs/ACME-POWER-MIB.mib` into `OUT_DIR/mibs.rs`.

fn main() -> Result<(), mibc_compiler::CompileError> {
    mibc_compiler::Config::new().include("mibs").modules(["ACME-POWER-MIB"]).compile()?;
    Ok(())
}
