use super::{Stop, read};
use crate::tool::Tool;
use std::ffi::OsString;

fn said(tool: Tool, line: &str) -> String {
    let words = line.split(' ').filter(|word| !word.is_empty()).map(OsString::from).collect();
    match read(tool, words) {
        Ok(words) => {
            let words: Vec<_> = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
            words.join(" ")
        }
        Err(Stop::Told(_)) => "told".to_owned(),
        Err(Stop::Usage(message)) => format!("usage: {message}"),
        Err(Stop::Wrong(message)) => format!("wrong: {message}"),
    }
}

/// Options behind operands, letters together, values apart or not.
#[test]
fn options_anywhere() {
    for line in [
        "-v2c -c public -dOqv h x",
        "h x -dOqv -v 2c -cpublic",
        "-v2c h -cpublic -dOqv x",
        "-v2c -cpublic -dOqv -- h x",
    ] {
        let words = said(Tool::Get, line);
        assert!(words.starts_with("mibc get "), "{words}");
        assert!(words.ends_with(" -- h x") && words.contains("-O qv") && words.contains(" -d"), "{words}");
    }
    let set = said(Tool::Set, "-v2c -cprivate h x.0 integer -1 y.0 s -v3");
    assert!(set.ends_with(" -- h x.0 i -1 y.0 s -v3"), "{set}");
    let walk = said(Tool::Walk, "-v1 -c public -CcE 1.3 h a b -Is .0");
    assert!(walk.contains("--any-order --end 1.3") && walk.ends_with("--suffix .0 -- h a"), "{walk}");
    let table = said(Tool::Table, "-v2c -cpublic -Cibw80f , h t");
    assert!(table.contains("--index --brief --width 80 --separator , -- h t"), "{table}");
    let tokens = said(Tool::Get, "--defVersion=1 --defCommunity=public -Lf file -Op .2 -3mff h x");
    assert!(tokens.contains("--log-to f file --floats .2 --auth-master-key ff -- h x"), "{tokens}");
    assert!(tokens.contains("--snmp-version 1") && tokens.contains("--community public"), "{tokens}");
}

#[test]
fn what_is_wrong() {
    for (tool, line, expected) in [
        (Tool::Get, "", "usage: No hostname specified."),
        (Tool::Get, "-v2c -cx h", "usage: Missing object name"),
        (Tool::Get, "-v4 h x", "usage: Invalid version specified after -v flag: 4"),
        (Tool::Get, "-q h x", "usage: snmpget: invalid option -- 'q'"),
        (Tool::Get, "h x -v", "usage: snmpget: option requires an argument -- 'v'"),
        (Tool::Get, "-Oz h x", "usage: Unknown output option passed to -O: z."),
        (Tool::Get, "-Iz h x", "usage: Unknown input option passed to -I: z."),
        (Tool::Get, "-Lz h x", "usage: Unknown logging option passed to -L: z."),
        (Tool::Get, "-Pz h x", "usage: Unknown parsing option passed to -P: z."),
        (Tool::Get, "-Cz h x", "wrong: Unknown flag passed to -C: z"),
        (Tool::Get, "-t 0 h x", "usage: Invalid timeout in seconds after -t flag."),
        (Tool::Get, "-r x h x", "usage: Invalid number of retries after -r flag."),
        (Tool::Get, "-l 4 h x", "usage: Invalid security level specified after -3l flag: 4"),
        (Tool::Get, "-a FOO h x", "usage: Invalid authentication protocol specified after -3a flag: FOO"),
        (Tool::Get, "-x FOO h x", "usage: Invalid privacy protocol specified after -3x flag: FOO"),
        (Tool::Get, "-h", "told"),
        (Tool::Get, "--help", "usage: "),
        (Tool::BulkWalk, "-v1 -cx h x", "wrong: snmpbulkwalk: Cannot send V2 PDU on V1 session"),
        (Tool::Table, "-v2c -cx h", "usage: Must have exactly one table name"),
        (Tool::Set, "-v2c -cx h x.0", "wrong: x.0: Needs type and value"),
        (Tool::Set, "-v2c -cx h x.0 i", "wrong: x.0: Needs value"),
        (Tool::Set, "-v2c -cx h x.0 q 1", "wrong: x.0: Bad object type: q"),
    ] {
        assert_eq!(said(tool, line), expected, "{line}");
    }
}
