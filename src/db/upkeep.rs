//! Upkeep that goes through all accounts, a bounded batch in one transaction: no request is served by it.

use uuid::Uuid;

use super::rotation::accounts_after;
use super::{Conn, Db};
use crate::kernel::{AccountId, Error};

/// Accounts in one transaction: short enough that nobody who writes in one of them waits noticeably.
const BATCH: i64 = 200;

/// Does `work` for every account, a batch after the other; gives what each batch came to. A batch that
/// fails is said in the log and left out.
///
/// It may be broken off anywhere and begun again, on several instances at once.
pub async fn in_batches<T, F>(db: &Db, work: F) -> Result<Vec<T>, Error>
where
    T: Send + 'static,
    F: Fn(&mut Conn) -> Result<T, Error> + Clone + Send + 'static,
{
    let (mut after, mut done) = (AccountId(Uuid::nil()), Vec::new());
    loop {
        let batch = db.lookup(move |conn| accounts_after(conn, after, BATCH)).await?;
        let Some(last) = batch.last() else { return Ok(done) };
        after = *last;
        match db.write_in(&batch, work.clone()).await {
            Ok(one) => done.push(one),
            // What fails in one batch keeps no other from its turn.
            Err(error) => {
                tracing::warn!(code = ?error.code, cause = error.cause_text(), "a batch of accounts could not be kept up; it comes again with the next time");
            }
        }
    }
}
