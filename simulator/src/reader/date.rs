//! DateAndTime as its DISPLAY-HINT writes it: `2024-1-5,12:0:0.0,+1:0`.

/// The octets of a date, if text is one as the hint of SNMPv2-TC writes it.
pub(super) fn octets(text: &str) -> Option<Vec<u8>> {
    let mut parts = text.split(',');
    let mut date = parts.next()?.split('-');
    let (year, month, day) =
        (number::<u16>(date.next())?, number::<u8>(date.next())?, number::<u8>(date.next())?);
    let mut time = parts.next()?.split(':');
    let (hour, minute) = (number::<u8>(time.next())?, number::<u8>(time.next())?);
    let (second, tenth) = time.next()?.split_once('.')?;
    let (second, tenth) = (number::<u8>(Some(second))?, number::<u8>(Some(tenth))?);
    let rest = parts.next();
    (date.next().is_none() && time.next().is_none() && parts.next().is_none()).then_some(())?;
    let mut octets = year.to_be_bytes().to_vec();
    octets.extend([month, day, hour, minute, second, tenth]);
    if let Some(zone) = rest {
        let sign = zone.bytes().next().filter(|sign| matches!(sign, b'+' | b'-'))?;
        let (hours, minutes) = zone.get(1..)?.split_once(':')?;
        octets.extend([sign, number(Some(hours))?, number(Some(minutes))?]);
    }
    Some(octets)
}

fn number<T: std::str::FromStr>(text: Option<&str>) -> Option<T> {
    text.filter(|text| text.bytes().all(|octet| octet.is_ascii_digit()))?.parse().ok()
}
