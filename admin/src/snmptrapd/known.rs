//! Directives of snmptrapd.conf that mibc has nothing for.

/// Why a directive is left out; the name is in small letters.
pub(super) fn reason(name: &str) -> &'static str {
    match name {
        "format1" | "format2" | "format" | "outputoption" => {
            "an event is an object of JSON, which jq makes columns of; scripts read what snmptrapd writes without this line"
        }
        "logoption" => {
            "events are lines of standard output: write `path`, or an [[output]] of type syslog with the address of a server"
        }
        "donotfork" | "pidfile" => "it stays in the foreground, for the service manager",
        "donotretainnotificationlogs"
        | "agentxsocket"
        | "agentxtimeout"
        | "agentxretries"
        | "agentxpingtimeout" => "notifications are not kept in the NOTIFICATION-LOG-MIB",
        "addforwarderinfo" => "what is forwarded always has the address of its sender, in snmpTrapAddress.0",
        "sqlmaxqueue" | "sqlsaveinterval" => {
            "there is no output to MySQL: write an [[output]] of type http, nats, kafka or exec"
        }
        "perl" | "perlinitfile" | "disableperl" => "no Perl is built in: write an [[output]] of type exec",
        "authgroup" | "authaccess" | "setaccess" | "com2sec" | "com2sec6" | "com2secunix" | "group"
        | "access" | "view" => {
            "write the communities and users of the group, with `authCommunity` and `authUser`"
        }
        "engineid" | "exactengineid" | "oldengineid" | "engineidtype" | "engineidnic" | "engineboots" => {
            "the engine that informs are sent to has an ID of its own, which is kept in `state`; senders ask for it"
        }
        "mibs" | "mibdirs" => "write `mibs` and `mib-dirs` at the top of the file",
        "dodebugging" | "debugtokens" => "write `log = \"debug\"` at the top of the file",
        "certsecname" | "trustcert" | "localcert" | "peercert" | "tlsalgorithms" | "x509crlfile" => {
            "mibc has no transport over TLS, DTLS or SSH"
        }
        _ => "the directive is not known",
    }
}
