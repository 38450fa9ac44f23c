//! The commands that speak SNMP: `get`, `getnext`, `getbulk`, `set`, `walk`, `bulkwalk`, `table`, `status`, `delta`,
//! `df`, `record`, `listen`, `trap`, `inform`, `usm`, `vacm`.
//!
//! Exit status of all of them, as of net-snmp's tools: 0, or 1 if an agent does not answer or what is asked for
//! makes no sense and nothing was sent, or 2 if an agent answered with an error.

mod address;
mod admin;
mod ask;
pub(crate) mod conf;
mod connection;
mod delta;
mod df;
mod dump;
pub(crate) mod examples;
mod extra;
mod get;
pub(crate) mod input;
mod keys;
pub(crate) mod letters;
mod listen;
pub(crate) mod log;
pub(crate) mod missing;
mod names;
mod output;
mod printer;
mod profile;
mod progress;
mod protocols;
mod reason;
mod record;
mod set;
pub(crate) mod spelling;
mod status;
mod table;
mod theirs;
mod tokens;
mod trap;
mod trouble;
mod usm;
mod vacm;
mod value;
mod walk;
pub(crate) mod words;

pub(crate) use delta::{DeltaArguments, delta};
pub(crate) use df::{DfArguments, df};
pub(crate) use get::{BulkArguments, GetArguments, bulk, get, next};
pub(crate) use listen::{ListenArguments, listen};
pub(crate) use record::{RecordArguments, record};
pub(crate) use set::{SetArguments, set};
pub(crate) use status::{StatusArguments, status};
pub(crate) use table::{TableArguments, table};
pub(crate) use trap::{TrapArguments, inform, trap};
pub(crate) use usm::{UsmArguments, usm};
pub(crate) use vacm::{VacmArguments, vacm};
pub(crate) use walk::{WalkArguments, bulk_walk, walk};

use crate::search_path::SearchPath;
use crate::tool::Tool;
use conf::SnmpConf;
use connection::{Agents, Connection};
use extra::Extra;
use input::Input;
use mibc_compiler::query::{Library, Renderer, TranslateError};
use output::{Output, Presentation};
use std::borrow::Cow;
use std::path::PathBuf;

/// Anything that ends a command, as its user reads it.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// A message as it is to be read, without the name of a program in front.
#[derive(Debug)]
pub(crate) struct Told(pub(crate) String);

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Told {}

/// Whether there is an authentication (else privacy) protocol of this name.
pub(crate) fn is_protocol(auth: bool, name: &str) -> bool {
    if auth { protocols::auth(name).is_ok() } else { protocols::privacy(name).is_ok() }
}

/// Whether `snmp.conf` has this token.
pub(crate) fn is_token(token: &str) -> bool {
    tokens::options(token, "").is_some()
}

/// The tokens that say something, a line for each.
pub(crate) fn tokens_text() -> String {
    tokens::text()
}

/// What all commands take that ask agents.
#[derive(Debug, clap::Args)]
pub(crate) struct Common {
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    text: Text,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    extra: Extra,
}

/// How names and values become text.
#[derive(Debug, clap::Args)]
struct Text {
    #[command(flatten)]
    output: Output,
    #[command(flatten, next_help_heading = "Names")]
    search: SearchPath,
    /// Folders with modules, separated by colons; as in net-snmp's tools.
    #[arg(short = 'M', long = "mib-dirs", value_name = "DIR[:DIR]", help_heading = "Names")]
    mib_dirs: Option<String>,
    /// Look names and OIDs up in these modules first.
    ///
    /// Every other module on the search path is known as well, as with `ALL`. With an empty text answers have
    /// numbers instead of names, and values as their own types say.
    #[arg(short = 'm', long = "mibs", value_name = "MODULE[:MODULE]", help_heading = "Names")]
    mibs: Option<String>,
    /// Ignore what is set up for net-snmp's tools: snmp.conf, MIBS and MIBDIRS.
    ///
    /// Options, MIBC_* variables and profiles count more than all of it in any case.
    #[arg(long, help_heading = "Names")]
    no_snmp_conf: bool,
}

/// What a command works with.
struct Work {
    library: Library,
    presentation: Presentation,
    agents: Agents,
    /// What follows the agent.
    operands: Vec<String>,
}

impl Common {
    /// Takes the positional arguments apart: an agent, unless options name some, and what is asked of it.
    fn prepare(&self, operands: &[String]) -> Result<Work, Failure> {
        self.prepare_groups(operands, 1)
    }

    /// The same where the first of so many operands is a name, and so on.
    fn prepare_groups(&self, operands: &[String], group: usize) -> Result<Work, Failure> {
        let mut work = self.prepare_operands(operands)?;
        for name in work.operands.iter_mut().step_by(group) {
            if let Cow::Owned(meant) = self.input.name(&work.library, name)? {
                *name = meant;
            }
        }
        Ok(work)
    }

    /// The same where not all operands are names.
    fn prepare_operands(&self, operands: &[String]) -> Result<Work, Failure> {
        self.input.check()?;
        let mut binding = self.extra.settings()?;
        let conf = self.text.conf();
        let (library, presentation) = self.text.prepare(&conf)?;
        let (mut agents, operands) = self.connection.agents(operands, &conf)?;
        // An option counts more than what is set up.
        binding.local = binding.local.or(agents.binding.local);
        agents.binding = binding;
        Ok(Work { library, presentation, agents, operands })
    }
}

impl Text {
    /// What is set up for net-snmp's tools.
    fn conf(&self) -> SnmpConf {
        SnmpConf::load(self.no_snmp_conf)
    }

    fn prepare(&self, conf: &SnmpConf) -> Result<(Library, Presentation), Failure> {
        let mut presentation = self.output.presentation(&conf.settings().letters())?;
        if let Some(letters) = self.search.input_letters() {
            return Err(format!(
                "-I names a folder with modules, and there is no `{0}`; net-snmp's letters stand behind -I without a \
                 blank: -I{0}",
                letters.display()
            )
            .into());
        }
        if self.mibs.as_deref().map_or(conf.numbers(), str::is_empty) {
            presentation.modules = false;
        }
        let folders: Vec<PathBuf> =
            listed(self.mib_dirs.as_deref()).map(PathBuf::from).chain(conf.mib_folders()).collect();
        missing::searched(&folders);
        let library = self.search.library_with(&folders);
        let mut preferred = self.preferred()?;
        if Tool::current().is_some() {
            missing::leave_out(&mut preferred, &library);
        }
        if let Some(unknown) = preferred.iter().find(|name| !library.has_module(name)) {
            let similar = library.similar_module(unknown).map(str::to_owned);
            return Err(TranslateError::UnknownModule { module: unknown.clone(), similar }.into());
        }
        // With a sign in front the list is added to what is set up, as net-snmp's tools do.
        if self.mibs.as_deref().is_none_or(|mibs| mibs.starts_with(['+', '-'])) {
            preferred.extend(conf.known_modules(&library));
        }
        Ok((library.prefer(preferred)?, presentation))
    }

    /// The modules that `-m` names.
    fn preferred(&self) -> Result<Vec<String>, Failure> {
        let names: Vec<&str> = listed(self.mibs.as_deref()).filter(|name| *name != "ALL").collect();
        if let Some(file) = names.iter().find(|name| name.contains(['/', '\\'])) {
            return Err(
                format!("-m takes names of modules; for the file `{file}`, use `--include {file}`").into()
            );
        }
        Ok(names.into_iter().map(str::to_owned).collect())
    }
}

/// The parts of a list as net-snmp's `-m` and `-M` take it; the sign in front says nothing here.
pub(crate) fn listed(text: Option<&str>) -> impl Iterator<Item = &str> {
    let parts = text.into_iter().flat_map(|text| text.trim_start_matches(['+', '-']).split(':'));
    parts.filter(|part| !part.is_empty())
}

impl Work {
    fn renderer(&self) -> Renderer<'_> {
        self.presentation.renderer(&self.library)
    }
}
