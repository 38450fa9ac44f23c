//! Columns of rows with different indexes in one table read.
use mibc::{Error, Session, mibs::if_mib::*};

async fn read(router: &Session) -> Result<(), Error> {
    let mut rows = router.table((IF_DESCR, IF_STACK_STATUS));
    while let Some((index, (descr, status))) = rows.try_next().await? {
        println!("{index} {descr:?} {status:?}");
    }
    Ok(())
}

fn main() {}
