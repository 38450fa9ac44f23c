//! A column where one variable is asked for.
use mibc::{Error, Session, mibs, oid};

async fn read(router: &Session) -> Result<(), Error> {
    let descr = router.get(mibs::if_mib::IF_DESCR).await?;
    println!("{descr}");
    Ok(())
}

async fn read_by_name(router: &Session) -> Result<(), Error> {
    let descr = router.get(oid!("IF-MIB::ifDescr")).await?;
    println!("{descr}");
    Ok(())
}

async fn read_both(router: &Session) -> Result<(), Error> {
    let (number, descr) = router.get((mibs::if_mib::IF_NUMBER, mibs::if_mib::IF_DESCR)).await?;
    println!("{number} {descr}");
    Ok(())
}

async fn write(router: &Session) -> Result<(), Error> {
    router.set(mibs::if_mib::IF_ALIAS, "uplink".into()).await?;
    Ok(())
}

fn main() {}
