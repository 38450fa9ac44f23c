//! How records become the body of one request.

use super::record::Record;

/// What is made of a body, and its name for `Content-Encoding`.
pub type Packing = (fn(Vec<u8>) -> Vec<u8>, &'static str);

/// How records become the body of one request: what stands before, between and behind them, and what is made of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framing {
    /// The type of the body.
    pub content_type: String,
    /// What stands before the first record.
    pub open: String,
    /// What stands between two.
    pub between: String,
    /// What stands behind the last one.
    pub close: String,
    /// What is made of the whole, such as a compression, and its name for `Content-Encoding`.
    pub pack: Option<Packing>,
}

impl Framing {
    /// Records, one after the other.
    pub fn new(content_type: impl Into<String>) -> Self {
        Self {
            content_type: content_type.into(),
            open: String::new(),
            between: String::new(),
            close: String::new(),
            pack: None,
        }
    }

    /// Texts in lines.
    pub fn lines(content_type: impl Into<String>) -> Self {
        Self { between: "\n".to_owned(), close: "\n".to_owned(), ..Self::new(content_type) }
    }

    /// Values of JSON in an array of JSON, with this before and behind it.
    pub fn array(open: &str, close: &str) -> Self {
        Self {
            open: format!("{open}["),
            between: ",".to_owned(),
            close: format!("]{close}"),
            ..Self::new("application/json")
        }
    }

    /// The body of a request with these records.
    pub fn body(&self, batch: &[Record]) -> Vec<u8> {
        let payloads: usize = batch.iter().map(|record| record.payload.len() + self.between.len()).sum();
        let mut body = Vec::with_capacity(self.open.len() + payloads + self.close.len());
        body.extend_from_slice(self.open.as_bytes());
        for (place, record) in batch.iter().enumerate() {
            if place > 0 {
                body.extend_from_slice(self.between.as_bytes());
            }
            body.extend_from_slice(&record.payload);
        }
        body.extend_from_slice(self.close.as_bytes());
        match self.pack {
            Some((pack, _)) => pack(body),
            None => body,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Framing;
    use crate::delivery::Record;

    #[test]
    fn bodies() {
        let records = [Record::new("{\"a\":1}"), Record::new("{}")];
        for (framing, expected) in [
            (Framing::lines("application/x-ndjson"), "{\"a\":1}\n{}\n"),
            (Framing::array("", ""), "[{\"a\":1},{}]"),
            (Framing::array("{\"streams\":", "}"), "{\"streams\":[{\"a\":1},{}]}"),
            (Framing::new("x/y"), "{\"a\":1}{}"),
            (
                Framing {
                    pack: Some((|body| body.into_iter().rev().collect(), "reverse")),
                    ..Framing::new("x/y")
                },
                "}{}1:\"a\"{",
            ),
        ] {
            assert_eq!(String::from_utf8_lossy(&framing.body(&records)), expected);
        }
    }
}
