//! The list of commands, in groups.

use clap::Command;
use std::fmt::Write;

/// The commands, by what they are for.
const GROUPS: [(&str, &[&str]); 6] = [
    (
        "Work with MIB modules",
        &["compile", "check", "explain", "translate", "find", "tree", "list", "why", "diff", "fmt"],
    ),
    (
        "Ask agents",
        &[
            "get", "getnext", "getbulk", "set", "walk", "bulkwalk", "table", "status", "delta", "df", "usm",
            "vacm", "record",
        ],
    ),
    ("Send and receive notifications", &["trap", "inform", "listen", "trapd"]),
    ("Collect from many devices", &["exporter", "poll", "fleet"]),
    ("Serve", &["agent", "simulate"]),
    ("This program", &["completions", "links", "man", "help"]),
];

/// Gives the command its help, which has the subcommands in groups.
pub(crate) fn grouped(command: Command) -> Command {
    let styles = command.get_styles();
    let (header, literal) = (*styles.get_header(), *styles.get_literal());
    let mut text = String::new();
    for (heading, names) in GROUPS {
        let mut lines = String::new();
        for name in names {
            let about = match command.find_subcommand(name) {
                Some(subcommand) => subcommand.get_about().map(ToString::to_string).unwrap_or_default(),
                // clap adds it later.
                None if *name == "help" => "Print this text, or the help of a command".to_owned(),
                None => continue,
            };
            let _ = writeln!(lines, "  {literal}{name:<12}{literal:#} {about}");
        }
        if !lines.is_empty() {
            let _ = write!(text, "\n{header}{heading}:{header:#}\n{lines}");
        }
    }
    let options = format!("\n{header}Options:{header:#}\n{{options}}");
    command.help_template(format!("{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{text}{options}"))
}

#[cfg(test)]
mod tests {
    use super::{GROUPS, grouped};
    use crate::Arguments;
    use clap::CommandFactory;

    #[test]
    fn each_command_is_in_a_group() {
        let mut command = grouped(Arguments::command());
        let grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        for name in command.get_subcommands().map(clap::Command::get_name) {
            let count = grouped.iter().filter(|grouped| **grouped == name).count();
            assert_eq!(count, 1, "{name}");
        }
        let help = command.render_help().to_string();
        assert!(help.starts_with("A toolbox for SNMP: "), "{help}");
        for (heading, _) in [GROUPS[0], GROUPS[5]] {
            assert!(help.contains(&format!("\n\n{heading}:\n  ")), "{help}");
        }
        assert!(
            help.contains("\n  walk         Read everything below a name, one variable per request\n"),
            "{help}"
        );
        assert!(help.contains("\n\nOptions:\n  -h, --help "), "{help}");
    }
}
