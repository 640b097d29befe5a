//! An OpenTelemetry collector, as far as a service can tell: takes what is posted to it and keeps it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

pub struct Collector {
    pub url: String,
    posts: Receiver<(String, Vec<u8>)>,
}

impl Collector {
    /// Listens until the process ends.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, posts) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, sender) = (stream.unwrap(), sender.clone());
                std::thread::spawn(move || take(&stream, &sender));
            }
        });
        Self { url, posts }
    }

    /// Everything that was posted so far: the paths, and the bodies in one piece. Protobuf leaves texts as they are.
    pub fn posted(&self) -> (Vec<String>, Vec<u8>) {
        let (paths, bodies): (Vec<String>, Vec<Vec<u8>>) = self.posts.try_iter().unzip();
        (paths, bodies.concat())
    }
}

/// Every request of one connection.
fn take(mut stream: &TcpStream, sender: &Sender<(String, Vec<u8>)>) {
    let mut reader = BufReader::new(stream);
    loop {
        let (mut line, mut length) = (String::new(), 0);
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let mut header = String::new();
        while reader.read_line(&mut header).unwrap() > 2 {
            if let Some((_, value)) = header.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
                length = value.trim().parse().unwrap();
            }
            header.clear();
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        // Whoever asked for the test has ended.
        if sender.send((line.split(' ').nth(1).unwrap().to_owned(), body)).is_err() {
            return;
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n").unwrap();
    }
}
