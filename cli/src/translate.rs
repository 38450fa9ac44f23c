//! `mibc translate`: names to OIDs, and OIDs to names.

mod classic;

use crate::output;
use crate::search_path::SearchPath;
use crate::snmp::conf::SnmpConf;
use crate::snmp::input::Input;
use crate::snmp::{self, Failure, log, missing};
use crate::tool::Tool;
use mibc_compiler::query::{Answer, Direction, Form, Root, Translator};
use std::path::PathBuf;
use std::process::ExitCode;

/// What `mibc translate` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct TranslateArguments {
    #[command(flatten)]
    search: SearchPath,
    /// How to write the answer: module (`IF-MIB::ifDescr.3`), short (`ifDescr.3`), numeric, or full (every name from
    /// the root on). By default, names become numbers and numbers become
    /// names with their module.
    #[arg(long = "form", value_name = "FORM")]
    form: Option<Form>,
    /// Letters as net-snmp's snmptranslate has them: n s S f u, b X E.
    #[arg(short = 'O', value_name = "LETTERS")]
    letters: Vec<String>,
    /// Print the whole definition: where it comes from, its types, its index, and its path in the tree.
    #[arg(short = 'd', long)]
    detail: bool,
    /// Letters as snmptranslate has them: d (a definition), p (a picture of the tree), a (assignments), l (names with
    /// numbers), o (OIDs), s (names), t (types), z (names and OIDs), B (all names that a regular expression finds).
    ///
    /// Without a name, p a l o s t z are about the whole tree of the modules that -m names, or of all.
    #[arg(short = 'T', value_name = "LETTERS")]
    transform: Vec<String>,
    /// The modules that -T is about, and that names are looked up in first.
    #[arg(short = 'm', long = "mibs", value_name = "MODULE[:MODULE]")]
    pub(crate) mibs: Option<String>,
    /// Folders with modules, separated by colons.
    #[arg(short = 'M', long = "mib-dirs", value_name = "DIR[:DIR]")]
    mib_dirs: Option<String>,
    #[command(flatten)]
    input: Input,
    /// Where messages about errors go: e (standard error), o (standard output), n (nowhere), f FILE.
    #[arg(short = 'L', long = "log-to", value_name = "PLACE")]
    log_to: Vec<String>,
    /// Taken for the sake of net-snmp's scripts.
    #[arg(short = 'P', value_name = "LETTERS", hide = true)]
    parsing: Vec<String>,
    /// Taken for the sake of net-snmp's scripts: lines are as long as they are.
    #[arg(short = 'w', value_name = "WIDTH", hide = true)]
    width: Option<u32>,
    /// Taken for the sake of net-snmp's scripts.
    #[arg(short = 'D', value_name = "SUBJECTS", hide = true)]
    debug: Vec<String>,
    /// Ignore what is set up for net-snmp's tools: snmp.conf, MIBS and MIBDIRS.
    #[arg(long)]
    no_snmp_conf: bool,
    /// Names, instances or OIDs: `ifDescr`, `IF-MIB::ifDescr.3`, `snmpNotifyTag."night"`,
    /// `1.3.6.1.2.1.2`. Strings in an index are in quotes, which need quoting in the shell.
    #[arg(value_name = "NAME|OID")]
    questions: Vec<String>,
}

/// Answers on standard output, one line each; what has no answer is explained on standard error.
pub(crate) fn run(arguments: &TranslateArguments) -> Result<ExitCode, Failure> {
    log::to(&arguments.log_to)?;
    arguments.input.check()?;
    let conf = SnmpConf::load(arguments.no_snmp_conf);
    let own = snmp::listed(arguments.mib_dirs.as_deref()).map(PathBuf::from);
    let folders: Vec<PathBuf> = own.chain(conf.mib_folders()).collect();
    missing::searched(&folders);
    let library = arguments.search.library_with(&folders);
    let named = snmp::listed(arguments.mibs.as_deref()).filter(|name| *name != "ALL").map(str::to_owned);
    let mut preferred: Vec<String> = named.collect();
    if Tool::current().is_some() {
        missing::leave_out(&mut preferred, &library);
    }
    // With a sign in front the list is added to what is set up, as net-snmp's tools do.
    if arguments.mibs.as_deref().is_none_or(|mibs| mibs.starts_with(['+', '-'])) {
        preferred.extend(conf.known_modules(&library));
    }
    let library = library.prefer(preferred)?;
    if !arguments.transform.is_empty() || !arguments.letters.is_empty() || Tool::current().is_some() {
        return classic::run(arguments, &library);
    }
    if arguments.questions.is_empty() {
        return Err("nothing to translate: give a name or an OID".into());
    }
    let mut translator = Translator::new(&library);
    let mut failed = false;
    let mut text = String::new();
    for question in &arguments.questions {
        let question = &*arguments.input.name(&library, question)?;
        if let Some(root) = Root::parse(question).filter(|root| root.first().is_some()) {
            text.push_str(&root.text(arguments.form.unwrap_or(
                match question.contains(char::is_alphabetic) {
                    true => Form::Numeric,
                    false => Form::Module,
                },
            )));
            text.push('\n');
            continue;
        }
        match translator.translate(question) {
            Ok(answer) if arguments.detail => {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(&answer.detail());
            }
            Ok(answer) => {
                note_others(question, &answer);
                text.push_str(&answer.text(arguments.form.unwrap_or(match answer.direction {
                    Direction::ToOid => Form::Numeric,
                    Direction::ToName => Form::Module,
                })));
                text.push('\n');
            }
            Err(error) => {
                failed = true;
                log::say(&format!("{}\nerror: {error}", snmp::words::unknown_text(question, &error)));
            }
        }
    }
    output::to_stdout(&text)?;
    // The program ends here: giving the index and the models back piece by piece would be wasted work.
    std::mem::forget(translator);
    std::mem::forget(library);
    Ok(if failed { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

/// An OID that other modules call something else deserves a word: vendors collide.
fn note_others(question: &str, answer: &Answer) {
    if answer.direction == Direction::ToName {
        let own = answer.model().spelling(answer.definition().name);
        let others: Vec<&str> = answer
            .others
            .iter()
            .filter(|other| other.split("::").nth(1) != Some(own))
            .map(String::as_str)
            .collect();
        if !others.is_empty() {
            eprintln!("note: {question} is also {}", others.join(", "));
        }
    }
}
