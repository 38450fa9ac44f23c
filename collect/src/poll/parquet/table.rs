//! Rows as columns of Parquet.

use crate::poll::encode::{Poll, Row};
use bytes::Bytes;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use std::io::Write;
use std::sync::Arc;

/// Rows that are in memory as columns, and then together in the file.
const GROUP: usize = 100_000;

/// What a file has in each row.
const SCHEMA: &str = "
message samples {
  required int64 time (TIMESTAMP(MILLIS, true));
  required binary device (STRING);
  required binary profile (STRING);
  required int64 tick;
  required binary metric (STRING);
  required binary type (STRING);
  required double value;
  required group labels (MAP) {
    repeated group key_value {
      required binary key (STRING);
      required binary value (STRING);
    }
  }
}";

/// Writes rows to a file.
pub(super) struct Table<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    group: Columns,
}

/// Rows that are not written yet.
#[derive(Default)]
struct Columns {
    time: Vec<i64>,
    device: Vec<ByteArray>,
    profile: Vec<ByteArray>,
    tick: Vec<i64>,
    metric: Vec<ByteArray>,
    kind: Vec<ByteArray>,
    value: Vec<f64>,
    keys: Vec<ByteArray>,
    values: Vec<ByteArray>,
    /// For each label, or the absence of any: whether it is there,
    there: Vec<i16>,
    /// and whether it is a further one of the same row.
    further: Vec<i16>,
}

impl<W: Write + Send> Table<W> {
    pub(super) fn new(file: W) -> Result<Self> {
        let schema = Arc::new(parse_message_type(SCHEMA)?);
        Ok(Self { writer: SerializedFileWriter::new(file, schema, properties())?, group: Columns::default() })
    }

    /// Adds a row.
    pub(super) fn add(&mut self, poll: &Poll, row: Row) -> Result<()> {
        self.group.add(poll, row);
        if self.group.time.len() >= GROUP {
            self.write()?;
        }
        Ok(())
    }

    fn write(&mut self) -> Result<()> {
        let group = std::mem::take(&mut self.group);
        let mut writer = self.writer.next_row_group()?;
        column::<Int64Type, W>(&mut writer, &group.time, None)?;
        column::<ByteArrayType, W>(&mut writer, &group.device, None)?;
        column::<ByteArrayType, W>(&mut writer, &group.profile, None)?;
        column::<Int64Type, W>(&mut writer, &group.tick, None)?;
        column::<ByteArrayType, W>(&mut writer, &group.metric, None)?;
        column::<ByteArrayType, W>(&mut writer, &group.kind, None)?;
        column::<DoubleType, W>(&mut writer, &group.value, None)?;
        let levels = Some((&group.there[..], &group.further[..]));
        column::<ByteArrayType, W>(&mut writer, &group.keys, levels)?;
        column::<ByteArrayType, W>(&mut writer, &group.values, levels)?;
        writer.close()?;
        Ok(())
    }

    /// Writes what is left, and the end of the file.
    pub(super) fn finish(mut self) -> Result<W> {
        if !self.group.time.is_empty() {
            self.write()?;
        }
        self.writer.into_inner()
    }
}

fn properties() -> WriterPropertiesPtr {
    let by = format!("mibc {}", env!("CARGO_PKG_VERSION"));
    Arc::new(WriterProperties::builder().set_compression(Compression::SNAPPY).set_created_by(by).build())
}

/// Writes the next column of a group.
fn column<D: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[D::T],
    levels: Option<(&[i16], &[i16])>,
) -> Result<()> {
    let missing = || ParquetError::General("the schema has more columns than are written".to_owned());
    let mut column = group.next_column()?.ok_or_else(missing)?;
    let (there, further) = levels.unzip();
    column.typed::<D>().write_batch(values, there, further)?;
    column.close()
}

impl Columns {
    fn add(&mut self, poll: &Poll, row: Row) {
        let text = |text: &Bytes| ByteArray::from(text.clone());
        self.time.push(poll.time);
        self.device.push(text(&poll.device));
        self.profile.push(text(&poll.profile));
        self.tick.push(poll.tick);
        self.metric.push(text(&row.metric));
        self.kind.push(ByteArray::from(if row.counter { "counter" } else { "gauge" }));
        self.value.push(row.value);
        let own = |name: &Bytes| row.labels.iter().any(|(other, _)| other == name);
        let of_poll = poll.labels.iter().filter(|(name, _)| !own(name));
        let before = self.keys.len();
        for (name, value) in of_poll.chain(&row.labels) {
            self.there.push(1);
            self.further.push(i16::from(self.keys.len() > before));
            self.keys.push(text(name));
            self.values.push(text(value));
        }
        if self.keys.len() == before {
            self.there.push(0);
            self.further.push(0);
        }
    }
}
