//! What the kernel has dropped of what came to a socket, since its buffer was full.

/// Counts of some UDP sockets. They need not be open any more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drops {
    /// The kernel's numbers of them.
    inodes: Vec<u64>,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
impl Drops {
    /// Tables of the kernel, with a line for each socket.
    const TABLES: [&str; 2] = ["/proc/self/net/udp", "/proc/self/net/udp6"];

    /// Adds a socket.
    pub(crate) fn add(&mut self, socket: std::os::fd::BorrowedFd<'_>) {
        use std::os::fd::AsRawFd;
        use std::os::unix::fs::MetadataExt;
        let entry = std::fs::metadata(format!("/proc/self/fd/{}", socket.as_raw_fd()));
        self.inodes.extend(entry.map(|entry| entry.ino()));
    }

    /// How many datagrams have been dropped so far. Reads a table of all UDP sockets of the system.
    pub(crate) fn count(&self) -> u64 {
        if self.inodes.is_empty() {
            return 0;
        }
        let tables = Self::TABLES.iter().filter_map(|table| std::fs::read_to_string(table).ok());
        tables.map(|table| in_table(&table, &self.inodes)).sum()
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
impl Drops {
    /// The system does not tell.
    pub(crate) fn count(&self) -> u64 {
        debug_assert!(self.inodes.is_empty());
        0
    }
}

/// Sum of the last field, `drops`, of the lines whose tenth is one of `inodes`.
#[cfg(any(target_os = "linux", target_os = "android", test))]
fn in_table(table: &str, inodes: &[u64]) -> u64 {
    const INODE: usize = 9;
    let drops = |line: &str| {
        let mut fields = line.split_ascii_whitespace();
        let inode = fields.nth(INODE)?.parse().ok()?;
        inodes.contains(&inode).then(|| fields.next_back()?.parse::<u64>().ok()).flatten()
    };
    table.lines().filter_map(drops).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_kernel() {
        let table = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n\
            \x20 120: 0100007F:41A1 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 7001 2 0000000000000000 12\n\
            \x20 121: 0100007F:41A2 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 7002 2 0000000000000000 30\n\
            \x20 122: nonsense\n";
        assert_eq!(in_table(table, &[7001]), 12);
        assert_eq!(in_table(table, &[7001, 7002, 9]), 42);
        assert_eq!(in_table(table, &[7003]), 0);
    }
}
