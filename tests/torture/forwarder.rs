//! The address the service knows Postgres by: passes bytes on to whichever server is the primary, and can cut what is open.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(2);

/// Passes connections on.
pub struct Forwarder {
    pub port: u16,
    state: Arc<State>,
}

struct State {
    target: Mutex<SocketAddr>,
    open: Mutex<HashMap<u64, [TcpStream; 2]>>,
    /// What comes over connections below this number goes nowhere.
    silent: AtomicU64,
    next: AtomicU64,
}

impl Forwarder {
    pub fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port();
        let state =
            Arc::new(State { target: Mutex::new(local(port)), open: Mutex::default(), silent: AtomicU64::new(0), next: AtomicU64::new(0) });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for incoming in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                thread::spawn(move || pass(state.next.fetch_add(1, Ordering::SeqCst), &incoming, &state));
            }
        });
        Self { port: own, state }
    }

    /// From now on connections go to this port; those that are open are cut.
    pub fn point(&self, port: u16) {
        *self.state.target.lock().unwrap() = local(port);
        self.cut();
    }

    /// Leaves every connection open that is, and passes nothing on over it ever again, as where a machine vanished without a word.
    pub fn silence(&self) {
        self.state.silent.store(self.state.next.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// Cuts every connection that is open.
    pub fn cut(&self) {
        for [one, other] in self.state.open.lock().unwrap().values() {
            let _ = (one.shutdown(Shutdown::Both), other.shutdown(Shutdown::Both));
        }
    }
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// One connection to its end; where nobody takes it, it is closed.
fn pass(number: u64, incoming: &TcpStream, state: &State) {
    let target = *state.target.lock().unwrap();
    let Ok(outgoing) = TcpStream::connect_timeout(&target, CONNECT) else { return };
    let _ = (incoming.set_nodelay(true), outgoing.set_nodelay(true));
    let (Ok(one), Ok(other)) = (incoming.try_clone(), outgoing.try_clone()) else { return };
    state.open.lock().unwrap().insert(number, [one, other]);
    if *state.target.lock().unwrap() == target {
        thread::scope(|scope| {
            let silent = || number < state.silent.load(Ordering::SeqCst);
            let outgoing = &outgoing;
            scope.spawn(move || stream(incoming, outgoing, silent));
            stream(outgoing, incoming, silent);
        });
    }
    state.open.lock().unwrap().remove(&number);
}

fn stream(mut from: &TcpStream, mut to: &TcpStream, silent: impl Fn() -> bool) {
    let mut bytes = [0_u8; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if !silent() && to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
