//! Making, redeeming and ending grants: where rows, codes and sessions meet.

use chrono::{DateTime, Utc};

use super::model::{Grant, GrantCode, Terms};
use super::store;
use crate::db::creation::{Creation, Made};
use crate::db::{AccountKey, Conn, Db};
use crate::features::accounts::{Passwords, confirm_password};
use crate::features::sessions::model::{Idle, Lent, Wanted};
use crate::features::sessions::{Granted, Sessions};
use crate::kernel::token::{Came, Scope};
use crate::kernel::trusted::Trusted;
use crate::kernel::{Error, GrantId, Random, View};

/// What the work on grants needs around it.
#[derive(Clone, Debug)]
pub struct Grants {
    pub db: Db,
    pub sessions: Sessions,
    pub passwords: Passwords,
    pub trusted: Trusted,
    pub random: Random,
}

impl Grants {
    /// Makes a grant with the account's password, and the code that is shown this once; where the same request made it before, there
    /// is no code to show.
    pub async fn create(
        &self,
        view: View,
        password: Option<&str>,
        came: Came,
        terms: Terms,
        creation: Creation,
    ) -> Result<(Made<Grant>, Option<GrantCode>), Error> {
        let verified = confirm_password(&self.db, &self.passwords, view.account(), password).await?;
        let code = GrantCode::generate(view.account(), self.random)?;
        let kept = code.clone();
        let create = move |conn: &mut Conn, key: &AccountKey| store::create(conn, key, verified.as_deref(), came, &terms, &kept, &creation);
        let made = self.db.write_words(view, create).await?;
        let shown = made.fresh.then_some(code);
        Ok((made, shown))
    }

    /// Starts the session of whoever shows a code: it may read what the grant lends, until the grant ends.
    pub async fn redeem(&self, code: GrantCode, now: DateTime<Utc>) -> Result<Granted, Error> {
        let account = code.account;
        // Asked before the account's key is: a code of an account that is gone takes as long as one that nobody waits for.
        let waits = code.clone();
        self.sessions.look(account, move |conn| store::waiting(conn, &waits, now)).await?;
        let admit = move |conn: &mut Conn, key: &AccountKey| {
            let Grant { id, terms, .. } = store::redeem(conn, key, &code, now)?;
            let lent = Lent { grant: id, until: terms.expires_at };
            let scope = Scope { write: false, delete: false };
            Ok(Wanted { label: terms.label, scope, idle: Idle::LONGEST, relationship: Some(terms.relationship), lent: Some(lent) })
        };
        self.sessions.begin(account, now, admit).await
    }

    /// Ends a grant and its sessions: at once here, within two seconds on every other instance.
    pub async fn end(&self, view: View, id: GrantId, now: DateTime<Utc>) -> Result<(), Error> {
        let account = view.account();
        let ended = self.db.write(view, move |conn| store::end(conn, account, id, now)).await;
        self.trusted.forget(account);
        ended
    }
}
