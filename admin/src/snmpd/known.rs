//! Directives of snmpd.conf that mibc has nothing for.

/// Why a directive is left out; the name is in small letters.
pub(super) fn reason(name: &str) -> &'static str {
    match name {
        "agentuser" | "agentgroup" => {
            "the service manager starts the agent as a user (User= and Group= of the unit file)"
        }
        "leave_pidfile" => "the agent writes no file with its process number",
        "maxgetbulkrepeats" | "maxgetbulkresponses" | "avgbulkvarbindsize" => {
            "GETBULK is limited by the size of its response"
        }
        "engineidtype" | "engineidnic" => {
            "the engine ID is not made of the address of an interface: look it up (mibc get AGENT \
             SNMP-FRAMEWORK-MIB::snmpEngineID.0) and write it as `engine-id`"
        }
        "authaccess" => "snmpd itself does not take the form of its manual; write an [[access]]",
        "certsecname"
        | "trustcert"
        | "snmptlstmparams"
        | "snmptlstmaddr"
        | "tsmusetransportprefix"
        | "localcert"
        | "peercert"
        | "tlsalgorithms"
        | "x509crlfile" => "mibc has no transport over TLS, DTLS or SSH",
        "com2secunix" => "only sockets with a path are told apart",
        "agentxretries" | "agentxpingtimeout" => {
            "a sub-agent is asked once, and its session is closed when it has been silent three times"
        }
        "agentxperms" => "only the owner of the socket can connect to it",
        "smuxpeer" | "smuxsocket" => "SMUX is historic",
        "exec" | "sh" | "extend-sh" => {
            "write an `extend` with the whole path of a program: no shell is asked"
        }
        "execfix" | "extendfix" => "a SET runs no program",
        "perl" | "perlinitfile" | "disableperl" | "dlmod" | "injecthandler" | "override" | "table"
        | "add_row" => {
            "an application serves its own objects in Rust, and programs by `pass`, `pass_persist` and `extend`"
        }
        "proc"
        | "procfix"
        | "disk"
        | "includealldisks"
        | "load"
        | "swap"
        | "file"
        | "logmatch"
        | "diskio"
        | "diskio_exclude_fd"
        | "diskio_exclude_loop"
        | "diskio_exclude_ram"
        | "ignoredisk"
        | "skipnfsinhostresources"
        | "storageusenfs"
        | "realstorageunits"
        | "count_kthreads"
        | "interface"
        | "interface_fadeout"
        | "interface_replace_old"
        | "ifmib_max_num_ifaces"
        | "include_ifmib_iface_prefix"
        | "sendmail_config"
        | "sendmail_stats"
        | "sendmail_queue"
        | "sendmail_index"
        | "sendmail_stats_t"
        | "sendmail_queue_t"
        | "maxdisks" => "the agent does not watch its machine",
        "monitor"
        | "defaultmonitors"
        | "linkupdownnotifications"
        | "notificationevent"
        | "setevent"
        | "strictdisman"
        | "repeat"
        | "cron"
        | "at"
        | "agentsecname"
        | "iquerysecname"
        | "iqueryversion"
        | "iqueryseclevel"
        | "donotretainnotificationlogs"
        | "dontretainlogs" => "the agent has no DISMAN-EVENT-MIB",
        "v1trapaddress" => "the address in SNMPv1 traps is the one that they are sent from",
        "pdustatsmax"
        | "pdustatsthreshold"
        | "dontlogtcpwrappersconnects"
        | "quit"
        | "setserialno"
        | "psyslocation"
        | "psyscontact"
        | "psysname"
        | "usmuserentry"
        | "snmpnotifyfiltertable"
        | "targetaddr"
        | "targetparams" => "it means something to snmpd only",
        "sourcefiltertype" | "sourcefilteraddress" => "senders are filtered for each community (`source`)",
        "defdomain" | "deftarget" | "alias" => "addresses are written with their transport",
        _ => "it is no directive of snmpd.conf that is known",
    }
}
