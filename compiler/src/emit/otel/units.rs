//! UNITS as OpenTelemetry writes units: UCUM, case sensitive (OpenTelemetry semantic conventions, "Instrument units").

/// The unit of a clause in words; `1` if there is none. What UCUM has no unit for becomes an annotation, which is
/// ASCII without braces.
pub(super) fn unit(words: Option<&str>) -> String {
    let Some(words) = words else { return "1".to_owned() };
    let known = match words.to_ascii_lowercase().as_str() {
        "octets" | "octet" | "bytes" | "byte" => "By",
        "kilobytes" | "kbytes" | "kbyte" | "kb" => "kBy",
        "megabytes" | "mbytes" | "mb" => "MBy",
        "kibibytes" | "kibibyte" => "KiBy",
        "bits" | "bit" => "bit",
        "bits per second" | "bits/second" | "bits/sec" | "bps" | "bit/s" => "bit/s",
        "kilobits per second" | "kbps" | "kbit/s" => "kbit/s",
        "octets per second" | "bytes per second" | "bytes/second" => "By/s",
        "seconds" | "second" | "sec" | "secs" | "s" => "s",
        "milliseconds" | "millisecond" | "milli-seconds" | "msec" | "ms" => "ms",
        "microseconds" | "microsecond" | "micro-seconds" | "usec" => "us",
        "nanoseconds" | "nanosecond" => "ns",
        "centiseconds" | "centi-seconds" | "hundredths of a second" | "hundredths of seconds" => "cs",
        "deciseconds" | "tenths of a second" | "tenths of seconds" | "1/10 seconds" => "ds",
        "minutes" | "minute" => "min",
        "hours" | "hour" => "h",
        "days" | "day" => "d",
        "hertz" | "hz" => "Hz",
        "percent" | "percentage" | "%" => "%",
        "volts" | "volt" | "v" => "V",
        "millivolts" | "mv" => "mV",
        "amperes" | "ampere" | "amps" | "a" => "A",
        "milliamperes" | "milliamps" | "ma" => "mA",
        "watts" | "watt" | "w" => "W",
        "kilowatts" | "kw" => "kW",
        "degrees celsius" | "degrees c" | "degree celsius" | "celsius" | "degrees centigrade" => "Cel",
        "dbm" => "{dBm}",
        _ => return annotation(words),
    };
    known.to_owned()
}

fn annotation(words: &str) -> String {
    let word: String =
        words.chars().filter(|c| c.is_ascii_graphic() && !"{}$".contains(*c) || *c == ' ').collect();
    let word = word.split_whitespace().collect::<Vec<_>>().join("_");
    if word.is_empty() { "1".to_owned() } else { format!("{{{word}}}") }
}

#[cfg(test)]
mod tests {
    use super::unit;

    #[test]
    fn words_become_units() {
        assert_eq!(unit(None), "1");
        assert_eq!(unit(Some("Octets")), "By");
        assert_eq!(unit(Some("degrees Celsius")), "Cel");
        assert_eq!(unit(Some("packets")), "{packets}");
        assert_eq!(unit(Some("RMS {Volts} ${x}")), "{RMS_Volts_x}");
        assert_eq!(unit(Some("µ")), "1");
    }
}
