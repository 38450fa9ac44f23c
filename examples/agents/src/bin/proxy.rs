//! Stands in front of a device that speaks only SNMPv2c, so that its community stays on the wire between the two:
//! managers ask over SNMPv3.
//!
//! Managers name the engine that the proxy prints, as contextEngineID; requests for it go to the device (RFC 3413 §3.5).
//! Traps of the device, which have the community too, go to a collector as SNMPv3. Managers that cannot name an engine find
//! the device's interfaces below a root of the proxy's own.
//!
//! ```sh
//! COMMUNITY=private PASSPHRASE=maplesyrup cargo run -p example-agents --bin proxy -- LISTEN DEVICE COLLECTOR
//! ```
#![forbid(unsafe_code)]

use mibc::agent::{Account, Agent};
use mibc::runtime::access::Model;
use mibc::runtime::message::Level;
use mibc::runtime::net::TransportAddress;
use mibc::runtime::originator::{
    CommunityEntry, MpModel, ProxyEntry, ProxyType, Tag, TagList, TargetAddress, TargetParams, TargetTables,
    Targets,
};
use mibc::runtime::proxy::RemoteSubtree;
use mibc::usm::{Auth, Credentials, EngineId, KeyCache, Privacy};
use mibc::{Manager, Target, User};
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = |what: &str| arguments.next().ok_or(format!("expected {what}"));
    let listen = argument("the address to listen on")?;
    let device: SocketAddr = argument("the address of the device")?.parse()?;
    let collector: SocketAddr = argument("the address of the collector of traps")?.parse()?;
    let secret = |name: &str| std::env::var(name).map_err(|_| format!("set the environment variable {name}"));
    let (community, passphrase) = (secret("COMMUNITY")?, secret("PASSPHRASE")?);

    let user = User::new("operator")
        .auth(Auth::Sha256, passphrase.as_str())
        .privacy(Privacy::Aes128, passphrase.as_str());
    // SNMPv2c knows no engines: this one stands for the device.
    let behind = EngineId::from_text(32_473, "behind the proxy")?;
    let targets = Arc::new(Targets::new());
    targets.edit(|tables| {
        tables.set_user(None, Credentials::new(&user, &KeyCache::new())?);
        targets_of(tables, behind, &community)?;
        tables.set_address("device", TargetAddress::new(TransportAddress::Udp(device), "device"))?;
        let tag_list = TagList::new("collectors")?;
        let address = TransportAddress::Udp(collector);
        tables.set_address(
            "collector",
            TargetAddress { tag_list, ..TargetAddress::new(address, "operator") },
        )?;
        Ok::<(), Box<dyn Error>>(())
    })?;

    let manager = Manager::bind().await?;
    let agent = Agent::builder()
        .administered()
        .targets(targets)
        .user(Account::read_only(user))
        .proxy(manager.clone())
        .bind(listen)
        .await?;
    let interfaces =
        RemoteSubtree::new(manager.target(Target::v2c(device, community)), "1.3.6.1.4.1.32473.2".parse()?);
    interfaces.of("1.3.6.1.2.1.2".parse()?).serve(&agent);
    println!("listening on {}, the device is {behind}", agent.local_addr());
    tokio::select! {
        result = agent.run() => Ok(result?),
        stopped = tokio::signal::ctrl_c() => Ok(stopped?),
    }
}

/// Who may ask, how the device is asked, and what is passed on.
fn targets_of(tables: &mut TargetTables, behind: EngineId, community: &str) -> Result<(), Box<dyn Error>> {
    let params = |mp_model, security_model, name: &str, security_level| TargetParams {
        mp_model,
        security_model,
        security_name: name.into(),
        security_level,
    };
    tables.set_params("operator", params(MpModel::V3, Model::USM, "operator", Level::AuthPriv))?;
    tables.set_params("device", params(MpModel::V2C, Model::V2C, "device", Level::NoAuthNoPriv))?;
    // The community of the device is for its context, in both directions.
    let context_engine_id = behind.as_bytes().to_vec();
    let entry = CommunityEntry { context_engine_id, ..CommunityEntry::new(community, "device") };
    tables.set_community("device", entry)?;
    for (name, kind, from) in [
        ("read", ProxyType::Read, "operator"),
        ("write", ProxyType::Write, "operator"),
        ("trap", ProxyType::Trap, "device"),
    ] {
        let row = ProxyEntry {
            single_target_out: "device".into(),
            multiple_target_out: Tag::new("collectors")?,
            ..ProxyEntry::new(kind, behind.as_bytes(), from)
        };
        tables.set_proxy(name, row)?;
    }
    Ok(())
}
