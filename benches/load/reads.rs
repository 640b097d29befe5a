//! Question sets, against handlers that answer with the same bytes from memory: one in the same server, which passes through all that
//! wraps every request of the service, and one in a server of its own that does nothing else.
//!
//! The service has no such handler. The same server is therefore made here a second time, from the same parts and by the same function as
//! in the program, with the handlers added before its own routes; both answers come from it. The server that does nothing else
//! stands against the real program.

use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;

use actix_web::{App, HttpResponse, HttpServer, web};
use reciprocity::config::{Config, LogFormat, MasterKey, MasterKeys};
use reciprocity::kernel::Clock;
use reciprocity::startup::{self, Parts};
use reciprocity::telemetry;

use crate::figures::{Comparison, Unit};
use crate::options::Options;
use crate::rig::http::Connection;
use crate::rig::postgres::OWNER;
use crate::stand::Stand;
use crate::wrk;

const CONNECTIONS: usize = 64;
/// As many request threads as the service has by itself.
const WORKERS: usize = 2;
/// Where the handler in the same server is.
const BESIDE: &str = "/beside";
/// Any: nobody signs in here.
const KEY: [u8; 32] = [7; 32];

pub fn measure(stand: &mut Stand, options: &Options) -> Vec<Comparison> {
    let list = stand.connection().get("/v1/question-sets", None).unwrap();
    let slug = list.expect(200)["data"][0]["slug"].as_str().unwrap().to_owned();
    let one = format!("/v1/question-sets/{slug}");
    let mut found = Vec::new();
    for (name, path) in [("GET question-sets", "/v1/question-sets"), ("GET question-sets/{slug}", &one)] {
        let body = stand.connection().get(path, None).unwrap();
        body.expect(200);
        let what = format!("{name}, {} bytes, {CONNECTIONS} connections", body.body.len());
        let (same, alone) = (same_server(stand, body.body.clone()), alone(body.body.clone()));
        let again = Connection::open(same, std::time::Duration::from_secs(10)).unwrap().get(path, None).unwrap();
        assert_eq!(again.body, body.body, "both servers answer with the same bytes");
        let mut beside = Comparison::new(what.clone(), "the same bytes from memory, in the same server", Unit::ARate);
        let mut bare = Comparison::new(what, "a server that does nothing else", Unit::ARate);
        for _ in 0..options.runs {
            beside.theirs.0.push(get(stand, &format!("http://{same}{BESIDE}"), options.seconds));
            beside.ours.0.push(get(stand, &format!("http://{same}{path}"), options.seconds));
            bare.theirs.0.push(get(stand, &format!("http://{alone}/"), options.seconds));
            bare.ours.0.push(get(stand, &format!("http://{}{path}", stand.address()), options.seconds));
        }
        for comparison in [beside, bare] {
            crate::tell(&comparison);
            found.push(comparison);
        }
    }
    stand.note_memory("reading question sets");
    found
}

fn get(stand: &Stand, url: &str, seconds: u64) -> f64 {
    let ran = wrk::get(&stand.folder.0, url, CONNECTIONS, seconds);
    assert_eq!((ran.refused, ran.broken), (0, 0), "{ran:?}");
    ran.a_second
}

/// A handler that answers with these bytes, and sends the one header that says what they are.
fn handler(body: Vec<u8>) -> impl Fn() -> std::future::Ready<HttpResponse> + Clone + Send + 'static {
    let body = web::Bytes::from(body);
    move || std::future::ready(HttpResponse::Ok().content_type("application/json").body(body.clone()))
}

/// The service's own server with one handler more, until the program ends. Its log is set up as the program sets it up.
fn same_server(stand: &Stand, body: Vec<u8>) -> SocketAddr {
    telemetry::init(LogFormat::Json);
    let url = stand.postgres.socket_url(OWNER, OWNER);
    let lookup = |name: &str| match name {
        "DATABASE_URL" => Some(url.clone()),
        "HOME" => Some("/nonexistent".to_owned()),
        _ => None,
    };
    let config = Config::from_lookup(&lookup, false).unwrap();
    let masters = MasterKeys { current: MasterKey(KEY), older: Vec::new() };
    let parts = Parts::new(&config, &url, &masters, &KEY, Clock::System).unwrap();
    let answer = handler(body);
    serve(move |listener| {
        startup::run_with(parts, listener, WORKERS, move |routes| {
            routes.route(BESIDE, web::get().to(answer.clone()));
        })
    })
}

/// A server with one handler and nothing else, until the program ends.
fn alone(body: Vec<u8>) -> SocketAddr {
    let answer = handler(body);
    serve(move |listener| {
        let app = move || App::new().route("/", web::get().to(answer.clone()));
        Ok(HttpServer::new(app).workers(WORKERS).disable_signals().listen(listener)?.run())
    })
}

fn serve(server: impl FnOnce(TcpListener) -> std::io::Result<actix_web::dev::Server> + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (ready, started) = mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = server(listener).unwrap();
            ready.send(()).unwrap();
            server.await.unwrap();
        });
    });
    started.recv().unwrap();
    address
}
