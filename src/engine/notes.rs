//! Notes: what a reader must know beside the figures. Codes; the words belong to the content.

use super::assessment::EvidenceSummary;
use super::calendar::Calendar;
use super::evidence::{ContextEffect, Evidence};
use super::math::span_days;
use super::policy::Policy;
use super::types::{Day, Keeper};

/// A remark about how far the figures carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// Always: this is how it has been so far, not how it will be.
    SoFar,
    /// One person kept the log, and people over-count what they give.
    OneSidedLog,
    /// More than a fifth of the entries have an unknown actor.
    ManyUnknownActors,
    /// Nothing was logged in the last four weeks.
    NothingRecent,
    /// The evidence spans too few days to tell a shift.
    TooShortForShift,
    /// Days under known strain count less.
    StrainedDays,
    /// Exempt days were left out.
    ExemptDays,
    /// Records were left out because they cannot count.
    RecordsLeftOut,
}

impl Note {
    /// The name used on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SoFar => "so_far",
            Self::OneSidedLog => "one_sided_log",
            Self::ManyUnknownActors => "many_unknown_actors",
            Self::NothingRecent => "nothing_recent",
            Self::TooShortForShift => "too_short_for_shift",
            Self::StrainedDays => "strained_days",
            Self::ExemptDays => "exempt_days",
            Self::RecordsLeftOut => "records_left_out",
        }
    }
}

/// The notes that apply, in a fixed order; `days` are those with entries, ascending.
#[must_use]
pub fn notes(evidence: &Evidence, days: &[Day], summary: &EvidenceSummary, policy: &Policy) -> Vec<Note> {
    let has = |effect| Calendar::new(&evidence.contexts, effect).meets(days);
    let span = summary.first_day.zip(summary.last_day).map_or(0, |(first, last)| span_days(first, last));
    let quiet = summary.last_day.is_none_or(|last| evidence.as_of.since(last) >= policy.states.recent_days);
    let left_out = summary.dropped != super::guard::Dropped::default();
    let applies = |note| match note {
        Note::SoFar => true,
        Note::OneSidedLog => evidence.kept_by != Keeper::Neither,
        Note::ManyUnknownActors => u64::from(summary.unknown_actor_entries) * 5 > u64::from(summary.entries),
        Note::NothingRecent => quiet,
        Note::TooShortForShift => span <= 2 * policy.level.shift_margin_days,
        Note::StrainedDays => has(ContextEffect::Widen),
        Note::ExemptDays => has(ContextEffect::Exempt),
        Note::RecordsLeftOut => left_out,
    };
    let all = [
        Note::SoFar,
        Note::OneSidedLog,
        Note::ManyUnknownActors,
        Note::NothingRecent,
        Note::TooShortForShift,
        Note::StrainedDays,
        Note::ExemptDays,
        Note::RecordsLeftOut,
    ];
    all.into_iter().filter(|note| applies(*note)).collect()
}
