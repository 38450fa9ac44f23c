//! A value of another type than the object's, written and read.
use mibc::{Session, mibs::if_mib::*};

async fn write_and_read(router: Session) -> Result<(), mibc::Error> {
    router.set(IF_ADMIN_STATUS.at(1), 2_u64).await?;
    let _: u64 = router.get(IF_ADMIN_STATUS.at(1)).await?;
    Ok(())
}

fn main() {}
