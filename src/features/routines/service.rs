//! Where an adopted practice stands, as far as it may be put before its person.

use chrono::{DateTime, Utc};

use super::model::Standing;
use super::store;
use crate::content::Catalogue;
use crate::db::{AccountKey, Conn};
use crate::features::recommendations::model::{Situation, may_be_offered};
use crate::features::{assessments, recommendations};
use crate::kernel::{AdoptedPracticeId, Error};

/// Where an adopted practice stands now. What must not be prompted rests, by the same function, and looks like whatever rests with its
/// relationship.
pub fn standing(
    conn: &mut Conn,
    key: &AccountKey,
    catalogue: &Catalogue,
    id: AdoptedPracticeId,
    now: DateTime<Utc>,
) -> Result<Standing, Error> {
    let practice = store::get(conn, key.account(), id)?;
    let tie = practice.relationship;
    let considered = recommendations::considered(conn, key, tie, now)?;
    let worn_out = assessments::worn_out(conn, key.account(), &[tie])?.contains(&tie);
    let known = catalogue.practice(&practice.adopted.practice);
    store::standing(conn, key.account(), &practice, now, |details| {
        let situation = Situation::new(details, now.date_naive(), worn_out);
        known.is_some_and(|known| may_be_offered(catalogue, &situation, &considered, known))
    })
}
