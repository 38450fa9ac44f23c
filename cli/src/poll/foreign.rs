//! Configurations of other programs that are given instead of ours.

use std::path::Path;

/// What to do with a configuration that is not ours; `None` if it looks like ours.
pub(super) fn advice(file: &Path, text: &str) -> Option<String> {
    let begins = |word: &str| text.lines().any(|line| line.trim_start().starts_with(word));
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    if ["[[inputs.", "[[outputs.", "[agent]"].iter().any(|word| begins(word)) {
        return Some(
            "this is a configuration of Telegraf; expected devices, modules and profiles in TOML: the section \
             \"From Telegraf\" of docs/poll.md says how to write them"
                .to_owned(),
        );
    }
    let yaml = ["yml", "yaml"].contains(&ending) || begins("modules:") || begins("auths:");
    yaml.then(|| match begins("modules:") || begins("auths:") {
        true => format!(
            "this is a configuration of snmp_exporter; expected a file in TOML that names it, with `snmp-yml = [\"{name}\"]`, \
             and has profiles and devices besides: the section \"From snmp_exporter\" of docs/poll.md has one"
        ),
        false => "this is YAML; expected TOML with devices and profiles, as docs/poll.md has it".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_known() {
        for (file, text, said) in [
            ("snmp.yml", "auths:\n  a: {version: 2}\n", Some("snmp-yml = [\"snmp.yml\"]")),
            ("snmp", "# x\nmodules:\n", Some("snmp-yml = [\"snmp\"]")),
            ("prometheus.yaml", "scrape_configs: []\n", Some("this is YAML")),
            ("telegraf.conf", "[agent]\n", Some("Telegraf")),
            ("t.toml", "# x\n  [[inputs.snmp]]\n", Some("Telegraf")),
            ("fleet.toml", "[module.a]\nmibs = []\n", None),
        ] {
            let advice = advice(Path::new(file), text);
            match said {
                Some(said) => {
                    assert!(advice.as_ref().is_some_and(|advice| advice.contains(said)), "{file}: {advice:?}")
                }
                None => assert_eq!(advice, None),
            }
        }
    }
}
