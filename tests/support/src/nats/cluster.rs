//! Three servers of NATS that are one cluster.

use super::NatsServer;
use std::net::TcpListener;

/// Three servers with JetStream that are one cluster; ended when dropped.
#[derive(Debug)]
pub struct NatsCluster(Vec<(String, NatsServer)>);

impl NatsCluster {
    /// Servers that run; they may still look for each other. Absent: as [`NatsServer::start`].
    pub fn start() -> Option<Self> {
        // Each server must know the ports of the others before they start, so the kernel is asked for them.
        let reserved: Vec<TcpListener> =
            (0..3).map(|_| TcpListener::bind("127.0.0.1:0").expect("loopback")).collect();
        let addresses: Vec<String> =
            reserved.iter().map(|listener| listener.local_addr().expect("an address").to_string()).collect();
        drop(reserved);
        let routes: Vec<String> = addresses.iter().map(|address| format!("\"nats://{address}\"")).collect();
        let servers = addresses.iter().enumerate().map(|(number, address)| {
            let name = format!("server-{}", number + 1);
            let configuration = format!(
                "server_name: {name}\ncluster {{ name: fleet, listen: \"{address}\", routes: [{}] }}\n",
                routes.join(", ")
            );
            Some((name, NatsServer::start_with(&configuration)?))
        });
        servers.collect::<Option<Vec<_>>>().map(Self)
    }

    /// Where they listen, with commas between them.
    pub fn urls(&self) -> String {
        let urls: Vec<String> = self.0.iter().map(|(_, server)| server.url()).collect();
        urls.join(",")
    }

    /// The server with a name.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn server(&mut self, name: &str) -> &mut NatsServer {
        let found = self.0.iter_mut().find(|(other, _)| other == name);
        &mut found.unwrap_or_else(|| panic!("there is no server {name}")).1
    }
}
