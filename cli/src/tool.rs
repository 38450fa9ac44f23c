//! Under which name the program runs: as itself, or as one of net-snmp's tools.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::OnceLock;

/// One of net-snmp's tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Get,
    GetNext,
    Walk,
    BulkGet,
    BulkWalk,
    Set,
    Table,
    Translate,
    Status,
    Delta,
    Df,
    Trapd,
    Trap,
    Inform,
    Usm,
    Vacm,
}

/// The tool that this process runs as, once that is known.
static CURRENT: OnceLock<Tool> = OnceLock::new();

impl Tool {
    pub(crate) const ALL: [Tool; 16] = [
        Tool::Get,
        Tool::GetNext,
        Tool::Walk,
        Tool::BulkGet,
        Tool::BulkWalk,
        Tool::Set,
        Tool::Table,
        Tool::Translate,
        Tool::Status,
        Tool::Delta,
        Tool::Df,
        Tool::Trapd,
        Tool::Trap,
        Tool::Inform,
        Tool::Usm,
        Tool::Vacm,
    ];

    /// The name of its program.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Tool::Get => "snmpget",
            Tool::GetNext => "snmpgetnext",
            Tool::Walk => "snmpwalk",
            Tool::BulkGet => "snmpbulkget",
            Tool::BulkWalk => "snmpbulkwalk",
            Tool::Set => "snmpset",
            Tool::Table => "snmptable",
            Tool::Translate => "snmptranslate",
            Tool::Status => "snmpstatus",
            Tool::Delta => "snmpdelta",
            Tool::Df => "snmpdf",
            Tool::Trapd => "snmptrapd",
            Tool::Trap => "snmptrap",
            Tool::Inform => "snmpinform",
            Tool::Usm => "snmpusm",
            Tool::Vacm => "snmpvacm",
        }
    }

    /// The subcommand of `mibc` that does its work.
    pub(crate) const fn verb(self) -> &'static str {
        match self {
            Tool::Get => "get",
            Tool::GetNext => "getnext",
            Tool::Walk => "walk",
            Tool::BulkGet => "getbulk",
            Tool::BulkWalk => "bulkwalk",
            Tool::Set => "set",
            Tool::Table => "table",
            Tool::Translate => "translate",
            Tool::Status => "status",
            Tool::Delta => "delta",
            Tool::Df => "df",
            Tool::Trapd => "listen",
            Tool::Trap => "trap",
            Tool::Inform => "inform",
            Tool::Usm => "usm",
            Tool::Vacm => "vacm",
        }
    }

    /// The tool that a program's path names.
    pub(crate) fn of(program: &OsStr) -> Option<Tool> {
        let name = Path::new(program).file_stem()?.to_str()?;
        Tool::ALL.into_iter().find(|tool| tool.name() == name)
    }

    /// This process runs as this tool from now on.
    pub(crate) fn run(self) {
        // It is set once, before anything asks.
        let _ = CURRENT.set(self);
    }

    /// What this process runs as; `None` for `mibc`.
    pub(crate) fn current() -> Option<Tool> {
        CURRENT.get().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::Tool;
    use std::ffi::OsStr;

    #[test]
    fn names_of_programs() {
        for tool in Tool::ALL {
            assert_eq!(Tool::of(OsStr::new(&format!("/usr/bin/{}", tool.name()))), Some(tool));
        }
        assert_eq!(Tool::of(OsStr::new("snmpget.exe")), Some(Tool::Get));
        for other in ["mibc", "", "snmpgets", "/usr/bin/", "snmp"] {
            assert_eq!(Tool::of(OsStr::new(other)), None, "{other}");
        }
    }
}
