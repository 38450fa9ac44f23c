//! An agent and a manager in one process: serves a strip on a loopback port that the kernel picks, reads it, switches
//! an outlet, and prints the rows.

use mibc::agent::{Agent, Community};
use mibc::{Manager, Target, oid};
use quickstart::mibs::acme_power_mib::*;
use quickstart::strip::Strip;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), mibc::Error> {
    let agent = Agent::builder()
        .community(Community::read_only("public"))
        .community(Community::read_write("private"))
        .bind("127.0.0.1:0")
        .await?;
    Strip::example()?.serve(&agent);
    let running = agent.spawn();
    println!("agent on {}", agent.local_addr());

    let manager = Manager::bind().await?;
    let strip = manager.target(Target::v2c(agent.local_addr(), "private"));

    // Two scalars in one request; the values have the types that the MIB gives them.
    let (name, watts) = strip.get((ACME_POWER_NAME, ACME_POWER_TOTAL)).await?;
    println!("{name} draws {watts} W");

    // A column takes its table's index, a bank and a name: anything else does not compile.
    let coffee = (2, "A");
    let state = strip.get(ACME_OUTLET_STATE.at(coffee)).await?;
    println!("outlet 2/A is {state}");
    if state == AcmeOutletState::TRIPPED {
        strip.set(ACME_OUTLET_STATE.at(coffee), AcmeOutletState::ON).await?;
        strip
            .set(oid!(in quickstart::mibs, "ACME-POWER-MIB::acmePowerName.0"), "rack 7, reset".into())
            .await?;
    }

    println!("\n{:<6}{:<8}{:<9}{:>7}  {:<14}LABEL", "BANK", "OUTLET", "STATE", "AMPERE", "ALARMS");
    let columns = (ACME_OUTLET_STATE, ACME_OUTLET_CURRENT, ACME_OUTLET_ALARMS, ACME_OUTLET_LABEL);
    let mut rows = strip.table(columns);
    while let Some((index, (state, current, alarms, label))) = rows.try_next().await? {
        println!(
            "{:<6}{:<8}{:<9}{:>7}  {:<14}{}",
            index.acme_outlet_bank,
            index.acme_outlet_name.to_string(),
            show(state),
            show(current),
            show(alarms),
            show(label),
        );
    }

    running.stop().await?;
    Ok(())
}

/// A cell as text; a row may lack it.
fn show(cell: Option<impl ToString>) -> String {
    cell.map_or_else(|| "-".to_owned(), |value| value.to_string())
}
