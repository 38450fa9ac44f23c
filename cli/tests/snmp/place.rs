//! A folder to run `mibc` in, with nothing of the user's around.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder with a cache and a configuration of its own.
pub(crate) struct Place {
    folder: TempDir,
}

/// What a command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Place {
        Place { folder: tempfile::tempdir().expect("a folder") }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file that nobody else can read, and gives its path.
    pub(crate) fn secret(&self, name: &str, text: &str) -> String {
        let path = self.path().join(name);
        fs::write(&path, text).expect("a file");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a mode");
        }
        path.display().to_string()
    }

    /// `mibc`, ready to be run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mibc"));
        command.current_dir(self.path()).args(arguments);
        for variable in [
            "MIBC_PATH",
            "MIBC_COMMUNITY",
            "MIBC_USER",
            "MIBC_AUTH_PASSPHRASE",
            "MIBC_PRIV_PASSPHRASE",
            "MIBS",
            "MIBDIRS",
        ] {
            command.env_remove(variable);
        }
        command.env("SNMPCONFPATH", self.path().join("snmp"));
        command.env("XDG_CACHE_HOME", self.path().join("cache"));
        command.env("XDG_CONFIG_HOME", self.path().join("config"));
        command
    }

    /// The same under the name of another tool, for which there is a link in the folder `bin`.
    pub(crate) fn tool(&self, tool: &str, arguments: &[&str]) -> Said {
        self.tool_with(tool, &[], arguments)
    }

    /// The same with these variables in the environment.
    pub(crate) fn tool_with(&self, tool: &str, variables: &[(&str, &str)], arguments: &[&str]) -> Said {
        let mut command = self.linked(tool);
        said(&command.envs(variables.iter().copied()).args(arguments).output().expect("the link runs"))
    }

    /// The same, ready to be run.
    pub(crate) fn linked(&self, tool: &str) -> Command {
        let command = self.command(&[]);
        if !self.path().join("bin").exists() {
            assert_eq!(self.run(&["links", "bin"]).status, Some(0), "links can be made");
        }
        let mut linked = Command::new(self.path().join("bin").join(tool));
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => linked.env(name, value),
                None => linked.env_remove(name),
            };
        }
        linked.current_dir(self.path());
        linked
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        said(&self.command(arguments).output().expect("mibc runs"))
    }

    /// Standard output of a run that must succeed.
    pub(crate) fn answer(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!(said.status, Some(0), "{arguments:?}: {}", said.err);
        said.out
    }
}

pub(crate) fn said(output: &Output) -> Said {
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    Said { status: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// A folder of the workspace.
pub(crate) fn workspace(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The options of a user who signs and enciphers.
pub(crate) const fn v3_user<'t>(name: &'t str, hash: &'t str, passphrases: [&'t str; 2]) -> [&'t str; 13] {
    let [auth, privacy] = passphrases;
    ["-v3", "-u", name, "-l", "authPriv", "-a", hash, "-A", auth, "-x", "AES", "-X", privacy]
}
