//! Question sets, against a bare actix-web handler that answers with as many constant bytes.

use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;

use actix_web::{App, HttpResponse, HttpServer, web};

use crate::figures::{Comparison, Unit};
use crate::options::Options;
use crate::stand::Stand;
use crate::wrk;

const CONNECTIONS: usize = 64;
/// As many request threads as the service has by itself.
const WORKERS: usize = 2;

pub fn measure(stand: &mut Stand, options: &Options) -> Vec<Comparison> {
    let list = stand.connection().get("/v1/question-sets", None).unwrap();
    let slug = list.expect(200)["data"][0]["slug"].as_str().unwrap().to_owned();
    let one = format!("/v1/question-sets/{slug}");
    let mut found = Vec::new();
    for (name, path) in [("GET question-sets", "/v1/question-sets"), ("GET question-sets/{slug}", &one)] {
        let body = stand.connection().get(path, None).unwrap();
        body.expect(200);
        let what = format!("{name}, {} bytes, {CONNECTIONS} connections", body.body.len());
        let mut comparison = Comparison::new(what, "a bare handler", Unit::ARate);
        let bare = format!("http://{}/", bare(body.body));
        let ours = format!("http://{}{path}", stand.address());
        for _ in 0..options.runs {
            comparison.theirs.0.push(get(stand, &bare, options.seconds));
            comparison.ours.0.push(get(stand, &ours, options.seconds));
        }
        crate::tell(&comparison);
        found.push(comparison);
    }
    stand.note_memory("reading question sets");
    found
}

fn get(stand: &Stand, url: &str, seconds: u64) -> f64 {
    let ran = wrk::get(&stand.folder.0, url, CONNECTIONS, seconds);
    assert_eq!((ran.refused, ran.broken), (0, 0), "{ran:?}");
    ran.a_second
}

/// Serves these bytes until the program ends.
fn bare(body: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (ready, started) = mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let body = web::Bytes::from(body);
            let app = move || {
                let body = body.clone();
                let answer = move || {
                    let body = body.clone();
                    async move { HttpResponse::Ok().content_type("application/json").body(body) }
                };
                App::new().route("/", web::get().to(answer))
            };
            let server = HttpServer::new(app).workers(WORKERS).disable_signals().listen(listener).unwrap().run();
            ready.send(()).unwrap();
            server.await.unwrap();
        });
    });
    started.recv().unwrap();
    address
}
