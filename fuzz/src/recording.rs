//! Recordings of the simulator.

use mibc_simulator::{Format, line, read};

/// A recording in snmpsim's form, or in lines of JSON where it begins with a brace.
pub fn snmprec(data: &[u8]) {
    match data.first() {
        Some(b'{') => recording(data, Format::Json),
        _ => recording(data, Format::Snmprec),
    }
}

/// What net-snmp's snmpwalk prints.
pub fn walk(data: &[u8]) {
    recording(data, Format::Walk);
}

/// Whatever is read is in order and no name twice; what is written of it is read again as it was, in every form; and each
/// problem is of a line that is there.
fn recording(data: &[u8], format: Format) {
    let first = read(data, format, None, None);
    let lines = data.split(|octet| *octet == b'\n').count();
    for problem in &first.problems {
        assert!((1..=lines).contains(&problem.line), "{problem}");
        assert!(!problem.message.is_empty());
    }
    let variables: Vec<_> = first.recording.variables().collect();
    assert_eq!(variables.len(), first.recording.len());
    assert!(variables.windows(2).all(|two| two[0].name < two[1].name));
    let fixed: Vec<_> = variables
        .into_iter()
        .filter_map(|variable| Some((variable.name, variable.value?)))
        // The tag of something else than a value of SNMP is not written by all forms.
        .filter(|(_, value)| !matches!(value.as_ref().kind(), mibc_runtime::value::ValueKind::Undecodable(_)))
        .collect();
    for format in [Format::Snmprec, Format::Walk, Format::Json] {
        // `snmpwalk` has no words for endOfMibView that are about a variable.
        let written = fixed.iter().filter(|(_, value)| *value != mibc_runtime::value::Value::EndOfMibView);
        let text: String =
            written.clone().map(|(name, value)| line(format, name.as_ref(), value.as_ref())).collect();
        let again = read(text.as_bytes(), format, None, None);
        assert!(again.problems.is_empty(), "{:?}\n{text}", again.problems);
        let found = again.recording.variables().filter_map(|variable| Some((variable.name, variable.value?)));
        assert!(found.eq(written.cloned()), "{format:?}\n{text}");
    }
}
