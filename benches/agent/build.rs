//! Compiles `mibs/BENCH-MIB.mib`.

fn main() -> Result<(), mibc_compiler::CompileError> {
    mibc_compiler::Config::new()
        .include("mibs")
        .modules(["BENCH-MIB"])
        .agent(["benchTable"])
        .runtime_path("::mibc_runtime")
        .compile()?;
    Ok(())
}
