//! Tokens of other issuers: how the gate checks them and finds whose account they open.

use std::sync::Arc;

use crate::kernel::external::{Claimed, ExternalTokens, Subjects};
use crate::kernel::lock::Lock;
use crate::kernel::token::{Identity, Living, Verified};
use crate::kernel::trusted::{Digest, Trusted};
use crate::kernel::{Clock, Code, Error, Reach};

/// What is known of other issuers and their subjects.
#[derive(Clone)]
pub struct External {
    pub tokens: Arc<dyn ExternalTokens>,
    pub subjects: Arc<dyn Subjects>,
}

impl External {
    /// The account that a token opens, from the database; the answer is remembered as that about a session is.
    pub async fn account_of(&self, claimed: Claimed, token: Digest, trusted: &Trusted, clock: &Clock) -> Result<(Verified, Living), Error> {
        let asked = trusted.ask(clock.now());
        let answer = self.subjects.account_of(claimed).await;
        // What was believed rests on a database that can be asked; one that is only busy (no cause) is not given more to do.
        if answer.as_ref().is_err_and(|failed| failed.cause().is_some()) {
            trusted.forget_all();
        }
        let account = answer?.ok_or_else(|| Error::new(Code::Unauthenticated))?;
        let identity = Identity { account, session: claimed.session, scope: claimed.scope };
        let verified = Verified { identity, kid: String::new(), until: claimed.until };
        // A PIN is set with a password, which such an account has not.
        let living = Living { lock: Lock::Absent, reach: Reach::Whole, until: claimed.until };
        trusted.remember(token, verified.clone(), living, asked);
        Ok((verified, living))
    }
}
