use super::*;

fn admitted(limit: &ReportLimit, now: Instant, sources: impl Iterator<Item = IpAddr>) -> usize {
    sources.filter(|source| limit.admits(now, *source)).count()
}

/// U21: so many a second to each source, and none of them at the cost of another.
#[test]
fn by_source_and_second() {
    let (limit, now) = (ReportLimit::default(), Instant::now());
    let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
    assert_eq!(admitted(&limit, now, std::iter::repeat_n(one, 1_000)), REPORTS_PER_SOURCE as usize);
    assert!(limit.admits(now, other));
    let mapped = IpAddr::from([0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201]);
    assert!(!limit.admits(now, mapped), "the same address in another form");
    assert!(!limit.admits(now + Duration::from_millis(999), one));
    assert!(limit.admits(now + SECOND, one));
}

/// The addresses of a network of IPv6 are one source.
#[test]
fn networks() {
    let (limit, now) = (ReportLimit::default(), Instant::now());
    let of = |network: u16| move |host: u16| IpAddr::from([0x2001, 0xdb8, 0, network, 0, 0, 0, host]);
    assert_eq!(admitted(&limit, now, (0..1_000).map(of(1))), REPORTS_PER_SOURCE as usize);
    assert!(limit.admits(now, of(2)(1)));
}

/// Forged sources cost no more than so much memory, and all together get no more than so many.
#[test]
fn many_sources() {
    let (limit, now) = (ReportLimit::default(), Instant::now());
    let sources = (0..100_000_u32).map(|number| IpAddr::from(number.to_be_bytes()));
    assert_eq!(admitted(&limit, now, sources), MAX_SOURCES + REPORTS_PER_SOURCE as usize);
    assert_eq!(limit.0.lock().expect("no panic").by_source.len(), MAX_SOURCES + 1);
}
