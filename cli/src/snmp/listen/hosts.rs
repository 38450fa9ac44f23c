//! Names of hosts by their addresses, as far as this machine's own list has them.

use std::collections::HashMap;
use std::fs;
use std::net::IpAddr;

/// Where the list is.
const FILE: &str = "/etc/hosts";

/// Most octets of the list.
const MAX_OCTETS: u64 = 1 << 20;

/// The first name of each address.
#[derive(Debug, Default)]
pub(super) struct Hosts(HashMap<IpAddr, String>);

impl Hosts {
    /// The machine's list; empty if there is none.
    pub(super) fn of_this_machine() -> Hosts {
        let short = fs::metadata(FILE).is_ok_and(|about| about.len() <= MAX_OCTETS);
        let text = short.then(|| fs::read(FILE).ok()).flatten().unwrap_or_default();
        Hosts::read(&String::from_utf8_lossy(&text))
    }

    fn read(text: &str) -> Hosts {
        let mut names = HashMap::new();
        for line in text.lines() {
            let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
            if let (Some(Ok(address)), Some(name)) = (words.next().map(str::parse), words.next()) {
                names.entry(address).or_insert_with(|| name.to_owned());
            }
        }
        Hosts(names)
    }

    pub(super) fn name(&self, address: IpAddr) -> Option<&str> {
        self.0.get(&address.to_canonical()).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::Hosts;

    #[test]
    fn first_names() {
        let hosts = Hosts::read(
            "# here\n127.0.0.1\tlocalhost here # not there\n::1 localhost\n127.0.0.1 other\nname 1\n192.0.2.1\n",
        );
        let name = |address: &str| hosts.name(address.parse().expect("an address"));
        assert_eq!((name("127.0.0.1"), name("::1")), (Some("localhost"), Some("localhost")));
        assert_eq!((name("::ffff:127.0.0.1"), name("192.0.2.1")), (Some("localhost"), None));
    }
}
