//! Many targets at a time on a socket with little room.

use super::*;
use mibc_runtime::manager::{Settings, Target};
use std::net::SocketAddr;
use std::time::Duration;

/// No poll fails at a window of 1,000 with fast responders, however little the kernel grants: requests wait for
/// room for their responses before their timeouts run. All are sent before the manager reads the first response,
/// which is the worst case; without waiting most responses would be dropped, and nothing is sent twice here.
async fn nobody_fails(receive_buffer: usize) {
    let agent = agent("0.0.0.0:0").await;
    let _running = agent.spawn();
    let port = agent.local_addr().port();
    let settings = Settings { receive_buffer: Some(receive_buffer), ..Settings::default() };
    let manager = Manager::bind_with(&settings).await.expect("a socket");
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..5_000u32 {
        let [_, _, high, low] = (n % 1_000 + 1).to_be_bytes();
        let address = if cfg!(target_os = "linux") { [127, 1, high, low] } else { [127, 0, 0, 1] };
        let target = Target::v2c(SocketAddr::from((address, port)), "public");
        let session = manager.target(target.timeout(Duration::from_secs(120)).retries(0));
        tasks.spawn(async move { session.get(SYS_NAME).await.map(drop) });
    }
    for result in tasks.join_all().await {
        result.expect("no poll fails");
    }
    assert_eq!(manager.outstanding(), 0);
}

#[tokio::test]
async fn nobody_fails_with_the_smallest_buffer() {
    nobody_fails(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_fails_with_the_usual_buffer() {
    nobody_fails(212_992).await;
}

/// Peers that do not answer keep their share of the buffer for a short time only.
#[tokio::test]
async fn the_dead_do_not_take_the_room() {
    let agent = agent("127.0.0.1:0").await;
    let _running = agent.spawn();
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").expect("loopback");
    let settings = Settings { receive_buffer: Some(1), ..Settings::default() };
    let manager = Manager::bind_with(&settings).await.expect("a socket");
    let mut dead = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let target =
            Target::v2c(silent.local_addr().expect("bound"), "public").timeout(Duration::from_secs(600));
        let session = manager.target(target.max_outstanding(20));
        dead.spawn(async move { session.get(SYS_NAME).await.map(drop) });
    }
    tokio::task::yield_now().await;
    let session = manager.target(Target::v2c(agent.local_addr(), "public").timeout(Duration::from_secs(120)));
    let name = session.get(SYS_NAME).await.expect("the name");
    assert_eq!(name, OctetString::from("an agent"));
    dead.shutdown().await;
    assert_eq!(manager.outstanding(), 0);
}
