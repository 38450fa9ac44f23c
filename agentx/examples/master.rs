//! An agent that answers by sub-agents only: `master UDP-ADDRESS ENDPOINT`, such as
//! `cargo run -p mibc-agentx --example master 127.0.0.1:1161 unix:/var/agentx/master`.

use mibc_agentx::Master;
use mibc_runtime::agent::{Agent, Community};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(endpoint)) = (arguments.next(), arguments.next()) else {
        return Err("expected UDP-ADDRESS and ENDPOINT".into());
    };
    let agent = Agent::builder()
        .community(Community::read_only("public"))
        .community(Community::read_write("private"))
        .bind(address)
        .await?;
    let master = Master::builder().bind(&agent, [endpoint.as_str()]).await?;
    let _running = master.spawn();
    agent.run().await?;
    Ok(())
}
