//! `mibc set`.

use super::ask::{self, Event};
use super::printer::Printer;
use super::{Common, Failure, Work, names, value, words};
use crate::tool::Tool;
use mibc_compiler::query::Renderer;
use mibc_runtime::value::VarBind;
use std::process::ExitCode;

/// What `mibc set` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct SetArguments {
    #[command(flatten)]
    common: Common,
    /// Send it even if the MIB says that the object cannot be written, or the value is not of its type.
    #[arg(help_heading = None, long)]
    force: bool,
    /// Send it even if the MIB says that the object cannot be written.
    #[arg(long, hide = true)]
    force_access: bool,
    /// Print nothing if all went well (net-snmp: -Cq).
    #[arg(help_heading = None, long)]
    quiet: bool,
    /// The agent (unless --target or a profile names it). Then groups of three: NAME TYPE VALUE. TYPE is = for that of
    /// the MIB, or i, u, c, C, t, a, o, s, x, d, b, n, F, D, I, U: INTEGER, unsigned, Counter32, Counter64, TimeTicks,
    /// IP address, OID, string, octets in hexadecimal or decimal, BITS, NULL, float, double, integers of 64 bits.
    #[arg(help_heading = None, required = true, value_name = "AGENT|NAME TYPE VALUE", allow_negative_numbers = true)]
    operands: Vec<String>,
}

/// Sends one request with all values, and prints them as sent.
pub(crate) fn set(arguments: &SetArguments) -> Result<ExitCode, Failure> {
    let work = arguments.common.prepare_groups(&arguments.operands, 3)?;
    let Work { library, presentation, agents, operands } = &work;
    let renderer = work.renderer();
    let groups = operands.chunks_exact(3);
    if operands.is_empty() || !groups.remainder().is_empty() {
        let ours = "expected NAME TYPE VALUE, such as `sysContact.0 = \"the operator\"`, once or more";
        return Err(match groups.remainder() {
            [name, _, ..] => words::mistake(format!("{name}: Needs value"), ours),
            [name] => words::mistake(format!("{name}: Needs type and value"), ours),
            [] => words::mistake("Missing object name", ours),
        });
    }
    let varbinds: Vec<VarBind> = words::all(groups.map(|group| match group {
        [name, kind, value] => varbind(&renderer, arguments, name, kind, value),
        _ => Err("expected NAME TYPE VALUE".into()),
    }))?;
    let mut printer = Printer::new(library, &renderer, *presentation, &agents.names);
    let question = |session: mibc_runtime::manager::Session, way: ask::Way| {
        let varbinds = varbinds.clone();
        async move {
            session.set_varbinds(&varbinds).await?;
            way.send_all(varbinds).await;
            Ok(())
        }
    };
    let status = ask::all(agents, &renderer, question, ask::to_stderr, |agent, event| match event {
        Event::VarBind(_) if arguments.quiet => Ok(()),
        Event::VarBind(varbind) => printer.varbind(agent, &varbind),
        Event::Round | Event::End(_) => Ok(()),
    })?;
    Ok(ExitCode::from(status))
}

fn varbind(
    renderer: &Renderer<'_>,
    arguments: &SetArguments,
    name: &str,
    kind: &str,
    text: &str,
) -> Result<VarBind, Failure> {
    let SetArguments { force, force_access, common, .. } = arguments;
    let force = *force;
    let oid = match Tool::current() {
        // net-snmp's tools ask for whatever has a name.
        Some(_) => names::any(renderer, name)?,
        None => names::instance(renderer, name)?,
    };
    let answer = renderer.object(oid.as_ref());
    let object = value::object(answer.as_ref());
    if let Some(object) =
        object.as_ref().filter(|object| !force && !force_access && !object.access().is_writable())
    {
        let access = object.access();
        return Err(format!(
            "`{name}` cannot be written: {}::{} is {access} by the MIB; --force sends it anyway",
            object.module(),
            object.name(),
        )
        .into());
    }
    let value = value::of(renderer, &common.input, name, object.as_ref(), (kind, text), force)?;
    Ok(VarBind { name: oid, value })
}
