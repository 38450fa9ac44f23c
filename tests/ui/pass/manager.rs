//! The typed manager, as the documentation shows it.
use mibc::{
    Error, FromRow, Manager, Session, Target,
    mibs::{self, if_mib::*, snmpv2_mib::*, snmpv2_tc::DisplayString},
    oid,
};

#[derive(FromRow)]
#[row(IfEntry)]
struct Port {
    if_descr: DisplayString,
    if_mtu: i64,
    #[column(IF_HC_IN_OCTETS)]
    rx: Option<u64>,
}

#[derive(FromRow)]
#[row(mibs::if_mib::IfXEntry)]
struct Alias(#[column(IF_ALIAS)] String, #[column(mibs::if_mib::IF_OPER_STATUS)] Option<IfOperStatus>);

async fn manager() -> Result<(), Error> {
    let manager = Manager::bind().await?;
    let router = manager.target(Target::v2c("192.0.2.1", "public"));
    let _: DisplayString = router.get(oid!("IF-MIB::ifDescr.1")).await?;
    let _: i32 = router.get(IF_NUMBER).await?;
    let _: i32 = router.get(oid!("IF-MIB::ifNumber.0")).await?;
    let admin: IfAdminStatus = router.get(IF_ADMIN_STATUS.at(1)).await?;
    match admin {
        IfAdminStatus::UP | IfAdminStatus::DOWN => println!("{admin}"),
        IfAdminStatus(other) => println!("{other}"),
    }
    let (_up, _descr) = router.get((SYS_UP_TIME, SYS_DESCR)).await?;
    let _: (i32, Option<DisplayString>) = router.get((IF_NUMBER, IF_DESCR.at(7).optional())).await?;
    router.set(IF_ADMIN_STATUS.at(1), IfAdminStatus::DOWN).await?;
    router.set_all([IF_ADMIN_STATUS.at(1).assign(IfAdminStatus::UP), SYS_NAME.assign("router")]).await?;
    let mut rows = router.table((IF_DESCR, IF_OPER_STATUS, IF_HC_IN_OCTETS));
    while let Some((index, (descr, oper, octets))) = rows.try_next().await? {
        let _: (IfIndex, Option<DisplayString>, Option<IfOperStatus>, Option<mibc::Counter64>) =
            (index, descr, oper, octets);
    }
    let _: Vec<(IfIndex, Port)> = router.rows().await?;
    let _ = router.rows::<Alias>().await?;
    let mut walk = router.bulk_walk(oid!("IF-MIB::interfaces"));
    while let Some(varbind) = walk.try_next().await? {
        println!("{varbind}");
    }
    Ok(())
}

/// Futures can be moved between threads.
fn is_send<T: Send>(value: T) -> T {
    value
}

async fn spawned(router: Session) {
    let _ = is_send(router.get((IF_NUMBER, IF_DESCR.at(1)))).await;
    let _ = is_send(router.rows::<Port>()).await;
}

fn main() {
    drop(is_send(manager()));
    let _ = spawned;
}
