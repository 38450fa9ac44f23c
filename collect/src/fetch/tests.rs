//! Devices that answer only some of what they are asked.

use super::*;
use mibc_runtime::manager::{Manager, Target};
use mibc_runtime::value::TimeTicks;
use mibc_simulator::{Recording, Simulated};
use std::net::SocketAddr;
use tokio::net::UdpSocket;

fn oid(text: &str) -> Oid {
    text.parse().expect("an OID")
}

/// Passes on what comes to a device, but for messages with these octets; it takes its time.
async fn deaf(device: SocketAddr, to: &'static [u8]) -> SocketAddr {
    let bind = || async { UdpSocket::bind("127.0.0.1:0").await.expect("loopback") };
    let (front, back) = (bind().await, bind().await);
    back.connect(device).await.expect("loopback");
    let address = front.local_addr().expect("an address");
    tokio::spawn(async move {
        let mut message = vec![0; 65_536];
        while let Ok((length, from)) = front.recv_from(&mut message).await {
            let asked = message.get(..length).unwrap_or_default();
            if asked.windows(to.len()).any(|octets| octets == to) || back.send(asked).await.is_err() {
                continue;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            let Ok(length) = back.recv(&mut message).await else { break };
            let _ = front.send_to(message.get(..length).unwrap_or_default(), from).await;
        }
    });
    address
}

/// It says nothing to one subtree, and has nothing below many others: those behind them are walked all the same.
#[tokio::test]
async fn a_device_that_is_deaf_to_a_subtree() {
    let variables = [1, 2].map(|row| {
        VarBind::new(oid(&format!("1.3.6.1.2.1.31.1.1.1.6.{row}")), Value::TimeTicks(TimeTicks(row)))
    });
    let simulator = Simulated::of(Recording::of(variables)).spawn().await.expect("a device");
    let address = deaf(simulator.addr(), &[0x81, 0xfd, 0x59]).await;
    let mut walks = vec![oid("1.3.6.1.4.1.32473")];
    walks.extend((1..=12).map(|number| oid(&format!("1.3.6.1.2.1.{}", 100 + number))));
    walks.push(oid("1.3.6.1.2.1.31.1.1.1.6"));
    let mut module = Module::new(walks, Vec::new(), Vec::new());
    (module.asking.timeout, module.asking.retries) = (Duration::from_secs(4), 0);
    let manager = Manager::bind().await.expect("a socket");
    let session = manager.target(module.asking.apply(Target::v2c(address.to_string(), "public")));
    let fetched = fetch(&session, &module, None, Instant::now() + Duration::from_secs(60)).await;
    assert_eq!((fetched.variables.len(), fetched.failures.len()), (2, 1), "{fetched:?}");
}
