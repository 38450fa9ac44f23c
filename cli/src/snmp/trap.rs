//! `mibc trap` and `mibc inform`.

mod content;
mod engine;

use super::connection::{Credentials, Plan};
use super::{Common, Failure, Work, address, ask, log, words};
use crate::tool::Tool;
use content::{Content, Reading};
use mibc_runtime::manager::{Session, Settings};
use mibc_runtime::net::TransportAddress;
use mibc_runtime::trap_sender::TrapSender;
use std::process::ExitCode;

/// The port of receivers.
const PORT: u16 = 162;

/// What `mibc trap` and `mibc inform` are asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct TrapArguments {
    #[command(flatten)]
    common: Common,
    /// Send a value also if it is not of the type of its object.
    #[arg(help_heading = None, long)]
    force: bool,
    /// Send an inform, also with `trap` (net-snmp: -Ci).
    #[arg(help_heading = None, long)]
    inform: bool,
    /// The receiver (unless --target or a profile names it), whose port is 162 unless given. Then the time that the
    /// sender is up, in hundredths of a second ('' for that of this machine), the notification, and its variables:
    /// groups of three as `mibc set` has them, or NAME=VALUE. With -v1: enterprise, address of the sender ('' for that of
    /// this machine), generic and specific number, time, variables.
    #[arg(help_heading = None, required = true, value_name = "RECEIVER|PARAMETER", allow_negative_numbers = true)]
    operands: Vec<String>,
}

pub(crate) fn trap(arguments: &TrapArguments) -> Result<ExitCode, Failure> {
    send(arguments, arguments.inform)
}

pub(crate) fn inform(arguments: &TrapArguments) -> Result<ExitCode, Failure> {
    send(arguments, true)
}

fn send(arguments: &TrapArguments, is_inform: bool) -> Result<ExitCode, Failure> {
    let Work { library, presentation, mut agents, operands } =
        arguments.common.prepare_operands(&arguments.operands)?;
    let renderer = presentation.renderer(&library);
    let v1 = agents.is_v1(0);
    if is_inform && v1 {
        return Err(words::mistake(
            "Cannot send INFORM as SNMPv1 PDU",
            "SNMPv1 has no informs: take another version (-v2c, -v3), or send a trap",
        ));
    }
    let reading = Reading {
        library: &library,
        renderer: &renderer,
        input: &arguments.common.input,
        force: arguments.force,
    };
    let content = Content::read(reading, v1, &operands)?;
    if Tool::current().is_none() {
        content.doubts(&renderer).iter().for_each(|doubt| log::say(&format!("warning: {doubt}")));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut places = Vec::new();
    for (plan, name) in agents.plans.iter().zip(&agents.names) {
        places.push(runtime.block_on(look_up(plan, name))?);
    }
    if !is_inform {
        let clock = arguments.common.extra.clock()?;
        for (plan, place) in agents.plans.iter().zip(places) {
            let sender = sender(plan, place, clock, &agents.binding)?;
            runtime.block_on(content.send(&sender)).map_err(|error| error.to_string())?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    drop(runtime);
    agents.targets = agents.plans.iter().zip(places).map(|(plan, place)| plan.target(place)).collect();
    let varbinds = content.varbinds()?;
    let question = |session: Session, _| {
        let varbinds = varbinds.clone();
        async move { session.inform(&varbinds).await }
    };
    let status = ask::all(&agents, &renderer, question, ask::to_stderr, |_, _| Ok(()))?;
    Ok(ExitCode::from(status))
}

/// The address of a receiver.
async fn look_up(plan: &Plan, name: &str) -> Result<TransportAddress, Failure> {
    let found = TransportAddress::lookup(&address::agent(&plan.place), PORT).await;
    let unknown = |why: String| {
        words::mistake(format!("{}: Unknown host ({name})", words::program()), format!("`{name}`: {why}"))
    };
    let first = found.map_err(|error| unknown(error.to_string()))?.into_iter().next();
    first.ok_or_else(|| unknown("it has no address".to_owned()))
}

/// Who sends traps to this receiver.
fn sender(
    plan: &Plan,
    place: TransportAddress,
    clock: Option<mibc_runtime::usm::EngineClock>,
    binding: &Settings,
) -> Result<TrapSender, Failure> {
    let sender = match &plan.credentials {
        Credentials::Community { v1: true, community } => TrapSender::v1(place, community.as_str()),
        Credentials::Community { v1: false, community } => TrapSender::v2c(place, community.as_str()),
        Credentials::User(user) => {
            let (engine_id, clock) = engine::of(plan.engine_id, clock)?;
            let mut sender = TrapSender::v3(place, user, engine_id, clock)?;
            if let Some(context) = &plan.context {
                sender = sender.context_name(context.as_str());
            }
            match plan.context_engine_id {
                Some(engine_id) => sender.context_engine_id(engine_id),
                None => sender,
            }
        }
    };
    Ok(sender.local(binding.local).tap(binding.tap.clone()))
}
