//! CRC-32C, which protects batches of records: that of iSCSI (RFC 3720), not that of Ethernet.

/// Tables for eight octets at a time.
static TABLES: [[u32; 256]; 8] = tables();

const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut octet = 0;
    while octet < 256 {
        let (mut rest, mut bit) = (octet as u32, 0);
        while bit < 8 {
            rest = if rest & 1 == 1 { rest >> 1 ^ 0x82f6_3b78 } else { rest >> 1 };
            bit += 1;
        }
        tables[0][octet] = rest;
        octet += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut octet = 0;
        while octet < 256 {
            let before = tables[table - 1][octet];
            tables[table][octet] = before >> 8 ^ tables[0][(before & 0xff) as usize];
            octet += 1;
        }
        table += 1;
    }
    tables
}

/// The checksum of octets.
pub(super) fn crc32c(octets: &[u8]) -> u32 {
    let mut sum = !0_u32;
    let mut eights = octets.chunks_exact(8);
    for eight in &mut eights {
        let first = sum.to_le_bytes();
        sum = 0;
        for (place, octet) in eight.iter().enumerate() {
            let mixed = octet ^ first.get(place).copied().unwrap_or(0);
            sum ^= TABLES[7 - place][usize::from(mixed)];
        }
    }
    for octet in eights.remainder() {
        sum = sum >> 8 ^ TABLES[0][usize::from(sum as u8 ^ octet)];
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::crc32c;

    /// The check value of the polynomial, and the examples of RFC 3720, B.4.
    #[test]
    fn checksums_of_the_rfc() {
        assert_eq!(crc32c(b""), 0);
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
        assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c(&[0xff; 32]), 0x62a8_ab43);
        let rising: Vec<u8> = (0..32).collect();
        assert_eq!(crc32c(&rising), 0x46dd_794e);
    }
}
