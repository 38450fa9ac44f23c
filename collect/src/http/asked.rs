//! What a client asks for.

use hyper::Method;
use hyper::http::request::Parts;

/// A request: its method, what it is for, and its headers. A body is never read.
#[derive(Debug)]
pub struct Asked {
    parts: Parts,
}

impl Asked {
    pub(super) fn new(parts: Parts) -> Self {
        Self { parts }
    }

    /// Whether it only wants to read: GET or HEAD.
    pub fn reads(&self) -> bool {
        matches!(self.parts.method, Method::GET | Method::HEAD)
    }

    /// Whether it wants something to be done: POST or PUT.
    pub fn acts(&self) -> bool {
        matches!(self.parts.method, Method::POST | Method::PUT)
    }

    /// The path, such as `/metrics`.
    pub fn path(&self) -> &str {
        self.parts.uri.path()
    }

    /// What follows the question mark; empty without one.
    pub fn query(&self) -> &str {
        self.parts.uri.query().unwrap_or_default()
    }

    /// A header, if it is there and text. Its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name)?.to_str().ok()
    }
}
