//! Logs and traces. Logs: one line an event, as text for people or JSON for programs, to standard error. Traces: where the operator says
//! so, the same spans to a collector. Ids, never words.

#[cfg(not(feature = "otel"))]
#[path = "telemetry/off.rs"]
mod traces;
#[cfg(feature = "otel")]
mod traces;

use std::sync::Arc;

use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::{HttpMessage, body::MessageBody, dev::ServiceResponse};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::config::{LogFormat, Traces};
use crate::meters::Route;
pub use traces::Sending;

/// Sets up logging for the process; `RUST_LOG` narrows or widens it.
pub fn init(format: LogFormat) {
    let builder = fmt().with_env_filter(filter()).with_writer(std::io::stderr).with_target(false);
    let done = match format {
        LogFormat::Text => builder.compact().try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    quiet_panics();
    if done.is_err() {
        tracing::debug!("logging was set up before");
    }
}

/// [`init`] and, where the operator wants them, traces. They are sent until what is given back is dropped.
pub fn init_with_traces(format: LogFormat, wanted: Option<&Traces>) -> Result<Option<Sending>, String> {
    let Some(wanted) = wanted else {
        init(format);
        return Ok(None);
    };
    let (traces, sending) = traces::layer(wanted)?;
    let lines = fmt::layer().with_writer(std::io::stderr).with_target(false);
    let lines = match format {
        LogFormat::Text => lines.compact().boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let done = tracing_subscriber::registry().with(lines.with_filter(filter())).with(traces).try_init();
    quiet_panics();
    if done.is_err() {
        tracing::debug!("logging was set up before");
    }
    Ok(Some(sending))
}

fn filter() -> EnvFilter {
    EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,actix_server=warn"))
}

/// Says where the program panicked, and not with which words: a panic's message may quote what a person wrote.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}

/// One span a request: its id, its method, the route it matched (never the path itself, whose ids and words stay out), its status.
#[derive(Debug)]
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let request_id = request.extensions().get::<RequestId>().copied().map(tracing::field::display);
        let parent = request.headers().get("traceparent").and_then(|value| value.to_str().ok()).and_then(parent);
        let method = known_method(request.method());
        let met = request.extensions().get::<Arc<Route>>().cloned();
        let route = met.as_deref().filter(|route| route.is_known()).map(Route::template).unwrap_or_default();
        let trace_id = parent.map(|parent| parent.trace);
        let span = tracing::info_span!("request", request_id, trace_id, method, route);
        if let Some(ours) = traces::begin(&span, parent).filter(|_| trace_id.is_none()) {
            span.record("trace_id", ours);
        }
        span
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, actix_web::Error>) {
        let status = outcome.as_ref().ok().map(|response| response.status().as_u16());
        if let Some(status) = status {
            traces::end(&span, status);
        }
        let _entered = span.entered();
        tracing::debug!(status, "answered");
    }
}

/// A method by name; one that somebody made up is not repeated.
fn known_method(method: &Method) -> &str {
    let known = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    if known.contains(method) { method.as_str() } else { "other" }
}

/// Where a caller's trace goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Parent<'a> {
    /// 32 lower-case hex digits, not all zero.
    trace: &'a str,
    /// 16 lower-case hex digits, not all zero.
    span: &'a str,
    /// Whether the caller keeps the trace.
    sampled: bool,
}

/// What a valid W3C traceparent (version 00) says.
fn parent(header: &str) -> Option<Parent<'_>> {
    let mut parts = header.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let hex = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let whole = version == "00" && parts.next().is_none() && hex(trace, 32) && hex(span, 16) && hex(flags, 2);
    let sampled = u8::from_str_radix(flags, 16).is_ok_and(|flags| flags & 1 == 1);
    (whole && trace.bytes().any(|b| b != b'0') && span.bytes().any(|b| b != b'0')).then_some(Parent { trace, span, sampled })
}

#[cfg(test)]
mod tests {
    use super::{Parent, parent};

    #[test]
    fn only_a_valid_traceparent_is_continued() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
        assert_eq!(parent(good), Some(Parent { trace, span, sampled: true }));
        assert!(!parent(&good.replace("-01", "-02")).unwrap().sampled);
        for bad in [
            "",
            "00-0-0-0",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "zz-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(parent(bad), None, "{bad}");
        }
    }
}
