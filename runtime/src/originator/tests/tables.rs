//! Rows, tags, masks and filters.

use std::net::SocketAddr;

use super::lab::{address, base, oid, target};
use crate::access::{Family, Mask};
use crate::net::TransportAddress;
use crate::oid::Oid;
use crate::originator::filter::Filters;
use crate::originator::{
    CommunityEntry, RowError, Tag, TagError, TagList, TargetAddress, TargetTables, Targets, from_domain,
    to_domain,
};

/// N2: delimiters stand between tags, one at a time.
#[test]
fn tag_lists() {
    for good in ["", "acme", "host router\tbridge\rswitch\nhub"] {
        assert!(TagList::new(good).is_ok(), "{good:?}");
    }
    for (bad, at) in [(" acme", 0), ("acme ", 4), ("acme  host", 5), ("a\r\nb", 2), (" ", 0)] {
        assert_eq!(TagList::new(bad), Err(TagError::Delimiter(at)), "{bad:?}");
    }
    assert_eq!(TagList::new(vec![b'a'; 256]), Err(TagError::Length(256)));
    assert_eq!(Tag::new("two tags"), Err(TagError::Delimiter(3)));
    let list = TagList::new("host router\tbridge\rswitch\nhub").expect("a list");
    let tags: Vec<&[u8]> = list.tags().collect();
    assert_eq!(tags, [b"host".as_slice(), b"router", b"bridge", b"switch", b"hub"]);
    assert!(list.contains(&Tag::new("bridge").expect("a tag")));
    assert!(!list.contains(&Tag::new("brid").expect("a tag")));
    // A tag without octets is in no list.
    assert!(!list.contains(&Tag::default()) && !TagList::default().contains(&Tag::default()));
}

/// C11: a mask is as long as the address, or has no octets.
#[test]
fn rows_are_checked() {
    let mut tables = TargetTables::default();
    let row = |t_mask: &[u8]| TargetAddress { t_mask: t_mask.to_vec(), ..target(1, "v2c", "") };
    assert_eq!(tables.set_address("a", row(&[])), Ok(()));
    assert_eq!(tables.set_address("a", row(&[255; 6])), Ok(()));
    assert_eq!(tables.set_address("a", row(&[255; 5])), Err(RowError::MaskLength { mask: 5, address: 6 }));
    for mms in [1, 483, 1 << 31] {
        let row = TargetAddress { mms, ..target(1, "v2c", "") };
        assert_eq!(tables.set_address("a", row), Err(RowError::MessageSize(mms)));
    }
    for name in ["", "a name that has three and thirty octets"] {
        assert!(matches!(tables.set_address(name, target(1, "v2c", "")), Err(RowError::Name { .. })));
        assert!(matches!(tables.set_filter_profile("v2c", name), Err(RowError::Name { .. })));
    }
    assert_eq!(tables.addresses().iter().count(), 1);
    assert!(tables.remove_address(b"a").is_some() && tables.remove_address(b"a").is_none());
}

/// A snapshot stays as it was, whatever is found out from it.
#[test]
fn snapshots() {
    let targets = Targets::new();
    targets.edit(base);
    let before = targets.tables();
    let in_between = targets.edit(|tables| {
        tables.set_address("a", target(1, "v2c", "traps")).expect("a row");
        let selected = tables.selection().receivers.len();
        tables.set_address("b", target(2, "v2c", "traps")).expect("a row");
        selected
    });
    let after = targets.tables();
    assert_eq!(in_between, 1);
    assert_eq!(before.selection().receivers.len(), 0);
    assert_eq!(after.selection().receivers.len(), 2);
    assert_eq!(after.addresses().after(b"a").map(|(name, _)| name), Some(b"b".as_slice()));
    assert_eq!(after.addresses().after(b"").map(|(name, _)| name), Some(b"a".as_slice()));
    assert_eq!(after.addresses().after(b"b").map(|(name, _)| name), None);
}

fn filters(families: impl IntoIterator<Item = Family>) -> Filters {
    let mut filters = Filters::default();
    families.into_iter().for_each(|family| filters.set(family));
    filters
}

fn passes(filters: &Filters, notification: &str, variables: &[&str]) -> bool {
    let variables: Vec<Oid> = variables.iter().map(|name| oid(name)).collect();
    let filter = filters.filter().expect("it has rows");
    filter.passes(oid(notification).as_ref(), variables.iter().map(Oid::as_ref))
}

/// N1: what no row matches is out as a notification and in as a variable; the longest subtree decides, of several the
/// lexicographically largest; masks.
#[test]
fn filters_decide() {
    assert!(filters([]).filter().is_none(), "no rows filter nothing");
    let link = filters([Family::included(oid("1.3.6.1.6.3.1.1.5"))]);
    assert!(passes(&link, "1.3.6.1.6.3.1.1.5.3", &["1.3.6.1.2.1.2.2.1.1.7"]));
    assert!(!passes(&link, "1.3.6.1.4.1.9999.0.7", &[]), "no row matches the notification");
    // Only a row that excludes: the variables pass, but no notification is included.
    let only_excluded = filters([Family::excluded(oid("1.3.6.1.2.1.2"))]);
    assert!(!passes(&only_excluded, "1.3.6.1.6.3.1.1.5.3", &[]));

    let longer = filters([
        Family::included(oid("1.3.6.1")),
        Family::excluded(oid("1.3.6.1.2.1.2")),
        Family::included(oid("1.3.6.1.2.1.2.2.1.1")),
    ]);
    assert!(passes(&longer, "1.3.6.1.6.3.1.1.5.3", &["1.3.6.1.2.1.2.2.1.1.7"]));
    assert!(!passes(&longer, "1.3.6.1.6.3.1.1.5.3", &["1.3.6.1.2.1.2.2.1.1.7", "1.3.6.1.2.1.2.2.1.7.7"]));

    // All columns of interface 7, both rows of eleven sub-identifiers: the larger subtree decides.
    let wild = |subtree: &str, included: bool| {
        let family = if included { Family::included(oid(subtree)) } else { Family::excluded(oid(subtree)) };
        family.mask(Mask::wild([9]).expect("a mask"))
    };
    let all = || Family::included(oid("1.3.6.1.6"));
    let interface = ["1.3.6.1.2.1.2.2.1.8.7"];
    let smaller = filters([all(), wild("1.3.6.1.2.1.2.2.1.0.7", true), wild("1.3.6.1.2.1.2.2.1.1.7", false)]);
    assert!(!passes(&smaller, "1.3.6.1.6.3.1.1.5.3", &interface));
    let larger = filters([all(), wild("1.3.6.1.2.1.2.2.1.0.7", false), wild("1.3.6.1.2.1.2.2.1.1.7", true)]);
    assert!(passes(&larger, "1.3.6.1.6.3.1.1.5.3", &interface));
    assert!(passes(&larger, "1.3.6.1.6.3.1.1.5.3", &["1.3.6.1.2.1.2.2.1.8.8"]), "another interface");
    // A name that is shorter than the subtree does not match it.
    assert!(!passes(&filters([Family::included(oid("1.3.6.1.6.3.1.1.5.3"))]), "1.3.6.1.6.3.1.1.5", &[]));
    // A row of two sub-identifiers is not mistaken for the absence of rows.
    let short = filters([Family::excluded(oid("1.3")), Family::included(oid("1.3.6.1.6"))]);
    assert!(!passes(&short, "1.3.6.1.6.3.1.1.5.3", &["1.3.6.1.2.1.1.3.0"]));
    let everything = Family::excluded(Oid::ZERO).mask(Mask::new([0x3f]).expect("a mask"));
    assert!(!passes(&filters([everything, all()]), "1.3.6.1.6.3.1.1.5.3", &["1.3.6.1.2.1.1.3.0"]));
}

/// C10, C11: the first row with the string whose tag selects the address; bits that are 0 in a mask may differ.
#[test]
fn communities_of_messages() {
    let mut tables = TargetTables::default();
    let tagged = |name: &str, security_name: &str, tag: &str| CommunityEntry {
        transport_tag: Tag::new(tag).expect("a tag"),
        ..CommunityEntry::new(name, security_name)
    };
    // Port and last octet are free.
    let net = TargetAddress { t_mask: vec![255, 255, 255, 0, 0, 0], ..target(0, "v2c", "net one") };
    tables.set_address("net", net).expect("a row");
    tables.set_address("host", target(9, "v2c", "one")).expect("a row");
    tables.set_community("b", tagged("public", "inside", "net")).expect("a row");
    tables.set_community("a", tagged("public", "nobody", "none-has-it")).expect("a row");
    tables.set_community("c", CommunityEntry::new("public", "outside")).expect("a row");
    tables.set_community("d", tagged("host", "host", "one")).expect("a row");
    let name = |community: &str, from: TransportAddress| {
        let row = tables.find_community(community.as_bytes(), &from);
        row.map(|row| String::from_utf8_lossy(&row.security_name).into_owned())
    };
    let elsewhere = TransportAddress::Udp(SocketAddr::from(([198, 51, 100, 1], 50_000)));
    let inside = TransportAddress::Udp(SocketAddr::from(([192, 0, 2, 77], 50_000)));
    assert_eq!(name("public", inside.clone()).as_deref(), Some("inside"));
    assert_eq!(name("public", elsewhere.clone()).as_deref(), Some("outside"));
    assert_eq!(name("host", inside).as_deref(), Some("host"), "by the row with the mask");
    assert_eq!(name("host", elsewhere), None);
    assert_eq!(name("other", address(1)), None);
    let tcp = TransportAddress::Tcp(SocketAddr::from(([192, 0, 2, 77], 50_000)));
    assert_eq!(name("host", tcp), None, "another transport");
}

/// TDomain and TAddress, there and back.
#[test]
fn domains() {
    let texts = [
        ("udp", "192.0.2.1:162", "1.3.6.1.6.1.1", 6),
        ("udp", "[2001:db8::1]:162", "1.3.6.1.2.1.100.1.2", 18),
        ("udp", "[fe80::1%3]:162", "1.3.6.1.2.1.100.1.4", 22),
        ("tcp", "192.0.2.1:162", "1.3.6.1.2.1.100.1.5", 6),
        ("tcp", "[2001:db8::1]:162", "1.3.6.1.2.1.100.1.6", 18),
        ("tcp", "[fe80::1%3]:162", "1.3.6.1.2.1.100.1.8", 22),
    ];
    for (transport, text, domain, octets) in texts {
        let ip: SocketAddr = text.parse().expect("an address");
        let address = if transport == "udp" { TransportAddress::Udp(ip) } else { TransportAddress::Tcp(ip) };
        let (found, taddress) = to_domain(&address).expect("a domain");
        assert_eq!((found.clone(), taddress.len()), (oid(domain), octets), "{address}");
        assert_eq!(from_domain(&found, &taddress), Some(address));
        for length in (0..octets).chain([octets + 1]) {
            assert_eq!(from_domain(&found, &vec![1; length]), None, "{domain} with {length} octets");
        }
    }
    #[cfg(unix)]
    {
        let path = TransportAddress::Unix(crate::net::UnixAddress::new("/run/traps"));
        let (domain, octets) = to_domain(&path).expect("a domain");
        assert_eq!(
            (domain.clone(), octets.as_slice()),
            (oid("1.3.6.1.2.1.100.1.13"), b"/run/traps".as_slice())
        );
        assert_eq!(from_domain(&domain, &octets), Some(path));
    }
    // transportDomainUdpIpv4 is snmpUDPDomain by another name.
    let other = from_domain(&oid("1.3.6.1.2.1.100.1.1"), &[192, 0, 2, 1, 0, 162]);
    assert_eq!(other, Some(address(1)));
    for unknown in ["1.3.6.1.2.1.100.1", "1.3.6.1.2.1.100.1.99", "1.3.6.1.2.1.100.1.1.1", "1.3.6.1.6.1.2"] {
        assert_eq!(from_domain(&oid(unknown), &[192, 0, 2, 1, 0, 162]), None, "{unknown}");
    }
}
