//! What `benches/compare-agentx` runs:
//!
//! - `master ADDRESS ENDPOINT`: our agent with a master agent, which serves nothing itself;
//! - `subagent ENDPOINT [ROWS]`: our sub-agent, with the number that is asked for, and a table of so many rows;
//! - `load ADDRESS SECONDS WINDOW`: asks for the number, so many requests under way; prints how many were answered;
//! - `walk ADDRESS`: walks through the table by GETBULK; prints how many variables there were, and the seconds.
#![forbid(unsafe_code)]

use mibc_agentx::{Master, SubAgent};
use mibc_generated::if_mib::{
    IF_RCV_ADDRESS_STATUS, IF_RCV_ADDRESS_TYPE, IfRcvAddressEntry, IfRcvAddressIndex, IfRcvAddressType,
};
use mibc_generated::snmpv2_tc::{PhysAddress, RowStatus};
use mibc_runtime::agent::{Agent, Community};
use mibc_runtime::manager::{Manager, Target};
use mibc_runtime::meta::Meta;
use mibc_runtime::rows::RowStore;
use mibc_runtime::typed::{Module, Scalar, access};
use std::net::UdpSocket;
use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error>;

struct Mib;

impl Module for Mib {
    const META: Meta<'static> = Meta::EMPTY;
}

const NUMBER: Scalar<Mib, i32, access::ReadOnly> = Scalar::new(&[1, 3, 6, 1, 4, 1, 32473, 1, 1]);

/// GET of its instance, SNMPv2c, community `public`; the request-id is at [`REQUEST_ID`].
const GET: [u8; 46] = [
    0x30, 44, 2, 1, 1, 4, 6, b'p', b'u', b'b', b'l', b'i', b'c', 0xa0, 31, 2, 4, 0, 0, 0, 0, 2, 1, 0, 2, 1, 0, 0x30, 17,
    0x30, 15, 6, 11, 0x2b, 6, 1, 4, 1, 0x81, 0xfd, 0x59, 1, 1, 0, 5, 0,
];
const REQUEST_ID: std::ops::Range<usize> = 17..21;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match arguments[..] {
        ["master", address, endpoint] => runtime.block_on(master(address, endpoint)),
        ["subagent", endpoint] => runtime.block_on(subagent(endpoint, 0)),
        ["subagent", endpoint, rows] => runtime.block_on(subagent(endpoint, rows.parse()?)),
        ["load", address, seconds, window] => load(address, seconds.parse()?, window.parse()?),
        ["walk", address] => runtime.block_on(walk(address)),
        _ => Err("expected master, subagent, load or walk, and their arguments".into()),
    }
}

async fn master(address: &str, endpoint: &str) -> Result<(), Failure> {
    let agent = Agent::builder().community(Community::read_only("public")).bind(address).await?;
    let master = Master::builder().bind(&agent, [endpoint]).await?;
    let _running = master.spawn();
    Ok(agent.run().await?)
}

async fn subagent(endpoint: &str, rows: u32) -> Result<(), Failure> {
    let agent = SubAgent::builder().wait_for_master().connect(endpoint).await?;
    agent.serve(NUMBER, || 1);
    let store = RowStore::<IfRcvAddressEntry>::new();
    for row in 0..rows {
        let [_, a, b, c] = row.to_be_bytes();
        let index = IfRcvAddressIndex {
            if_index: 1.into(),
            if_rcv_address_address: PhysAddress(vec![2, 0, 0, a, b, c].into()),
        };
        store.insert(index, |row| {
            row.set(IF_RCV_ADDRESS_TYPE, IfRcvAddressType::VOLATILE).set(IF_RCV_ADDRESS_STATUS, RowStatus::ACTIVE)
        })?;
    }
    agent.serve_rows(&store);
    Ok(agent.run().await?)
}

fn load(address: &str, seconds: f64, window: u32) -> Result<(), Failure> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(address)?;
    socket.set_read_timeout(Some(Duration::from_millis(500)))?;
    let mut request = GET;
    // Four octets, in answers as well.
    let mut number = 0x0100_0000_u32;
    let mut send = |socket: &UdpSocket| {
        number += 1;
        request[REQUEST_ID].copy_from_slice(&number.to_be_bytes());
        socket.send(&request).map(drop)
    };
    for _ in 0..window {
        send(&socket)?;
    }
    let (begin, mut answered, mut octets) = (Instant::now(), 0_u64, [0; 1_500]);
    while begin.elapsed().as_secs_f64() < seconds {
        match socket.recv(&mut octets) {
            // error-status 0, and a number at the end.
            Ok(length) if octets[23] == 0 && octets[length - 3] == 2 => answered += 1,
            Ok(length) => return Err(format!("another answer than expected: {:02x?}", &octets[..length]).into()),
            Err(error) => return Err(error.into()),
        }
        send(&socket)?;
    }
    println!("answered={answered}");
    Ok(())
}

async fn walk(address: &str) -> Result<(), Failure> {
    let target = Target::v2c(address, "public").timeout(Duration::from_secs(10));
    let session = Manager::bind().await?.target(target);
    let begin = Instant::now();
    let mut walk = session.bulk_walk("1.3.6.1.2.1.31.1.4".parse::<mibc_runtime::oid::Oid>()?);
    let mut count = 0;
    while walk.try_next().await?.is_some() {
        count += 1;
    }
    println!("variables={count} seconds={:.2}", begin.elapsed().as_secs_f64());
    Ok(())
}
