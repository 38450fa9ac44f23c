//! What is set up for net-snmp's tools: `snmp.conf`, `hosts/NAME.conf`, and the environment's `MIBS`, `MIBDIRS` and
//! `SNMPCONFPATH`. All of it counts less than options, `MIBC_*` variables and profiles.

mod line;
mod settings;

pub(crate) use settings::Settings;

use super::missing;
use crate::tool::Tool;
use mibc_compiler::query::Library;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Folders with configuration where `SNMPCONFPATH` does not say; the user's own comes behind them.
const FOLDERS: [&str; 2] = ["/etc/snmp", "/usr/share/snmp"];

/// The files of a folder, in the order of their reading. What comes later counts.
const FILES: [&str; 2] = ["snmp.conf", "snmp.local.conf"];

/// Most octets of a file, and most files that one includes with all that those include.
const MAX_OCTETS: u64 = 1 << 20;
const MAX_FILES: usize = 100;

/// All that is set up.
#[derive(Debug, Default)]
pub(crate) struct SnmpConf {
    folders: Vec<PathBuf>,
    settings: Settings,
    /// `MIBS` is set and names no module, and this is one of net-snmp's tools. Modules are built into `mibc`: under its
    /// own name such a `MIBS`, which scripts set where no module is installed, says nothing.
    numbers: bool,
}

impl SnmpConf {
    /// Reads what there is; nothing if it is turned `off`. Lines that cannot be read are reported on standard error.
    pub(crate) fn load(off: bool) -> SnmpConf {
        if off {
            return SnmpConf::default();
        }
        let folders = folders();
        let mut settings = Settings::default();
        for file in folders.iter().flat_map(|folder| FILES.map(|file| folder.join(file))) {
            read(&file, &mut settings, &mut |warning| eprintln!("warning: {warning}"));
        }
        let set = |name| env::var(name).ok();
        let (mibs, as_tool) = (set("MIBS"), Tool::current().is_some());
        let names_none = mibs.as_deref().is_some_and(|text| text.trim_matches([':', ' ']).is_empty());
        if let Some(text) = mibs.filter(|_| as_tool || !names_none) {
            settings::list(&mut settings.modules, &text);
        }
        if let Some(text) = set("MIBDIRS").filter(|text| !text.is_empty()) {
            settings::list(&mut settings.folders, &text);
        }
        SnmpConf { folders, settings, numbers: names_none && as_tool }
    }

    /// What is set up for all agents.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What is set up for one agent: `hosts/NAME.conf` has the last word, where NAME is the agent as it was given or
    /// its name without transport and port.
    pub(crate) fn of(&self, agent: &str) -> Settings {
        let mut settings = self.settings.clone();
        let mut names = vec![host(agent), agent];
        names.dedup();
        names.retain(|name| !name.is_empty() && !name.contains(['/', '\\']));
        for folder in &self.folders {
            for name in &names {
                let file = folder.join("hosts").join(format!("{name}.conf"));
                read(&file, &mut settings, &mut |warning| eprintln!("warning: {warning}"));
            }
        }
        settings
    }

    /// Whether answers are to be in numbers: no module is wanted at all.
    pub(crate) fn numbers(&self) -> bool {
        self.numbers
    }

    /// Folders and files with modules; those that are not there are left out.
    pub(crate) fn mib_folders(&self) -> Vec<PathBuf> {
        let all = self.settings.folders.iter().flatten().chain(&self.settings.files);
        all.map(PathBuf::from).filter(|path| path.exists()).collect()
    }

    /// The modules to look in first. Those that are not there are reported on standard error, as net-snmp's tools do.
    pub(crate) fn known_modules(&self, library: &Library) -> Vec<String> {
        let names = self.settings.modules.iter().flatten().filter(|name| *name != "ALL");
        if Tool::current().is_some() {
            let mut names: Vec<String> = names.cloned().collect();
            missing::leave_out(&mut names, library);
            return names;
        }
        let (known, unknown): (Vec<String>, Vec<String>) =
            names.cloned().partition(|name| library.has_module(name));
        for name in unknown {
            eprintln!("warning: Cannot find module ({name}), which MIBS or snmp.conf names");
        }
        known
    }
}

/// Where configuration is looked for.
fn folders() -> Vec<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    if let Some(path) = set("SNMPCONFPATH") {
        return env::split_paths(&path).filter(|path| !path.as_os_str().is_empty()).collect();
    }
    let own = set("HOME").map(|home| PathBuf::from(home).join(".snmp"));
    FOLDERS.iter().map(PathBuf::from).chain(own).collect()
}

/// The name of an agent without its transport and port.
fn host(agent: &str) -> &str {
    let transports = ["udp:", "udp6:", "tcp:", "tcp6:"];
    let rest = transports.iter().find_map(|transport| agent.strip_prefix(transport)).unwrap_or(agent);
    match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => match rest.split_once(':') {
            Some((host, port)) if !port.contains(':') => host,
            _ => rest,
        },
    }
}

/// Reads a file into `settings`, and the files that it includes; one that is not there says nothing.
fn read(file: &Path, settings: &mut Settings, warn: &mut dyn FnMut(String)) {
    let mut seen = HashSet::new();
    let mut waiting = vec![file.to_path_buf()];
    while let Some(file) = waiting.pop() {
        if !seen.insert(file.clone()) {
            continue;
        }
        if seen.len() > MAX_FILES {
            return warn(format!(
                "{}: more than {MAX_FILES} files are included; the rest is not read",
                file.display()
            ));
        }
        match text(&file) {
            Ok(Some(text)) => {
                let included = lines(&file, &text, settings, warn);
                waiting.extend(included.into_iter().rev());
            }
            Ok(None) => {}
            Err(error) => warn(format!("cannot read {}: {error}", file.display())),
        }
    }
}

fn text(file: &Path) -> Result<Option<String>, String> {
    match fs::metadata(file) {
        Ok(about) if !about.is_file() => return Ok(None),
        Ok(about) if about.len() > MAX_OCTETS => {
            return Err(format!("it is longer than {MAX_OCTETS} octets"));
        }
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        // A folder that is somebody else's.
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => return Ok(None),
        Err(error) => return Err(error.to_string()),
    }
    let octets = fs::read(file).map_err(|error| error.to_string())?;
    Ok(Some(String::from_utf8_lossy(&octets).into_owned()))
}

/// Takes in the lines of a file, and gives the files that it includes.
fn lines(file: &Path, text: &str, settings: &mut Settings, warn: &mut dyn FnMut(String)) -> Vec<PathBuf> {
    let (mut included, mut section) = (Vec::new(), line::Section::default());
    for (number, line) in text.lines().enumerate() {
        let place = || format!("{}:{}", file.display(), number + 1);
        let Some(directive) = section.directive(line) else { continue };
        let name = directive.name.to_ascii_lowercase();
        let (folder, value) = (file.parent().unwrap_or(Path::new("")), &directive.value);
        match name.as_str() {
            "includefile" => included.push(folder.join(value)),
            "includedir" => included.extend(files_of(&folder.join(value))),
            _ => {
                if let Err(problem) = settings.set(&name, directive.name, value) {
                    warn(format!("{}: {problem}", place()));
                }
            }
        }
    }
    included
}

/// The files of a folder that is included, in order.
fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "conf")).collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests;
