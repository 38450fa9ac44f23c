//! An index that is not accessible, asked for as if it were a value.
use mibc::{Error, Session, mibs::if_mib::*};

async fn get(router: &Session) -> Result<(), Error> {
    let layer = router.get(IF_STACK_HIGHER_LAYER.at((1, 2))).await?;
    println!("{layer}");
    Ok(())
}

async fn table(router: &Session) -> Result<(), Error> {
    let mut rows = router.table((IF_STACK_LOWER_LAYER, IF_STACK_STATUS));
    while let Some((index, (layer, status))) = rows.try_next().await? {
        println!("{index} {layer:?} {status:?}");
    }
    Ok(())
}

async fn walk(router: &Session) -> Result<(), Error> {
    let mut walk = router.walk(IF_STACK_LOWER_LAYER);
    while let Some((index, layer)) = walk.try_next().await? {
        println!("{index} {layer}");
    }
    Ok(())
}

fn main() {}
