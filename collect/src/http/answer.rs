//! What a client gets.

use crate::Exposition;
use crate::exposition::CONTENT_TYPE;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ALLOW, CONTENT_TYPE as TYPE, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use hyper::{Response, StatusCode};

const PLAIN: &str = "text/plain; charset=utf-8";

/// A status, a content type and a body.
#[derive(Debug)]
pub struct Answer(Response<Full<Bytes>>);

impl Answer {
    /// An answer of a status such as 200, and a content type.
    pub fn new(status: u16, kind: &'static str, body: impl Into<Vec<u8>>) -> Self {
        let mut response = Response::new(Full::new(Bytes::from(body.into())));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = Self(response);
        answer.header(TYPE, HeaderValue::from_static(kind));
        answer
    }

    /// Plain text.
    pub fn text(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status, PLAIN, body)
    }

    /// A page for people.
    pub fn html(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "text/html; charset=utf-8", body)
    }

    /// JSON.
    pub fn json(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "application/json", body)
    }

    /// Samples for Prometheus.
    pub fn metrics(samples: &Exposition) -> Self {
        let mut text = String::new();
        samples.write_to(&mut text);
        Self::samples(text)
    }

    /// Samples for Prometheus that are written already.
    pub fn samples(text: String) -> Self {
        Self::new(200, CONTENT_TYPE, text)
    }

    /// What `/healthz` says as long as all is well.
    pub fn healthy() -> Self {
        Self::text(200, "Healthy")
    }

    /// A path takes other methods: these, such as `GET, HEAD`.
    pub fn only(methods: &'static str) -> Self {
        let mut answer = Self::text(405, format!("expected the method {methods}\n"));
        answer.header(ALLOW, HeaderValue::from_static(methods));
        answer
    }

    /// There is nothing at a path.
    pub fn nothing_here() -> Self {
        Self::text(404, "there is nothing here; see /\n")
    }

    /// A name and a password are needed.
    pub(super) fn unauthorized() -> Self {
        let mut answer = Self::text(401, "expected a user and a password\n");
        answer.header(WWW_AUTHENTICATE, HeaderValue::from_static("Basic"));
        answer
    }

    pub(super) fn header(&mut self, name: HeaderName, value: HeaderValue) {
        self.0.headers_mut().insert(name, value);
    }

    pub(super) fn into_response(self) -> Response<Full<Bytes>> {
        self.0
    }
}
