//! OIDs and texts where the typed operations take typed names.
use mibc::{Oid, Session};

async fn mistakes(router: &Session, oid: Oid) {
    let _ = router.get(oid);
    let _ = router.walk("1.3.6.1.2.1.1");
}

fn main() {}
