//! Examples at the end of the help of commands.

pub(crate) const GET: &str = "\
Examples:
  mibc get -v2c -c public 192.0.2.1 sysDescr.0 IF-MIB::ifInOctets.3
  mibc get --profile core -Oqv sysName.0
  mibc get -u operator -a SHA-256 -x AES router.example.net 'vacmGroupName.3.\"operator\"'";

pub(crate) const GETNEXT: &str = "\
Examples:
  mibc getnext -v2c -c public 192.0.2.1 ifDescr.3";

pub(crate) const GETBULK: &str = "\
Examples:
  mibc getbulk -v2c -c public -Cn1 -Cr5 192.0.2.1 sysUpTime ifDescr ifOperStatus";

pub(crate) const SET: &str = "\
Examples:
  mibc set --profile core sysContact.0 = 'operator@example.net'
  mibc set -v2c -c private 192.0.2.1 ifAlias.3 s 'uplink' ifLinkUpDownTrapEnable.3 i 1";

pub(crate) const WALK: &str = "\
Examples:
  mibc walk -v2c -c public 192.0.2.1 system
  mibc walk -v1 -c public -CI -On 192.0.2.1";

pub(crate) const BULKWALK: &str = "\
Examples:
  mibc bulkwalk -v2c -c public 192.0.2.1 ifTable
  mibc bulkwalk --profile core --format json --target core-1 --target core-2 ifXTable";

pub(crate) const TABLE: &str = "\
Examples:
  mibc table -v2c -c public -Cib 192.0.2.1 ifTable
  mibc table --profile core --format csv ipAddressTable";

pub(crate) const LISTEN: &str = "\
Examples:
  mibc listen -c traps udp:0.0.0.0:1162
  mibc listen --profile core --format json udp6:[::]:162 tcp:0.0.0.0:162";

pub(crate) const STATUS: &str = "\
Examples:
  mibc status -v2c -c public 192.0.2.1
  mibc status --profile core";

pub(crate) const DELTA: &str = "\
Examples:
  mibc delta -v2c -c public -Cs -Cp 10 192.0.2.1 ifInOctets.3 ifOutOctets.3";

pub(crate) const DF: &str = "\
Examples:
  mibc df -v2c -c public -Ch 192.0.2.1";

pub(crate) const RECORD: &str = "\
Examples:
  mibc record -v2c -c public 192.0.2.1 -o switch.snmprec
  mibc record -v2c -c public 192.0.2.1 -o switch.jsonl IF-MIB::ifTable";

pub(crate) const TRAP_USAGE: &str = "mibc trap [OPTIONS] <RECEIVER> <UPTIME> <NOTIFICATION> [NAME TYPE VALUE | NAME=VALUE]...
       mibc trap -v1 [OPTIONS] <RECEIVER> <ENTERPRISE> <AGENT> <GENERIC> <SPECIFIC> <UPTIME> [NAME TYPE VALUE | NAME=VALUE]...";

pub(crate) const TRAP: &str = "\
Examples:
  mibc trap -v2c -c traps 192.0.2.1 '' IF-MIB::linkDown ifIndex.7=7 ifAdminStatus.7=up ifOperStatus.7=down
  mibc trap -v1 -c traps 192.0.2.1 1.3.6.1.4.1.32473.1 '' 6 17 ''
  mibc trap -u operator -a SHA-256 -x AES -e 0x8000000001020304 192.0.2.1 '' SNMPv2-MIB::coldStart";

pub(crate) const INFORM_USAGE: &str =
    "mibc inform [OPTIONS] <RECEIVER> <UPTIME> <NOTIFICATION> [NAME TYPE VALUE | NAME=VALUE]...";

pub(crate) const INFORM: &str = "\
Examples:
  mibc inform -v2c -c traps 192.0.2.1 '' IF-MIB::linkUp ifIndex.7 i 7 ifAdminStatus.7=up ifOperStatus.7=up
  mibc inform -u operator -a SHA-256 -x AES tcp:192.0.2.1:162 '' SNMPv2-MIB::warmStart";

pub(crate) const USM: &str = "\
Commands:
  create USER [CLONEFROM]      make a user, with the protocols and keys of another one
  delete USER                  remove it
  activate USER                let it be used
  deactivate USER              let it be used no more
  cloneFrom USER CLONEFROM     give a new user, which is not active yet, protocols and keys
  passwd OLD NEW [USER]        give a user (unless named, oneself) new keys

Examples:
  mibc usm -u admin -a SHA-256 -x AES 192.0.2.1 create watcher template
  mibc usm -u admin -a SHA-256 -x AES -Ca 192.0.2.1 passwd 'of the template' 'new and longer' watcher";

pub(crate) const VACM: &str = "\
Commands:
  createSec2Group MODEL NAME GROUP     put a user or community into a group; MODEL is 1, 2 or 3 (v1, v2c, usm)
  deleteSec2Group MODEL NAME
  createView NAME SUBTREE [MASK]       add a subtree to a view, or take it out (-Ce)
  deleteView NAME SUBTREE
  createAccess GROUP [PREFIX] MODEL LEVEL MATCH READ WRITE NOTIFY
                                       what a group may see, change and be told of, by the names of views; LEVEL is
                                       1 to 3 (noAuthNoPriv, authNoPriv, authPriv), MATCH of contexts exact or prefix
  deleteAccess GROUP [PREFIX] MODEL LEVEL

Examples:
  mibc vacm -u admin -a SHA-256 -x AES 192.0.2.1 createView system 1.3.6.1.2.1.1
  mibc vacm -u admin -a SHA-256 -x AES 192.0.2.1 createSec2Group usm watcher watchers
  mibc vacm -u admin -a SHA-256 -x AES 192.0.2.1 createAccess watchers usm authNoPriv exact system none none";
