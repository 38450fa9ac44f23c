//! Passes notifications of every version on as SNMPv2c informs, so that none is lost between here and the receivers.
//!
//! What was an SNMPv1 trap becomes a notification of SNMPv2 as RFC 3584 §3.1 says, with snmpTrapAddress.0,
//! snmpTrapCommunity.0 and snmpTrapEnterprise.0: receivers see the device there, not the forwarder. Other notifications
//! keep their variables; the sysUpTime.0 of all is the device's.
//!
//! ```sh
//! TRAPS=public COMMUNITY=private cargo run -p example-agents --bin trap-forwarder -- LISTEN RECEIVER…
//! ```
#![forbid(unsafe_code)]

use mibc::listener::{ReceivedNotification, Sender};
use mibc::originator::Event;
use mibc::{Agent, Community, Listener, Sink};
use mibc_admin::administration::serve_statistics;
use std::error::Error;
use std::net::SocketAddr;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().ok_or("expected the address to listen on")?;
    let receivers: Vec<SocketAddr> = arguments.map(|receiver| receiver.parse()).collect::<Result<_, _>>()?;
    let secret = |name: &str| std::env::var(name).map_err(|_| format!("set {name} to a community"));
    let (traps, community) = (secret("TRAPS")?, secret("COMMUNITY")?);

    let mut listener = Listener::builder().community(traps).bind(address).await?;
    // The agent sends, and says how many it has sent: the snmp group, to who has the same community.
    let agent = Agent::builder().community(Community::read_only(community.as_str()));
    let agent = receivers
        .into_iter()
        .fold(agent, |agent, receiver| agent.sink(Sink::inform(receiver, community.as_str())))
        .bind("127.0.0.1:0")
        .await?;
    serve_statistics(&agent);
    let _running = agent.spawn();
    for address in listener.local_addrs() {
        println!("listening on {address}, statistics on {}", agent.local_addr());
    }

    loop {
        tokio::select! {
            received = listener.next() => match received {
                // Each receiver has a queue of its own; a slow one holds up neither the others nor the listener.
                Some(received) => match forwarded(received) {
                    Some(event) => agent.queue_event(&event),
                    None => eprintln!("a notification that does not say what it is cannot be passed on"),
                },
                None => return Ok(()),
            },
            stopped = tokio::signal::ctrl_c() => {
                stopped?;
                agent.notifications_settled().await;
                return Ok(());
            }
        }
    }
}

/// The same notification, to be sent from here.
fn forwarded(received: ReceivedNotification) -> Option<Event> {
    let event = Event::new(received.trap_oid?).varbinds(received.varbinds);
    let event = match received.up_time {
        Some(up_time) => event.up_time(up_time),
        None => event,
    };
    Some(match received.sender {
        Sender::User(user) => event.context(user.context_name).context_engine_id(user.context_engine_id),
        _ => event,
    })
}
