//! Traces to an OpenTelemetry collector, over OTLP (protobuf on HTTP), from a thread beside the requests.
//!
//! Spans wait in a queue of bounded length; what finds it full, or comes while the collector is away, is dropped. What leaves goes through
//! a list of what may leave: events, links and every attribute that is not on it stay here.

mod client;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status, TraceContextExt, TraceFlags, TraceId, TraceState, TracerProvider};
use opentelemetry::{Context, Key, KeyValue, Value};
use opentelemetry_otlp::{WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanEvents, SpanExporter, SpanLinks};
use tracing::level_filters::LevelFilter;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use super::Parent;
use crate::config::Traces;

const NAME: &str = "reciprocity";
/// How long the last spans may take on their way when the service stops.
const LAST: Duration = Duration::from_secs(5);

/// What may leave, and under which name (OpenTelemetry's semantic conventions, where they have one).
const MAY_LEAVE: [(&str, &str); 6] = [
    ("request_id", "reciprocity.request_id"),
    ("method", "http.request.method"),
    ("route", "http.route"),
    ("status", "http.response.status_code"),
    ("kind", "reciprocity.transaction"),
    ("size", "reciprocity.group.size"),
];
/// Those of them that are numbers.
const NUMBERS: [&str; 2] = ["http.response.status_code", "reciprocity.group.size"];

/// Traces that are being sent. Dropping it sends what is left, for five seconds at most.
#[derive(Debug)]
pub struct Sending(SdkTracerProvider);

impl Drop for Sending {
    fn drop(&mut self) {
        // What did not arrive is lost; nobody waits for it.
        let _ = self.0.shutdown_with_timeout(LAST);
    }
}

/// A layer that turns the service's own spans into traces, and what sends them. Addresses, headers, time limits, queue and sampler
/// are read by the SDK from its standard variables.
pub fn layer<S>(wanted: &Traces) -> Result<(impl Layer<S> + use<S>, Sending), String>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_protocol(opentelemetry_otlp::Protocol::HttpBinary)
        .with_http_client(client::Client::new())
        .build()
        .map_err(|why| format!("OTEL_EXPORTER_OTLP_*: {why}"))?;
    let mut resource = Resource::builder().with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    if let Some(name) = &wanted.service_name {
        resource = resource.with_service_name(name.clone());
    }
    let sifted = Sifted { exporter, failing: AtomicBool::new(false) };
    let provider = SdkTracerProvider::builder().with_resource(resource.build()).with_batch_exporter(sifted).build();
    let ours = filter_fn(|about| about.is_span() && about.target().starts_with(NAME)).with_max_level_hint(LevelFilter::DEBUG);
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer(NAME))
        .with_location(false)
        .with_threads(false)
        .with_level(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_filter(ours);
    Ok((layer, Sending(provider)))
}

/// Continues the caller's trace, where there is one, and gives the id of the trace that the span belongs to, where traces are sent.
pub fn begin(span: &Span, parent: Option<Parent<'_>>) -> Option<String> {
    if let Some(parent) = parent.and_then(|parent| context(&parent)) {
        // It fails where no traces are sent.
        let _ = span.set_parent(Context::new().with_remote_span_context(parent));
    }
    let context = span.context();
    let id = context.span().span_context().trace_id();
    (id != TraceId::INVALID).then(|| id.to_string())
}

/// How the request was answered. It goes past the log, which would write all that it holds of the span once more.
pub fn end(span: &Span, status: u16) {
    span.set_attribute("status", i64::from(status));
}

fn context(parent: &Parent<'_>) -> Option<SpanContext> {
    let (trace, span) = (TraceId::from_hex(parent.trace).ok()?, SpanId::from_hex(parent.span).ok()?);
    let flags = TraceFlags::new(u8::from(parent.sampled));
    Some(SpanContext::new(trace, span, flags, true, TraceState::default()))
}

/// Lets out what may leave, and says in the log once when the collector goes away and when it is back.
#[derive(Debug)]
struct Sifted<E> {
    exporter: E,
    failing: AtomicBool,
}

impl<E: SpanExporter> SpanExporter for Sifted<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let sent = self.exporter.export(batch.into_iter().map(sift).collect()).await;
        let failing = sent.is_err();
        match (self.failing.swap(failing, Ordering::Relaxed), failing) {
            (false, true) => tracing::warn!("traces cannot be sent and are dropped; everything else goes on"),
            (true, false) => tracing::info!("traces are sent again"),
            (true, true) | (false, false) => {}
        }
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// The span as it may leave. A request is named by its method and route template.
fn sift(span: SpanData) -> SpanData {
    let attributes: Vec<KeyValue> = span.attributes.iter().filter_map(may_leave).collect();
    let (events, links) = (SpanEvents::default(), SpanLinks::default());
    if span.name != "request" {
        return SpanData { attributes, events, links, status: Status::Unset, ..span };
    }
    let said = |name: &str| attributes.iter().find(|attribute| attribute.key.as_str() == name).map(|attribute| &attribute.value);
    let words: Vec<_> = ["http.request.method", "http.route"].into_iter().filter_map(said).map(Value::as_str).collect();
    let failed = matches!(said("http.response.status_code"), Some(Value::I64(500..)));
    let status = if failed { Status::error("") } else { Status::Unset };
    let name = words.join(" ").trim_end().to_owned().into();
    SpanData { name, span_kind: SpanKind::Server, attributes, events, links, status, ..span }
}

fn may_leave(attribute: &KeyValue) -> Option<KeyValue> {
    let (_, name) = MAY_LEAVE.iter().find(|(ours, _)| *ours == attribute.key.as_str())?;
    // Numbers without a sign come as text.
    let number = attribute.value.as_str().parse::<i64>().ok().filter(|_| NUMBERS.contains(name));
    Some(KeyValue::new(Key::from_static_str(name), number.map_or_else(|| attribute.value.clone(), Value::I64)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(name: &'static str, attributes: &[(&'static str, &'static str)]) -> SpanData {
        SpanData {
            span_context: SpanContext::NONE,
            parent_span_id: SpanId::INVALID,
            parent_span_is_remote: false,
            span_kind: SpanKind::Internal,
            name: name.into(),
            start_time: std::time::UNIX_EPOCH,
            end_time: std::time::UNIX_EPOCH,
            attributes: attributes.iter().map(|(key, value)| KeyValue::new(*key, *value)).collect(),
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: Status::Unset,
            instrumentation_scope: opentelemetry::InstrumentationScope::default(),
        }
    }

    #[test]
    fn an_attribute_that_is_not_on_the_list_does_not_leave() {
        let mut planted = span("request", &[("method", "GET"), ("route", "/v1/account"), ("alias", "quokka77"), ("status", "503")]);
        planted.events.events.push(opentelemetry::trace::Event::with_name("quokka77"));
        planted.status = Status::error("quokka77");
        let left = sift(planted);
        assert_eq!(
            (left.name.as_ref(), left.span_kind.clone(), left.status.clone()),
            ("GET /v1/account", SpanKind::Server, Status::error(""))
        );
        assert!(left.attributes.contains(&KeyValue::new("http.response.status_code", 503)));
        assert!(!format!("{left:?}").contains("quokka77"));
        let group = sift(span("group", &[("size", "7"), ("account", "quokka77")]));
        assert_eq!(group.attributes, [KeyValue::new("reciprocity.group.size", 7)]);
        assert!(!format!("{:?}", sift(span("transaction", &[("kind", "read"), ("note", "quokka77")]))).contains("quokka77"));
    }
}
