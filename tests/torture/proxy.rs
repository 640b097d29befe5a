//! A small balancer in front of the instances, as forgiving as the usual ones are by default: it takes the next instance where one
//! cannot be connected to, and never sends a request twice once any of it went out.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::rig::http::Connection;

/// Longer than anything is frozen: who waits less is the client.
const PATIENCE: Duration = Duration::from_mins(1);
const CONNECT: Duration = Duration::from_secs(2);

/// Where the instances are; nothing in the place of one that does not run.
pub type Instances = Arc<Mutex<Vec<Option<SocketAddr>>>>;

/// The balancer, and how often it could not answer for an instance.
#[derive(Clone)]
pub struct Proxy {
    pub address: SocketAddr,
    instances: Instances,
    turn: Arc<AtomicUsize>,
    /// Requests that broke off half-way.
    pub broken: Arc<AtomicU64>,
    /// Requests for which there was no instance.
    pub unreachable: Arc<AtomicU64>,
}

impl Proxy {
    pub fn start(instances: Instances) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let proxy = Self { address, instances, turn: Arc::default(), broken: Arc::default(), unreachable: Arc::default() };
        let serving = proxy.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let proxy = serving.clone();
                thread::spawn(move || proxy.serve(client));
            }
        });
        proxy
    }

    /// How many requests it could not have answered so far.
    pub fn failed(&self) -> u64 {
        self.broken.load(Ordering::Relaxed) + self.unreachable.load(Ordering::Relaxed)
    }

    fn serve(&self, client: TcpStream) {
        let _ = client.set_nodelay(true);
        let mut client = BufReader::new(client);
        while let Ok(request) = read_request(&mut client) {
            let answer = self.ask(&request);
            if client.get_mut().write_all(&answer).is_err() {
                return;
            }
        }
    }

    fn ask(&self, request: &[u8]) -> Vec<u8> {
        let Some(mut instance) = self.connect() else {
            self.unreachable.fetch_add(1, Ordering::Relaxed);
            return of(502, "", b"no instance");
        };
        let Ok(answer) = instance.send_bytes(request) else {
            self.broken.fetch_add(1, Ordering::Relaxed);
            return of(502, "", b"the instance broke off");
        };
        of(answer.status, answer.header("content-type").unwrap_or_default(), &answer.body)
    }

    /// Each in turn, and another one where that does not listen.
    fn connect(&self) -> Option<Connection> {
        let instances = self.instances.lock().unwrap().clone();
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        let order = (0..instances.len()).map(|step| instances[(first + step) % instances.len()]);
        order.flatten().find_map(|address| Connection::open_within(address, CONNECT, PATIENCE).ok())
    }
}

/// One request whole, told to close its connection afterwards: each goes to the instance on one of its own.
fn read_request(client: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let (mut request, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        if client.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == "\r\n" {
            break;
        }
        if let Some((_, value)) = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
            length = value.trim().parse().unwrap_or(0);
        }
        request.extend_from_slice(line.as_bytes());
    }
    request.extend_from_slice(b"Connection: close\r\n\r\n");
    let head = request.len();
    request.resize(head + length, 0);
    client.read_exact(&mut request[head..])?;
    Ok(request)
}

fn of(status: u16, kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status} .\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}
