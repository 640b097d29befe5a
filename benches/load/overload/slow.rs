//! Clients that hold a connection and get nowhere, each in its own way, and begin again when they are let go of.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use actix_web::rt::time::sleep;
use actix_web::rt::{System, spawn};

use super::crowd::send;

/// A byte now and then.
const PAUSE: Duration = Duration::from_secs(1);
const SETTLED: Duration = Duration::from_secs(3);
/// How long they all may take to be connected.
const CONNECTED: Duration = Duration::from_secs(20);

/// What a client does with its connection: what it sends at once, and what it goes on with, every second.
#[derive(Clone, Copy)]
struct Way {
    at_once: &'static [u8],
    drip: &'static [u8],
}

const LONG: &[u8] = b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n";

const WAYS: [Way; 4] = [
    // It says nothing at all.
    Way { at_once: b"", drip: b"" },
    // A header that never ends.
    Way { at_once: b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ", drip: b"a" },
    // A body that never ends.
    Way {
        at_once: b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{",
        drip: b" ",
    },
    // Long answers that it asks for again and again, and never reads.
    Way { at_once: LONG, drip: LONG },
];

/// Does `work` while so many slow clients are connected.
pub fn beside<T>(address: SocketAddr, clients: usize, work: impl FnOnce() -> T) -> T {
    let (over, connected) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| System::new().block_on(hold(address, clients, &over, &connected)));
        let begun = std::time::Instant::now();
        while connected.load(Ordering::Relaxed) < clients {
            assert!(begun.elapsed() < CONNECTED, "only {} slow clients came in", connected.load(Ordering::Relaxed));
            std::thread::sleep(Duration::from_millis(10));
        }
        // Being let in takes its turn of the processors once; what is asked is what they cost while they are there.
        std::thread::sleep(SETTLED);
        let done = work();
        over.store(true, Ordering::Relaxed);
        done
    })
}

/// Keeps them until it is over. What runs in tasks outlives no borrow, so the tasks count in a place of their own.
async fn hold(address: SocketAddr, clients: usize, over: &AtomicBool, connected: &AtomicUsize) {
    let inside = std::rc::Rc::new(std::cell::Cell::new(0));
    for n in 0..clients {
        let (way, inside) = (WAYS[n % WAYS.len()], std::rc::Rc::clone(&inside));
        spawn(async move {
            let mut first = true;
            loop {
                let Ok(stream) = TcpStream::connect(address).await else { continue };
                if std::mem::take(&mut first) {
                    inside.set(inside.get() + 1);
                }
                get_nowhere(&stream, way).await;
            }
        });
    }
    while !over.load(Ordering::Relaxed) {
        sleep(Duration::from_millis(50)).await;
        connected.store(inside.get(), Ordering::Relaxed);
    }
}

/// Until the other side lets go.
async fn get_nowhere(stream: &TcpStream, way: Way) {
    let mut more = way.at_once;
    if way.drip.is_empty() {
        // The only thing that it can be told is that it is over.
        drop(stream.readable().await);
        return;
    }
    while send(stream, more).await.is_ok() {
        more = way.drip;
        sleep(PAUSE).await;
    }
}
