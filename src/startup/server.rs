//! The HTTP server: what wraps every request, and how long clients may take.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::rt::time::sleep;
use actix_web::{App, HttpServer, middleware, web};
use tracing_actix_web::TracingLogger;
use utoipa_actix_web::AppExt;

use super::{Parts, docs_page, slow_clients};
use crate::api::access::note_reads;
use crate::api::edge::edge;
use crate::api::guesses::Guesses;
use crate::api::health::close_when_stopping;
use crate::api::limits::Limits;
use crate::api::measure::measure;
use crate::api::refusing::{Refusals, refuse_slowly};
use crate::api::secure::{cors, secure};
use crate::api::{metrics, router};
use crate::telemetry::RequestSpan;

/// How often budgets that are full again are forgotten.
const SWEEP: Duration = Duration::from_mins(1);
/// How long what is in flight may take once nothing more is taken, in seconds. Whoever waits for the database is answered before.
const LAST_ANSWERS: u64 = 20;
/// How long a connection that is being closed may take over it.
const LINGER: Duration = Duration::from_secs(2);

/// Starts the server on a listener that is already bound.
pub fn run(parts: Parts, listener: TcpListener, workers: usize) -> std::io::Result<Server> {
    run_with(parts, listener, workers, |_| {})
}

/// [`run`], with routes of the caller's before those of the contract: for whoever measures what a handler costs within all that wraps
/// every request. The service has none.
pub fn run_with(
    parts: Parts,
    listener: TcpListener,
    workers: usize,
    routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
) -> std::io::Result<Server> {
    let (limits, guesses) = (Arc::clone(&parts.gate.limits), Arc::clone(&parts.gate.guesses));
    let timeouts = *parts.timeouts.get_ref();
    let refusals = web::Data::new(Refusals::default());
    let server = HttpServer::new(move || {
        let (app, _) = App::new()
            .app_data(refusals.clone())
            .configure(|config| parts.register(config))
            .configure(router::refusals)
            .configure(|config| metrics::routes(config, parts.reading.as_ref()))
            .configure(routes.clone())
            .into_utoipa_app()
            .configure(router::routes)
            .split_for_parts();
        app.service(web::redirect("/docs", "/docs/"))
            .service(docs_page::files())
            .wrap(middleware::from_fn(note_reads))
            .wrap(middleware::from_fn(edge))
            .wrap(middleware::Condition::new(!parts.cors_origins.is_empty(), cors(&parts.cors_origins)))
            .wrap(middleware::from_fn(secure))
            .wrap(middleware::from_fn(slow_clients::expect_progress))
            .wrap(middleware::from_fn(close_when_stopping))
            .wrap(TracingLogger::<RequestSpan>::new())
            .wrap(middleware::from_fn(measure))
            .wrap(middleware::from_fn(refuse_slowly))
    })
    .workers(workers)
    .client_request_timeout(timeouts.head)
    .keep_alive(timeouts.idle)
    // Otherwise the end of an answer of several packets waits until its beginning is acknowledged, which clients put off for 40 ms (RFC 1122,
    // section 4.2.3.2; RFC 896).
    .tcp_nodelay(true)
    .client_disconnect_timeout(LINGER)
    .on_connect(move |accepted, data| slow_clients::watch(timeouts.answer, accepted, data))
    .shutdown_timeout(LAST_ANSWERS)
    .disable_signals()
    .listen(listener)?
    .run();
    actix_web::rt::spawn(forget_idle(limits, guesses));
    Ok(server)
}

async fn forget_idle(limits: Arc<Limits>, guesses: Arc<Guesses>) {
    loop {
        sleep(SWEEP).await;
        limits.forget_idle();
        guesses.forget_idle();
    }
}
