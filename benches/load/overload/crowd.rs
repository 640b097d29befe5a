//! Many clients on one thread, each with a connection of its own that it asks on again and again; success and refusal are told apart.

use std::cell::RefCell;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_web::rt::net::TcpStream;
use actix_web::rt::time::{sleep, timeout};
use actix_web::rt::{System, spawn};

use super::Write;
use crate::rig::http;
use crate::rig::people::Person;
use crate::rig::seeded::Seeded;

/// Whoever has no answer by then counts as broken.
const PATIENCE: Duration = Duration::from_secs(30);
/// Everybody comes at the same moment, and nobody's session is known yet: what is asked so soon is not counted.
const ARRIVING: Duration = Duration::from_secs(2);

/// One request.
pub struct Request {
    pub method: &'static str,
    pub path: String,
    pub body: String,
}

/// Who asks what, and for how long.
pub struct Crowd<'a> {
    pub address: SocketAddr,
    pub people: &'a [Person],
    pub clients: usize,
    pub seconds: u64,
    pub write: Write,
    pub seed: u64,
}

/// What they were answered.
#[derive(Debug, Default)]
pub struct Seen {
    /// Of the accepted ones, in milliseconds, from the first byte sent to the last one read.
    pub latencies: Vec<f64>,
    pub accepted: usize,
    /// Answered with 503.
    pub refused: usize,
    /// Of those, how many did not say when to come back.
    pub unsaid: usize,
    /// Connections that ended without an answer.
    pub broken: usize,
    /// Statuses that are neither.
    pub odd: Vec<u16>,
    pub seconds: f64,
}

impl Crowd<'_> {
    /// Asks until the time is over; whoever still waits then is waited for.
    pub fn ask(&self) -> Seen {
        let seen = Rc::new(RefCell::new(Seen::default()));
        System::new().block_on(async {
            let begun = Instant::now();
            let from = begun + ARRIVING;
            let end = from + Duration::from_secs(self.seconds);
            let clients: Vec<_> = (0..self.clients)
                .map(|n| {
                    let person = self.people[n % self.people.len()].clone();
                    let chance = Seeded::new(0x0c40_3d00 + self.seed * 100_000 + n as u64);
                    let client = Client { address: self.address, person, write: self.write, from, seen: Rc::clone(&seen) };
                    spawn(client.run(end, chance))
                })
                .collect();
            for client in clients {
                client.await.unwrap();
            }
            seen.borrow_mut().seconds = from.elapsed().as_secs_f64();
        });
        Rc::try_unwrap(seen).unwrap().into_inner()
    }
}

struct Client {
    address: SocketAddr,
    person: Person,
    write: Write,
    from: Instant,
    seen: Rc<RefCell<Seen>>,
}

impl Client {
    async fn run(self, end: Instant, mut chance: Seeded) {
        while Instant::now() < end {
            let asked = self.on_one_connection(end, &mut chance);
            if !matches!(timeout(PATIENCE.saturating_add(end.saturating_duration_since(Instant::now())), asked).await, Ok(Ok(()))) {
                self.seen.borrow_mut().broken += 1;
                // Where nothing is listened to any more, asking at once would only heat.
                sleep(Duration::from_millis(50)).await;
            }
        }
    }

    /// Asks until the time is over, or the other side ends the connection after an answer.
    async fn on_one_connection(&self, end: Instant, chance: &mut Seeded) -> io::Result<()> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let bearer = format!("Bearer {}", self.person.token);
        while Instant::now() < end {
            let Request { method, path, body } = (self.write)(&self.person, chance);
            let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
            let headers = if body.is_empty() { &headers[..1] } else { &headers };
            let request = http::head(self.address, method, &path, headers, body.len()) + &body;
            let asked = Instant::now();
            send(&stream, request.as_bytes()).await?;
            let answer = read(&stream).await?;
            if asked >= self.from {
                self.note(&answer, asked.elapsed());
            }
            if answer.closes {
                return Ok(());
            }
        }
        Ok(())
    }

    fn note(&self, answer: &Answer, took: Duration) {
        let mut seen = self.seen.borrow_mut();
        match answer.status {
            200..=299 => {
                seen.accepted += 1;
                seen.latencies.push(took.as_secs_f64() * 1000.0);
            }
            503 => {
                seen.refused += 1;
                seen.unsaid += usize::from(!answer.says_when);
            }
            other => seen.odd.push(other),
        }
    }
}

struct Answer {
    status: u16,
    says_when: bool,
    closes: bool,
}

/// Writes all of it.
pub async fn send(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(again) if again.kind() == ErrorKind::WouldBlock => {}
            Err(broken) => return Err(broken),
        }
    }
    Ok(())
}

async fn read(stream: &TcpStream) -> io::Result<Answer> {
    let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
    loop {
        if let Some(answer) = whole(&bytes) {
            return Ok(answer);
        }
        stream.readable().await?;
        match stream.try_read(&mut part) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(read) => bytes.extend_from_slice(&part[..read]),
            Err(again) if again.kind() == ErrorKind::WouldBlock => {}
            Err(broken) => return Err(broken),
        }
    }
}

/// The answer, once its last byte is there. Every answer that is asked for here says how long it is.
fn whole(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim);
    let length: usize = header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
    let answer = || Answer { status, says_when: header("retry-after").is_some(), closes: header("connection") == Some("close") };
    (bytes.len() >= end + 4 + length).then(answer)
}
