//! `mibc vacm`: who may see and change what of an agent (RFC 3415).

use super::admin::{self, Trouble};
use super::{Common, Failure, Work, names, words};
use mibc_compiler::query::Renderer;
use mibc_generated::snmp_framework_mib::{SnmpAdminString, SnmpSecurityLevel, SnmpSecurityModel};
use mibc_generated::snmp_view_based_acm_mib::*;
use mibc_generated::snmpv2_tc::RowStatus;
use mibc_runtime::index::{Index, IndexWriter};
use mibc_runtime::manager::Session;
use mibc_runtime::oid::Oid;
use mibc_runtime::typed::Assignment;
use mibc_runtime::value::{OctetString, Value, VarBind};
use std::process::ExitCode;

/// Most octets of a mask (RFC 3415 §4).
const MAX_MASK: usize = 16;

/// What `mibc vacm` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct VacmArguments {
    #[command(flatten)]
    common: Common,
    /// The view does not have the subtree (net-snmp: -Ce).
    #[arg(help_heading = None, long)]
    excluded: bool,
    /// The agent (unless --target or a profile names it), a command and its arguments; see below.
    #[arg(help_heading = None, required = true, value_name = "AGENT|COMMAND")]
    operands: Vec<String>,
}

/// A change, and what is said when it is made.
#[derive(Default)]
struct Change {
    assignments: Vec<Assignment>,
    /// Of a table without typed constants.
    varbinds: Vec<VarBind>,
    done: &'static str,
}

pub(crate) fn vacm(arguments: &VacmArguments) -> Result<ExitCode, Failure> {
    let work = arguments.common.prepare_operands(&arguments.operands)?;
    let change = read(&work, arguments.excluded)?;
    let set = async |session: &Session| -> Result<(), Trouble> {
        if !change.varbinds.is_empty() {
            return Ok(session.set_varbinds(&change.varbinds).await?);
        }
        Ok(session.set_all(change.assignments.iter().cloned()).await?)
    };
    admin::run(&work, change.done, set)
}

fn read(work: &Work, excluded: bool) -> Result<Change, Failure> {
    let operands: Vec<&str> = work.operands.iter().map(String::as_str).collect();
    let Some((command, given)) = operands.split_first() else {
        return Err(words::misuse(
            "Please specify a operation to perform.",
            format!("expected a command: {COMMANDS}"),
        ));
    };
    let renderer = work.renderer();
    let misuse = |theirs: &str, form: &str| words::misuse(theirs, format!("expected {command} {form}"));
    match *command {
        "createSec2Group" => match given {
            [model, name, group] => Ok(Change {
                assignments: vec![
                    VACM_SECURITY_TO_GROUP_STATUS.at(member(model, name)?).assign(RowStatus::CREATE_AND_GO),
                    VACM_GROUP_NAME.at(member(model, name)?).assign(text(group)),
                ],
                done: "Sec2group successfully created.",
                ..Change::default()
            }),
            _ => Err(misuse("You must specify model, security name and group name", "MODEL NAME GROUP")),
        },
        "deleteSec2Group" => match given {
            [model, name] => Ok(Change {
                assignments: vec![
                    VACM_SECURITY_TO_GROUP_STATUS.at(member(model, name)?).assign(RowStatus::DESTROY),
                ],
                done: "Sec2group successfully deleted.",
                ..Change::default()
            }),
            _ => Err(misuse("You must specify the sec2group to delete", "MODEL NAME")),
        },
        "createView" => match given {
            [name, subtree] => create_view(&renderer, name, subtree, None, excluded),
            [name, subtree, mask] => create_view(&renderer, name, subtree, Some(mask), excluded),
            _ => Err(misuse("You must specify name, subtree and mask", "NAME SUBTREE [MASK]")),
        },
        "deleteView" => match given {
            [name, subtree] => Ok(Change {
                assignments: vec![
                    VACM_VIEW_TREE_FAMILY_STATUS
                        .at(family(&renderer, name, subtree)?)
                        .assign(RowStatus::DESTROY),
                ],
                done: "View successfully deleted.",
                ..Change::default()
            }),
            _ => Err(misuse("You must specify the view to delete", "NAME SUBTREE")),
        },
        "createAccess" => match given {
            [group, model, level, rule, views @ ..] if views.len() == 3 => {
                create_access(access(group, "", model, level)?, rule, views)
            }
            [group, prefix, model, level, rule, views @ ..] if views.len() == 3 => {
                create_access(access(group, prefix, model, level)?, rule, views)
            }
            _ => Err(misuse(
                "You must specify the access entry to create",
                "GROUP [PREFIX] MODEL LEVEL MATCH READ WRITE NOTIFY",
            )),
        },
        "deleteAccess" => match given {
            [group, model, level] => Ok(delete_access(access(group, "", model, level)?)),
            [group, prefix, model, level] => Ok(delete_access(access(group, prefix, model, level)?)),
            _ => Err(misuse("You must specify the access entry to delete", "GROUP [PREFIX] MODEL LEVEL")),
        },
        "createAuth" => match given {
            [group, model, level, kind, rule, view] => {
                create_auth(access(group, "", model, level)?, kind, rule, view)
            }
            [group, prefix, model, level, kind, rule, view] => {
                create_auth(access(group, prefix, model, level)?, kind, rule, view)
            }
            _ => Err(misuse(
                "You must specify the authAccess entry to create",
                "GROUP [PREFIX] MODEL LEVEL KIND MATCH VIEW",
            )),
        },
        "deleteAuth" => match given {
            [group, model, level, kind] => delete_auth(access(group, "", model, level)?, kind),
            [group, prefix, model, level, kind] => delete_auth(access(group, prefix, model, level)?, kind),
            _ => Err(misuse(
                "You must specify the authAccess entry to delete",
                "GROUP [PREFIX] MODEL LEVEL KIND",
            )),
        },
        other => {
            Err(words::misuse("Unknown command", format!("`{other}` is not a command; expected {COMMANDS}")))
        }
    }
}

const COMMANDS: &str = "createSec2Group, deleteSec2Group, createView, deleteView, createAccess, deleteAccess, createAuth or \
                        deleteAuth";

/// nsVacmAccessEntry of NET-SNMP-VACM-MIB, which only net-snmp's agents have: what else but read, write and notify a group may
/// do (log, execute, net). It has no typed constants.
const NS_VACM_ACCESS_ENTRY: [u32; 11] = [1, 3, 6, 1, 4, 1, 8072, 1, 9, 1, 1];
const NS_VACM_CONTEXT_MATCH: u32 = 2;
const NS_VACM_VIEW_NAME: u32 = 3;
const NS_VACM_STATUS: u32 = 5;

/// A cell of that table.
fn auth_cell(row: &VacmAccessIndex, kind: &str, column: u32, value: Value) -> Result<VarBind, Failure> {
    let mut name = IndexWriter::column(&NS_VACM_ACCESS_ENTRY, column);
    row.write(&mut name);
    name.string(kind.as_bytes());
    Ok(VarBind { name: name.finish()?, value })
}

fn create_auth(row: VacmAccessIndex, kind: &str, rule: &str, view: &str) -> Result<Change, Failure> {
    let cell = |column, value| auth_cell(&row, kind, column, value);
    let varbinds = vec![
        cell(NS_VACM_STATUS, Value::Integer(RowStatus::CREATE_AND_GO.0))?,
        cell(NS_VACM_CONTEXT_MATCH, Value::Integer(context_match(rule)?.0))?,
        cell(NS_VACM_VIEW_NAME, Value::OctetString(view.into()))?,
    ];
    Ok(Change { varbinds, assignments: Vec::new(), done: "AuthAccess successfully created." })
}

fn delete_auth(row: VacmAccessIndex, kind: &str) -> Result<Change, Failure> {
    let status = auth_cell(&row, kind, NS_VACM_STATUS, Value::Integer(RowStatus::DESTROY.0))?;
    Ok(Change { varbinds: vec![status], assignments: Vec::new(), done: "AuthAccess successfully deleted." })
}

fn context_match(rule: &str) -> Result<VacmAccessContextMatch, Failure> {
    match rule.to_ascii_lowercase().as_str() {
        "1" | "exact" => Ok(VacmAccessContextMatch::EXACT),
        "2" | "prefix" => Ok(VacmAccessContextMatch::PREFIX),
        _ => Err(wrong(rule, "a way to compare contexts: exact (1) or prefix (2)")),
    }
}

fn create_view(
    renderer: &Renderer<'_>,
    name: &str,
    subtree: &str,
    mask: Option<&str>,
    excluded: bool,
) -> Result<Change, Failure> {
    let family = family(renderer, name, subtree)?;
    let kind = match excluded {
        true => VacmViewTreeFamilyType::EXCLUDED,
        false => VacmViewTreeFamilyType::INCLUDED,
    };
    let mut assignments =
        vec![VACM_VIEW_TREE_FAMILY_STATUS.at(family.clone()).assign(RowStatus::CREATE_AND_GO)];
    // Without a mask all of the subtree's numbers count.
    if let Some(mask) = mask {
        assignments
            .push(VACM_VIEW_TREE_FAMILY_MASK.at(family.clone()).assign(OctetString::from(octets(mask)?)));
    }
    assignments.push(VACM_VIEW_TREE_FAMILY_TYPE.at(family).assign(kind));
    Ok(Change { assignments, done: "View successfully created.", ..Change::default() })
}

fn create_access(row: VacmAccessIndex, rule: &str, views: &[&str]) -> Result<Change, Failure> {
    let rule = context_match(rule)?;
    let mut assignments = vec![
        VACM_ACCESS_STATUS.at(row.clone()).assign(RowStatus::CREATE_AND_GO),
        VACM_ACCESS_CONTEXT_MATCH.at(row.clone()).assign(rule),
    ];
    let columns = [VACM_ACCESS_READ_VIEW_NAME, VACM_ACCESS_WRITE_VIEW_NAME, VACM_ACCESS_NOTIFY_VIEW_NAME];
    assignments
        .extend(columns.iter().zip(views).map(|(column, view)| column.at(row.clone()).assign(text(view))));
    Ok(Change { assignments, done: "Access successfully created.", ..Change::default() })
}

fn delete_access(row: VacmAccessIndex) -> Change {
    Change {
        assignments: vec![VACM_ACCESS_STATUS.at(row).assign(RowStatus::DESTROY)],
        done: "Access successfully deleted.",
        ..Change::default()
    }
}

fn text(text: &str) -> SnmpAdminString {
    text.into()
}

fn wrong(found: &str, expected: &str) -> Failure {
    words::misuse("", format!("`{found}` is not {expected}"))
}

/// A number, or one of these names, which begin with number 0.
fn named(found: &str, names: &[&[&str]]) -> Option<i32> {
    let plain = found.to_ascii_lowercase().replace('-', "");
    let place = names.iter().position(|names| names.contains(&plain.as_str()));
    place.and_then(|place| i32::try_from(place).ok()).or_else(|| found.parse().ok())
}

/// A security model (RFC 3411 §5).
fn model(found: &str) -> Result<SnmpSecurityModel, Failure> {
    let names: &[&[&str]] = &[&["any"], &["v1", "snmpv1"], &["v2c", "2c", "snmpv2c"], &["v3", "usm"]];
    let number = named(found, names).filter(|number| *number >= 0);
    number
        .map(SnmpSecurityModel)
        .ok_or_else(|| wrong(found, "a security model: any, v1, v2c, usm or a number"))
}

fn level(found: &str) -> Result<SnmpSecurityLevel, Failure> {
    let names: &[&[&str]] = &[
        &[],
        &["noauthnopriv", "noauth", "nanp"],
        &["authnopriv", "auth", "anp"],
        &["authpriv", "priv", "ap"],
    ];
    let number = named(found, names).filter(|number| (1..=3).contains(number));
    number
        .map(SnmpSecurityLevel)
        .ok_or_else(|| wrong(found, "a security level: noAuthNoPriv (1), authNoPriv (2) or authPriv (3)"))
}

fn member(security_model: &str, name: &str) -> Result<VacmSecurityToGroupIndex, Failure> {
    Ok((model(security_model)?, text(name)).into())
}

fn access(
    group: &str,
    prefix: &str,
    security_model: &str,
    security_level: &str,
) -> Result<VacmAccessIndex, Failure> {
    Ok((text(group), text(prefix), model(security_model)?, level(security_level)?).into())
}

fn family(renderer: &Renderer<'_>, name: &str, subtree: &str) -> Result<VacmViewTreeFamilyIndex, Failure> {
    let subtree: Oid = names::any(renderer, subtree)?;
    Ok((text(name), subtree).into())
}

/// A mask in hexadecimal: octets with dots or colons between them, as net-snmp's tool has it, or pairs of digits.
fn octets(found: &str) -> Result<Vec<u8>, Failure> {
    let plain = found.strip_prefix("0x").unwrap_or(found);
    let digits = |text: &str| text.bytes().all(|c| c.is_ascii_hexdigit()) && !text.is_empty();
    let octet = |text: &str| digits(text).then(|| u8::from_str_radix(text, 16).ok()).flatten();
    let read: Option<Vec<u8>> = match plain.contains(['.', ':']) || plain.len() == 1 {
        true => plain.split(['.', ':']).map(octet).collect(),
        false => (digits(plain) && plain.len().is_multiple_of(2))
            .then(|| (0..plain.len() / 2).map(|n| octet(plain.get(2 * n..2 * n + 2)?)).collect())
            .flatten(),
    };
    read.filter(|mask| mask.len() <= MAX_MASK).ok_or_else(|| {
        words::mistake(
            "invalid MASK",
            format!("`{found}` is not a mask: at most {MAX_MASK} octets in hexadecimal, such as ff:a0"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{level, model, octets};

    #[test]
    fn words_and_numbers() {
        for (text, number) in
            [("any", 0), ("v1", 1), ("2c", 2), ("usm", 3), ("USM", 3), ("3", 3), ("256", 256)]
        {
            assert_eq!(model(text).expect("a model").0, number, "{text}");
        }
        for (text, number) in [("noAuthNoPriv", 1), ("auth", 2), ("3", 3), ("authPriv", 3)] {
            assert_eq!(level(text).expect("a level").0, number, "{text}");
        }
        for wrong in ["", "4", "0", "-1", "x"] {
            assert!(level(wrong).is_err(), "{wrong}");
        }
        assert!(model("-1").is_err() && model("").is_err() && model("tsm?").is_err());
    }

    #[test]
    fn masks() {
        for (text, mask) in [
            ("ff", &[0xff][..]),
            ("f.e.0", &[15, 14, 0]),
            ("ff:a0", &[0xff, 0xa0]),
            ("0xfffe", &[0xff, 0xfe]),
            ("8", &[8]),
        ] {
            assert_eq!(octets(text).expect("a mask"), mask, "{text}");
        }
        for wrong in ["", "fff", "zz", "f..e", "100.1", "+1", "é", &"ff".repeat(17)] {
            assert!(octets(wrong).is_err(), "{wrong}");
        }
    }
}
