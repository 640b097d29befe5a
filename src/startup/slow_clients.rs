//! Closes connections whose client does not take its answer. The server bounds the head of a connection's first request and
//! the time without a byte between requests; a body is bounded where it is read (`api::body`). This bounds the rest:
//! an answer that is not taken, and the head of a later request that never ends.

use std::any::Any;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Extensions, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::rt::net::TcpStream as Accepted;
use actix_web::rt::time::{Instant, sleep_until};
use actix_web::{Error, web};

/// One connection: a way to close it from outside the server, and when that is due. Nothing is due while a request is worked on.
pub struct Connection {
    socket: TcpStream,
    patience: Duration,
    due: Mutex<Option<Instant>>,
}

impl Connection {
    fn expect_progress(&self) {
        self.set(Some(Instant::now() + self.patience));
    }

    fn set(&self, due: Option<Instant>) {
        *self.due.lock().unwrap_or_else(PoisonError::into_inner) = due;
    }

    fn due(&self) -> Option<Instant> {
        *self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Watches a connection that was just accepted. Call it from the server's `on_connect`.
pub fn watch(patience: Duration, accepted: &dyn Any, data: &mut Extensions) {
    let Some(stream) = accepted.downcast_ref::<Accepted>() else { return };
    let Ok(socket) = stream.as_fd().try_clone_to_owned() else {
        tracing::warn!("a connection cannot be watched: no file descriptor is left");
        return;
    };
    let connection = Arc::new(Connection { socket: socket.into(), patience, due: Mutex::new(None) });
    actix_web::rt::spawn(close_when_due(Arc::downgrade(&connection), patience));
    data.insert(connection);
}

/// Looks when something can be due, and not before; ends soon after the connection has ended.
async fn close_when_due(watched: Weak<Connection>, patience: Duration) {
    let mut next = Instant::now() + patience;
    loop {
        sleep_until(next).await;
        let Some(connection) = watched.upgrade() else { return };
        next = connection.due().unwrap_or_else(|| Instant::now() + patience);
        if next <= Instant::now() {
            tracing::debug!("a client that took no answer was disconnected");
            // It may have ended by itself in this moment.
            let _ = connection.socket.shutdown(Shutdown::Both);
            return;
        }
    }
}

/// Wraps every request: while it is worked on nothing is expected of the client, from the answer on progress is.
pub async fn expect_progress(req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<Taken>, Error> {
    let connection = req.conn_data::<Arc<Connection>>().cloned();
    if let Some(connection) = &connection {
        connection.set(None);
    }
    let answered = next.call(req).await;
    if let Some(connection) = &connection {
        connection.expect_progress();
    }
    Ok(answered?.map_body(|_, body| Taken { body: body.boxed(), left: web::Bytes::new(), connection }))
}

/// The most that is handed to the server at a time. It keeps a copy of what a client has not taken yet.
const PART: usize = 32 * 1024;

/// A body that notes each time that the server asks for more of it: the part before has been taken.
pub struct Taken {
    body: BoxBody,
    /// What is left of a long part.
    left: web::Bytes,
    connection: Option<Arc<Connection>>,
}

impl Taken {
    fn next_part(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<web::Bytes, Box<dyn std::error::Error>>>> {
        if self.left.is_empty() {
            match Pin::new(&mut self.body).poll_next(context) {
                Poll::Ready(Some(Ok(more))) => self.left = more,
                other => return other,
            }
        }
        let length = self.left.len().min(PART);
        Poll::Ready(Some(Ok(self.left.split_to(length))))
    }
}

impl MessageBody for Taken {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<web::Bytes, Self::Error>>> {
        let part = self.next_part(context);
        match (&self.connection, part.is_ready()) {
            (Some(connection), true) => connection.expect_progress(),
            // While the next part is being made, nothing is expected of the client.
            (Some(connection), false) => connection.set(None),
            (None, _) => {}
        }
        part
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    /// What the server keeps of an answer is what it was handed and the client has not taken.
    #[actix_web::test]
    async fn a_long_answer_is_handed_over_in_small_parts_and_whole() {
        let long: Vec<u8> = (0..100_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let mut body = Taken { body: long.clone().boxed(), left: web::Bytes::new(), connection: None };
        assert!(matches!(body.size(), BodySize::Sized(100_000)));
        let mut taken = Vec::new();
        while let Some(part) = poll_fn(|context| Pin::new(&mut body).poll_next(context)).await {
            let part = part.unwrap();
            assert!(part.len() <= PART, "{}", part.len());
            taken.extend_from_slice(&part);
        }
        assert_eq!(taken, long);
    }
}
