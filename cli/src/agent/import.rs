//! `mibc agent import`.

use crate::import::ImportArguments;
use crate::service::REFUSED;
use crate::snmp::Failure;
use mibc_admin::config::Config;
use mibc_admin::snmpd::{Import, OsFiles};
use std::process::ExitCode;

pub(super) fn run(arguments: &ImportArguments) -> Result<ExitCode, Failure> {
    let names = arguments.names();
    let import = Import::read(&arguments.files(), &OsFiles, &names);
    arguments.write(&import)?;
    match Config::parse(import.toml(), arguments.folder(), &names) {
        Ok(config) => {
            super::tell(arguments.place(), &config.check());
            Ok(ExitCode::SUCCESS)
        }
        Err(problems) => {
            super::tell(arguments.place(), &problems.list);
            Ok(ExitCode::from(REFUSED))
        }
    }
}
