//! Fields that cannot be made from their columns, or whose columns are of another table or cannot be read.
use mibc::{FromRow, Session, mibs::if_mib::*, mibs::snmpv2_tc::RowStatus};

struct Kilobits(u32);

#[derive(FromRow)]
#[row(IfEntry)]
struct Port {
    if_speed: Kilobits,
}

#[derive(FromRow)]
#[row(IfEntry)]
struct OtherTable {
    #[column(IF_STACK_STATUS)]
    status: RowStatus,
}

#[derive(FromRow)]
#[row(IfStackEntry)]
struct NotReadable {
    if_stack_lower_layer: Option<i32>,
}

struct Plain;

fn read(router: Session) {
    let _ = router.rows::<Plain>();
}

fn main() {}
