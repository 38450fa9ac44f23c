//! How a tool is called.

use crate::tool::Tool;
use std::process::ExitCode;

/// What follows the name of a tool.
const fn synopsis(tool: Tool) -> &'static str {
    match tool {
        Tool::Get | Tool::GetNext | Tool::BulkGet => "[OPTIONS] AGENT OID [OID]...",
        Tool::Walk | Tool::BulkWalk => "[OPTIONS] AGENT [OID]",
        Tool::Set => "[OPTIONS] AGENT OID TYPE VALUE [OID TYPE VALUE]...",
        Tool::Table => "[OPTIONS] AGENT TABLE-OID",
        Tool::Translate => "[OPTIONS] OID [OID]...",
        Tool::Status => "[OPTIONS] AGENT",
        Tool::Delta => {
            "[-Cf] [-CF commandFile] [-Cl] [-CL SumFileName]\n\t[-Cs] [-Ck] [-Ct] [-CS] [-Cv vars/pkt] [-Cp period]\n\
             \t[-CP peaks] [OPTIONS] AGENT oid [oid ...]"
        }
        Tool::Df => "[-Cu] [OPTIONS] AGENT",
        Tool::Trapd => "[OPTIONS] [LISTENING ADDRESSES]",
        Tool::Trap | Tool::Inform => "[OPTIONS] AGENT TRAP-PARAMETERS",
        Tool::Usm | Tool::Vacm => "[OPTIONS] AGENT COMMAND",
    }
}

/// What a tool has behind -C.
const fn application(tool: Tool) -> &'static str {
    match tool {
        Tool::Get | Tool::GetNext => "  -Cf  SNMPv1: nothing where one name has no value\n",
        Tool::Walk => {
            "  -Cp count, -Ct time, -CT time of each, -Ci with the name itself, -CI without it, -Cc any order, -CE OID end\n"
        }
        Tool::BulkWalk => {
            "  -Cp count, -Ci with the name itself, -Cc any order, -Cn NUM non-repeaters, -Cr NUM max-repetitions\n"
        }
        Tool::BulkGet => "  -Cn NUM non-repeaters, -Cr NUM max-repetitions\n",
        Tool::Set => {
            "  -Cq  print nothing where all went well\n  TYPE: i INTEGER, u unsigned, t TimeTicks, a IP address, o OID, s string, x hexadecimal, d decimal,\n        b BITS, c Counter32, C Counter64, U and I integers of 64 bits, F float, D double, = as the MIB says\n"
        }
        Tool::Table => {
            "  -Cb brief names, -CB GETNEXT, -Cc NUM width of columns, -Cf STR separator, -Ch headings only, -CH none,\n  -Ci index, -Cl left, -Cr NUM max-repetitions, -Cw NUM width\n"
        }
        Tool::Delta => {
            "  -Cs timestamps, -Ck with seconds, -Ct agent's time, -CT tabular, -Cm maximum, -CS sum, -CL NAME of the sum,\n  -Cp SECONDS period, -CP PERIODS peaks, -Cv NUM per request, -CF FILE names, -Cl to files\n"
        }
        Tool::Df => "  -Cu UCD-SNMP-MIB's dskTable, -Ch in KiB, MiB ..., -CH in kB, MB ...\n",
        Tool::Status => "  -Cf  taken, and without effect\n",
        Tool::Trap | Tool::Inform => {
            "  -Ci  send an inform\n  -v 1: ENTERPRISE AGENT GENERIC SPECIFIC UPTIME [OID TYPE VALUE]...\n  -v 2c, 3: UPTIME TRAP-OID [OID TYPE VALUE]...\n"
        }
        Tool::Usm => {
            "  create USER [CLONEFROM], delete USER, activate USER, deactivate USER, cloneFrom USER CLONEFROM,\n  passwd OLD NEW [USER]\n  -CE ENGINE-ID, -Cp STRING usmUserPublic, -Cw createAndWait, -Ca authentication key only, -Cx privacy key only,\n  -Ck keys that are localized\n"
        }
        Tool::Vacm => {
            "  createSec2Group MODEL NAME GROUP, deleteSec2Group MODEL NAME, createView NAME SUBTREE [MASK], deleteView NAME SUBTREE,\n  createAccess GROUP [PREFIX] MODEL LEVEL MATCH READ WRITE NOTIFY, deleteAccess GROUP [PREFIX] MODEL LEVEL\n  -Ce  the view excludes the subtree\n"
        }
        Tool::Translate | Tool::Trapd => "",
    }
}

/// The whole text.
pub(super) fn text(tool: Tool) -> String {
    let usage = if matches!(tool, Tool::Df | Tool::Trapd | Tool::Delta | Tool::Usm | Tool::Vacm) {
        "Usage"
    } else {
        "USAGE"
    };
    let mut out = format!("{usage}: {} {}\n\n", tool.name(), synopsis(tool));
    out += &format!(
        "  mibc {} in place of net-snmp's tool; `mibc {} --help` tells more\n\n",
        env!("CARGO_PKG_VERSION"),
        tool.verb()
    );
    out += match tool {
        Tool::Translate => TRANSLATE,
        Tool::Trapd => TRAPD,
        _ => COMMON,
    };
    out + application(tool)
}

/// The status after the text was asked for.
pub(super) fn status(tool: Tool) -> ExitCode {
    if tool == Tool::Trapd { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

const COMMON: &str = "\
OPTIONS:
  -h this text, -V version, -H tokens that may be given as --TOKEN=VALUE
  -v 1|2c|3     version of SNMP; 3 unless given
  -c COMMUNITY  community (1 and 2c)
  -u USER -l LEVEL -a PROTOCOL -A PASSPHRASE -x PROTOCOL -X PASSPHRASE -n CONTEXT -e ENGINE-ID -E ENGINE-ID
  -3m -3M -3k -3K KEY, -Z BOOTS,TIME   (version 3)
  -r RETRIES    5 unless given
  -t SECONDS    1 unless given
  -d            print messages in hexadecimal; -D dump takes them apart
  -m MIB[:...] -M DIR[:...] -P LETTERS
  -O LETTERS    0 a b e E f n p q Q s S t T u U v x X
  -I LETTERS    b h r R u, s SUFFIX, S PREFIX
  -L LETTERS    e o n, f FILE, s FACILITY
";

const TRANSLATE: &str = "\
OPTIONS:
  -h this text, -V version
  -m MIB[:...] -M DIR[:...] -P LETTERS
  -T LETTERS    d details, p tree, a definitions, l with numbers, o OIDs, s names, z names and OIDs, t types,
                B all that match
  -w WIDTH      of trees and details
  -O LETTERS    0 a b e E f n q Q s S t T u U v x X
  -I LETTERS    b h r R u, s SUFFIX, S PREFIX
  -L LETTERS    e o n, f FILE, s FACILITY
";

const TRAPD: &str = "\
OPTIONS:
  -h this text, -v version
  -c FILE       authCommunity, authUser, createUser, disableAuthorization, snmpTrapdAddr, format1, format2
  -F FORMAT     how notifications are printed, as snmptrapd(8) has it
  -n            no names of hosts
  -m MIB[:...] -M DIR[:...] -O LETTERS -L LETTERS (e o n, f FILE, s FACILITY)
  -f -C -t -a -A -X are taken: it always stays in the foreground
";
