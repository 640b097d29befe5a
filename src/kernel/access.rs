//! Who read what: the edge sees it, the access log keeps it.

use std::future::Future;
use std::pin::Pin;

use super::ids::{AccountId, GrantId, SessionId};

/// A verified caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reader {
    pub account: AccountId,
    pub session: SessionId,
    /// The grant that the session came by, where one did.
    pub grant: Option<GrantId>,
}

/// Keeps the access log; the edge tells it of every answer that showed something.
pub trait AccessRecorder: Send + Sync {
    /// Notes a read of the route with this template. It never fails the read: what cannot be written is said in the log.
    fn record<'a>(&'a self, reader: Reader, route: &'a str) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
}
