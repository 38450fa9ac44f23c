//! What is polled: a device, a module, and a folder with a configuration.

use mibc_runtime::value::{Counter64, TimeTicks, Value, VarBind};
use mibc_simulator::{Behaviour, Recording, Simulated, Simulator};
use std::fs;
use tokio::runtime::Runtime;

/// Two scalars and a column.
pub(crate) const MODULES: &str = "
modules:
  if_mib:
    walk: [1.3.6.1.2.1.31.1.1.1.6]
    get: [1.3.6.1.2.1.1.3.0, 1.3.6.1.2.1.1.5.0]
    timeout: 1s
    metrics:
      - {name: sysUpTime, oid: 1.3.6.1.2.1.1.3, type: gauge, help: h}
      - {name: sysName, oid: 1.3.6.1.2.1.1.5, type: DisplayString, help: h}
      - {name: ifHCInOctets, oid: 1.3.6.1.2.1.31.1.1.1.6, type: counter, help: h, indexes: [{labelname: ifIndex, type: gauge}]}
";

/// The name of the device, which each form of results has to write in its own way.
pub(crate) const NAME: &str = "a \"switch\", of=\\ours";

/// A folder with a configuration and its modules.
pub(crate) fn folder(configuration: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("snmp.yml"), MODULES).expect("a file");
    fs::write(folder.path().join("fleet.toml"), configuration).expect("a file");
    folder
}

/// A device with two interfaces, which answers as long as the runtime is there.
pub(crate) fn device() -> (Runtime, Simulator) {
    device_with(Behaviour::default())
}

/// Such a device that behaves otherwise.
pub(crate) fn device_with(behaviour: Behaviour) -> (Runtime, Simulator) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let variable = |name: &str, value| VarBind::new(name.parse().expect("an OID"), value);
    let recording = Recording::of([
        variable("1.3.6.1.2.1.1.3.0", Value::TimeTicks(TimeTicks(5))),
        variable("1.3.6.1.2.1.1.5.0", Value::from(NAME)),
        variable("1.3.6.1.2.1.31.1.1.1.6.1", Value::Counter64(Counter64(1_000))),
        variable("1.3.6.1.2.1.31.1.1.1.6.2", Value::Counter64(Counter64(1 << 40))),
    ]);
    let simulated = Simulated::of(recording).behaviour(behaviour);
    let simulator = runtime.block_on(simulated.spawn()).expect("a device");
    (runtime, simulator)
}
