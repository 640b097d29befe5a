//! What stands between a service and its database, and falls silent when it is told to: connections stay open, and nothing comes.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::database::Fresh;

/// A way to a database over TCP.
pub struct Line {
    address: SocketAddr,
    role: String,
    database: String,
    /// What comes over connections below this number is swallowed: neither side hears that anything is wrong.
    silent: Arc<AtomicU64>,
    next: Arc<AtomicU64>,
}

impl Line {
    pub fn to(database: &Fresh) -> Self {
        let (socket, role, name) = parts_of(&database.url);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (silent, next) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let (heard, counted) = (Arc::clone(&silent), Arc::clone(&next));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = UnixStream::connect(&socket) else { return };
                let number = counted.fetch_add(1, Ordering::SeqCst);
                let (from_client, from_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let (there, back) = (Arc::clone(&heard), Arc::clone(&heard));
                std::thread::spawn(move || pass(from_client, server, number, &there));
                std::thread::spawn(move || pass(from_server, client, number, &back));
            }
        });
        Self { address, role: role.to_owned(), database: name.to_owned(), silent, next }
    }

    /// The database by this way.
    pub fn url(&self) -> String {
        format!("postgresql://{}@{}/{}?sslmode=disable&gssencmode=disable", self.role, self.address, self.database)
    }

    /// Nothing comes over it any more, over no connection.
    pub fn fall_silent(&self) {
        self.silent.store(u64::MAX, Ordering::SeqCst);
    }

    /// Nothing comes over what is open any more; new connections work.
    pub fn silence_what_is_open(&self) {
        self.silent.store(self.next.load(Ordering::SeqCst), Ordering::SeqCst);
    }
}

fn pass(mut from: impl Read, mut to: impl Write, number: u64, silent: &AtomicU64) {
    let mut buffer = [0_u8; 8_192];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if number >= silent.load(Ordering::SeqCst) && to.write_all(&buffer[..read]).is_err() {
            return;
        }
    }
}

/// The socket, the role and the database of `postgresql://role@%2Ffolder:5432/database`.
fn parts_of(url: &str) -> (PathBuf, &str, &str) {
    let (role, place) = url.strip_prefix("postgresql://").unwrap().split_once('@').unwrap();
    let (place, database) = place.split_once('/').unwrap();
    let (folder, port) = place.split_once(':').unwrap();
    let folder = percent_encoding::percent_decode_str(folder).decode_utf8().unwrap();
    (PathBuf::from(folder.as_ref()).join(format!(".s.PGSQL.{port}")), role, database)
}
