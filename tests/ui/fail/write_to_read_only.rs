//! A write to an object whose MAX-ACCESS is read-only.
use mibc::{Error, Session, mibs::if_mib::*};

async fn set(router: &Session) -> Result<(), Error> {
    router.set(IF_OPER_STATUS.at(1), IfOperStatus::UP).await?;
    Ok(())
}

async fn set_all(router: &Session) -> Result<(), Error> {
    router.set_all([IF_ADMIN_STATUS.at(1).assign(IfAdminStatus::UP), IF_NUMBER.assign(2)]).await?;
    Ok(())
}

fn main() {}
