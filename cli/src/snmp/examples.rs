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
