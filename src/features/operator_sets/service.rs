//! Drafts, publishing and retiring, and having every instance see what was published.
//!
//! Requests of people never ask the database for a question set: they read the shelf. This instance puts a new catalogue there as soon as
//! something was published or retired here, and looks every second and a half whether that happened elsewhere ([`OperatorSets::refresh`]).

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::model::{Entry, MOST_SETS, MOST_VERSIONS, Made, Name, Standing, check_next};
use super::store;
use crate::content::{Catalogue, Finding, MadeSet, SetDocument, Shelf};
use crate::db::{Conn, Db};
use crate::kernel::{Clock, Code, Error, FieldError};

/// How often an instance looks for what others published: often enough that with the look itself it is seen within two seconds.
pub const EVERY: Duration = Duration::from_millis(1_500);

/// What keeping question sets needs around it.
#[derive(Clone, Debug)]
pub struct OperatorSets {
    db: Db,
    shelf: Shelf,
    /// The sets of this build, without any that an operator made.
    built_in: Arc<Catalogue>,
    clock: Clock,
    /// The edition that is on the shelf. Held while another one is fetched, so that an older one never takes its place.
    edition: Arc<Mutex<Option<i64>>>,
}

impl OperatorSets {
    /// `shelf` holds the sets of this build and no others yet.
    #[must_use]
    pub fn new(db: Db, shelf: Shelf, clock: Clock) -> Self {
        Self { db, built_in: shelf.current(), shelf, clock, edition: Arc::default() }
    }

    /// Looks whether something was published or retired, here or elsewhere, and puts it on the shelf. One query where nothing was.
    pub async fn refresh(&self) -> Result<(), Error> {
        let mut known = self.edition.lock().await;
        let before = *known;
        let db = self.db.going_on();
        let found = db.lookup(move |conn| {
            let edition = store::edition(conn)?;
            if before == Some(edition) { Ok(None) } else { Ok(Some((edition, store::published(conn)?))) }
        });
        let Some((edition, rows)) = found.await? else { return Ok(()) };
        let built_in = Arc::clone(&self.built_in);
        // Some milliseconds a set, which the request thread has others for.
        let catalogue = tokio::task::spawn_blocking(move || built_in.with(rows.into_iter().map(of_row).collect()));
        self.shelf.replace(catalogue.await.map_err(|_| Error::internal("what was published could not be read"))?);
        *known = Some(edition);
        Ok(())
    }

    /// Every version, by slug and number.
    pub async fn list(&self) -> Result<Vec<Entry>, Error> {
        self.db.read_content(store::list).await
    }

    /// One version, with what the rules say of it where it is a draft.
    pub async fn get(&self, name: Name) -> Result<(Made, Vec<Finding>), Error> {
        with_findings(self.db.read_content(move |conn| store::get(conn, &name)).await?).await
    }

    /// Stores a draft, new or in place of the one that `check` lets go; says whether it is new. `check` is told the revision that is there.
    pub async fn put(
        &self,
        name: Name,
        document: SetDocument,
        check: impl FnOnce(Option<i64>) -> Result<(), Error> + Send + 'static,
    ) -> Result<(bool, Made, Vec<Finding>), Error> {
        fits(&name, &document)?;
        let (now, built_in) = (self.clock.now(), Arc::clone(&self.built_in));
        let value = serde_json::to_value(&document).map_err(Error::internal)?;
        let (fresh, made) = self.db.keep_content(move |conn| put(conn, &built_in, &name, &value, check, now)).await?;
        let (made, findings) = with_findings(made).await?;
        Ok((fresh, made, findings))
    }

    /// Removes a draft.
    pub async fn delete(&self, name: Name) -> Result<(), Error> {
        self.db
            .keep_content(move |conn| {
                let held = store::hold(conn, &name)?.ok_or_else(Error::not_found)?;
                refuse_fixed(&held)?;
                store::delete(conn, &name)
            })
            .await
    }

    /// Publishes a draft that keeps every rule; what is published already stays as it is.
    pub async fn publish(&self, by: Uuid, name: Name, check: impl FnOnce(i64) -> Result<(), Error>) -> Result<Made, Error> {
        let wanted = name.clone();
        let (found, findings) = self.get(wanted).await?;
        match found.entry.standing {
            Standing::Published => return Ok(found),
            Standing::Retired => return Err(Error::new(Code::QuestionSetFixed)),
            Standing::Draft => check(found.entry.revision)?,
        }
        let mut refusals: Vec<FieldError> =
            findings.iter().filter(|one| one.refuses).map(|one| FieldError::new(&one.pointer, one.code, one.detail)).collect();
        // Again: this build may have brought a set of the name since the draft was begun. Whose first version is published keeps the name.
        if name.version == 1 && has_slug(&self.built_in, &name.slug) {
            refusals.push(reserved());
        }
        if !refusals.is_empty() {
            return Err(Error::new(Code::QuestionSetNotReady).pointing_at(refusals));
        }
        let (now, looked_at) = (self.clock.now(), found.entry.revision);
        let value = serde_json::to_value(found.document.as_published()).map_err(Error::internal)?;
        let made = self.db.keep_content(move |conn| store::publish(conn, &name, looked_at, &value, now)).await?;
        tracing::info!(operator = %by, set = made.entry.name.slug, version = made.entry.name.version, "a question set was published");
        self.show().await;
        Ok(made)
    }

    /// Takes a published version out of what is offered. What is retired already stays so.
    pub async fn retire(&self, by: Uuid, name: Name) -> Result<Made, Error> {
        let now = self.clock.now();
        let (changed, made) = self
            .db
            .keep_content(move |conn| {
                let held = store::hold(conn, &name)?.filter(|held| held.standing != Standing::Draft).ok_or_else(Error::not_found)?;
                let changes = held.standing == Standing::Published;
                if changes {
                    store::retire(conn, &name, now)?;
                }
                Ok((changes, store::get(conn, &name)?))
            })
            .await?;
        if changed {
            tracing::info!(operator = %by, set = made.entry.name.slug, version = made.entry.name.version, "a question set was retired");
        }
        self.show().await;
        Ok(made)
    }

    /// [`OperatorSets::refresh`] after something was stored: that it is seen here a moment later is no failure of what was asked.
    async fn show(&self) {
        if let Err(error) = self.refresh().await {
            tracing::warn!(code = ?error.code, cause = error.cause_text(), "what was published is not shown here yet; the next look comes soon");
        }
    }
}

/// A row as the catalogue takes it. One that cannot be read is not offered: it was written by a later version, or damaged.
fn of_row((entry, made): (Entry, Option<Made>)) -> MadeSet {
    let (slug, version) = (entry.name.slug, u32::try_from(entry.name.version).unwrap_or_default());
    let Some(set) = made.and_then(|made| made.document.into_published()) else {
        tracing::error!(set = slug, version, "a published question set cannot be read and is not offered");
        return MadeSet::Unreadable { slug, version };
    };
    MadeSet::Readable { set: Arc::new(set), retired: entry.standing == Standing::Retired }
}

async fn with_findings(made: Made) -> Result<(Made, Vec<Finding>), Error> {
    match made.entry.standing {
        Standing::Published | Standing::Retired => Ok((made, Vec::new())),
        Standing::Draft => {
            // Some milliseconds, which the request thread has others for.
            let looked = tokio::task::spawn_blocking(move || {
                let findings = made.document.findings();
                (made, findings)
            });
            looked.await.map_err(|_| Error::internal("a question set could not be looked at"))
        }
    }
}

/// A document says which version it is, and that it is a draft; its address says so, too.
fn fits(name: &Name, document: &SetDocument) -> Result<(), Error> {
    let mut wrong = Vec::new();
    if document.set.slug != name.slug {
        wrong.push(FieldError::new("/set/slug", "differs_from_address", "The set's name and the one in the address must be the same."));
    }
    if i64::from(document.set.version) != i64::from(name.version) {
        wrong.push(FieldError::new("/set/version", "differs_from_address", "The version and the one in the address must be the same."));
    }
    if !document.is_draft() {
        wrong.push(FieldError::new("/set/status", "not_a_draft", "Say draft; publishing is a request of its own."));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::invalid(wrong)) }
}

fn put(
    conn: &mut Conn,
    built_in: &Catalogue,
    name: &Name,
    document: &Value,
    check: impl FnOnce(Option<i64>) -> Result<(), Error>,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(bool, Made), Error> {
    if let Some(held) = store::hold(conn, name)? {
        refuse_fixed(&held)?;
        check(Some(held.revision))?;
        return Ok((false, store::replace(conn, name, document, now)?));
    }
    check(None)?;
    let all = store::list(conn)?;
    let same: Vec<Entry> = all.iter().filter(|one| one.name.slug == name.slug).cloned().collect();
    if same.is_empty() && has_slug(built_in, &name.slug) {
        return Err(Error::invalid(vec![reserved()]));
    }
    check_next(name, &same)?;
    let mut slugs: Vec<&str> = all.iter().map(|one| one.name.slug.as_str()).collect();
    slugs.dedup();
    if i64::try_from(all.len()).unwrap_or(i64::MAX) >= MOST_VERSIONS || (same.is_empty() && slugs.len() >= MOST_SETS) {
        return Err(Error::new(Code::LimitReached));
    }
    Ok((true, store::insert(conn, name, document, now)?))
}

fn has_slug(built_in: &Catalogue, slug: &str) -> bool {
    built_in.all_question_set_versions().any(|set| set.slug() == slug)
}

fn reserved() -> FieldError {
    FieldError::new("/set/slug", "reserved", "A set that comes with the service has this name.")
}

fn refuse_fixed(held: &Entry) -> Result<(), Error> {
    match held.standing {
        Standing::Draft => Ok(()),
        Standing::Published | Standing::Retired => Err(Error::new(Code::QuestionSetFixed)),
    }
}
