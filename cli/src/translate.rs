//! `mibc translate`: names to OIDs, and OIDs to names.

use crate::output;
use crate::search_path::SearchPath;
use crate::snmp::Failure;
use crate::snmp::conf::SnmpConf;
use mibc_compiler::query::{Answer, Direction, Form, Root, Translator};
use std::process::ExitCode;

/// What `mibc translate` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct TranslateArguments {
    #[command(flatten)]
    search: SearchPath,
    /// How to write the answer: module (`IF-MIB::ifDescr.3`), short (`ifDescr.3`), numeric, or full (every name from
    /// the root on); also `-OS`, `-Os`, `-On`, `-Of`. Unless said otherwise, names become numbers and numbers become
    /// names with their module.
    #[arg(short = 'O', long = "form", value_name = "FORM")]
    form: Option<Form>,
    /// Print the whole definition: where it comes from, its types, its index, and its path in the tree; also `-Td`.
    #[arg(short = 'd', long)]
    detail: bool,
    /// As net-snmp's tools have it: `-Td` is `--detail`.
    #[arg(short = 'T', value_name = "d", value_parser = ["d"], hide = true)]
    transform: Option<String>,
    /// Leave what is set up for net-snmp's tools alone: snmp.conf, MIBS and MIBDIRS.
    #[arg(long)]
    no_snmp_conf: bool,
    /// Names, instances or OIDs: `ifDescr`, `IF-MIB::ifDescr.3`, `vacmAccessContextMatch."group"."".any.noAuthNoPriv`,
    /// `1.3.6.1.2.1.2`. Strings in an index stand in quotes, which the shell must leave alone.
    #[arg(required = true, value_name = "NAME|OID")]
    questions: Vec<String>,
}

/// Answers on standard output, one line each; what has no answer is explained on standard error.
pub(crate) fn run(arguments: &TranslateArguments) -> Result<ExitCode, Failure> {
    let conf = SnmpConf::load(arguments.no_snmp_conf);
    let library = arguments.search.library_with(&conf.mib_folders());
    let preferred = conf.known_modules(&library);
    let library = library.prefer(preferred)?;
    let mut translator = Translator::new(&library);
    let mut failed = false;
    let mut text = String::new();
    for question in &arguments.questions {
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
            Ok(answer) if arguments.detail || arguments.transform.is_some() => {
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
                eprintln!("{}\nerror: {error}", crate::snmp::words::unknown_text(question, &error));
            }
        }
    }
    output::to_stdout(&text)?;
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
