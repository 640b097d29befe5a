//! Clients that mean no good, or are on a bad line.

use std::io::Write;
use std::net::TcpStream;
use std::time::Instant;

use super::{Done, between, told, wait};
use crate::rig::seeded::Seeded;
use crate::site::Site;

const EACH: usize = 60;

/// What each of them sends before it falls silent.
const BEGINNINGS: [&str; 4] = [
    "",
    "POST /v1/relationships/0",
    "POST /v1/interactions/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{\"items\": [",
    "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\nGET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n",
];

pub fn half_open(site: &mut Site, chance: &mut Seeded) -> Done {
    let (begun, before) = (Instant::now(), site.proxy.failed());
    let addresses: Vec<_> = site.instances.lock().unwrap().iter().flatten().copied().collect();
    let mut held = Vec::new();
    for address in addresses {
        for beginning in BEGINNINGS.iter().cycle().take(EACH * BEGINNINGS.len()) {
            let Ok(mut stream) = TcpStream::connect(address) else { continue };
            let _ = stream.write_all(beginning.as_bytes());
            held.push(stream);
        }
    }
    wait(between(chance, 6, 14));
    let count = held.len();
    drop(held);
    match site.proxy.failed() - before {
        0 => told(&format!("{count} of them, no request of others failed"), begun),
        failed => Done::Broken(format!("{failed} requests of others failed beside {count} slow clients")),
    }
}
