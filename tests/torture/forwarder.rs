//! The address the service knows Postgres by: passes bytes on to whichever server is the primary, and can cut what is open.

use std::collections::HashMap;
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
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
}

impl Forwarder {
    pub fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port();
        let state = Arc::new(State { target: Mutex::new(local(port)), open: Mutex::default() });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for (number, incoming) in (0..).zip(listener.incoming().flatten()) {
                let state = Arc::clone(&shared);
                thread::spawn(move || pass(number, &incoming, &state));
            }
        });
        Self { port: own, state }
    }

    /// From now on connections go to this port; those that are open are cut.
    pub fn point(&self, port: u16) {
        *self.state.target.lock().unwrap() = local(port);
        self.cut();
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
            scope.spawn(|| stream(incoming, &outgoing));
            stream(&outgoing, incoming);
        });
    }
    state.open.lock().unwrap().remove(&number);
}

fn stream(mut from: &TcpStream, mut to: &TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
