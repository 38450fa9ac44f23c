//! OIDs and texts where the typed operations take typed names.
use mibc::{Error, Oid, Session};

async fn get(router: &Session, oid: Oid) -> Result<(), Error> {
    let value = router.get(oid).await?;
    println!("{value}");
    Ok(())
}

async fn walk(router: &Session) -> Result<(), Error> {
    let found = router.walk("1.3.6.1.2.1.1").collect().await?;
    println!("{}", found.len());
    Ok(())
}

fn main() {}
