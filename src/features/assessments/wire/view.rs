//! What was computed, recorded or not, in the reader's language.

use super::answer::{
    AssessmentView, CheckView, CitedRecordView, ConflictView, ContributionView, DimensionView, EvidenceView, FindingView, MethodView,
    MissingView, NoteView, OverallView, PreviewView, ShiftView, WindowView,
};
use super::change::ChangeView;
use crate::content::Phrases;
use crate::features::assessments::model::{
    Assessment, CheckOutcome, CitedOutcome, Computed, ConflictOutcome, DimensionOutcome, EvidenceRead, FiguresOutcome, FindingOutcome,
    MissingOutcome, OverallOutcome, PartOutcome, state_text_key,
};

impl AssessmentView {
    /// The answer in the language of `phrases`.
    #[must_use]
    pub fn new(mut found: Assessment, phrases: Phrases<'_>) -> Self {
        let cited_records = std::mem::take(&mut found.computed.outcome.cited_records);
        let said = PreviewView::new(found.computed, phrases);
        Self {
            id: found.id.0,
            relationship_id: found.relationship.0,
            as_of: said.as_of,
            window: said.window,
            method: said.method,
            evidence: said.evidence,
            stale: found.stale,
            overall: said.overall,
            dimensions: said.dimensions,
            patterns: said.patterns,
            strengths: said.strengths,
            explanation: said.explanation,
            cited_records: cited_records.into_iter().map(CitedRecordView::from).collect(),
            checks: said.checks,
            measures: said.measures,
            conflicts: said.conflicts,
            notes: said.notes,
            what_would_change: said.what_would_change,
            created_at: found.created_at,
        }
    }
}

impl From<CitedOutcome> for CitedRecordView {
    fn from(cited: CitedOutcome) -> Self {
        Self { id: cited.id, kind: cited.kind }
    }
}

impl PreviewView {
    /// What was computed, in the language of `phrases`.
    #[must_use]
    pub fn new(found: Computed, phrases: Phrases<'_>) -> Self {
        let outcome = found.outcome;
        let note = |code: String| NoteView { text: phrases.get(&format!("note.{code}")).to_owned(), code };
        let finding = |list: Vec<FindingOutcome>, family: &str| list.into_iter().map(|one| self::finding(one, family, phrases)).collect();
        Self {
            as_of: found.window.to,
            window: WindowView { from: found.window.from, to: found.window.to },
            method: MethodView { name: found.method_name, version: found.method_version },
            evidence: evidence(outcome.evidence, &found.evidence_digest),
            overall: overall(outcome.overall, phrases),
            dimensions: outcome.dimensions.into_iter().map(|result| dimension(result, phrases)).collect(),
            patterns: finding(outcome.patterns, "pattern"),
            strengths: finding(outcome.strengths, "strength"),
            explanation: outcome.explanation.into_iter().map(ContributionView::from).collect(),
            checks: outcome.checks.into_iter().map(CheckView::from).collect(),
            measures: outcome.measures.into(),
            conflicts: outcome.conflicts.into_iter().map(ConflictView::from).collect(),
            notes: outcome.notes.into_iter().map(note).collect(),
            what_would_change: outcome
                .what_would_change
                .map(|all| all.into_iter().map(|change| ChangeView::new(change, phrases)).collect()),
        }
    }
}

fn evidence(read: EvidenceRead, digest: &[u8]) -> EvidenceView {
    EvidenceView {
        digest: format!("sha256:{}", data_encoding::HEXLOWER.encode(digest)),
        entries: read.entries,
        unknown_actor_entries: read.unknown_actor_entries,
        days: read.days,
        first_day: read.first_day,
        last_day: read.last_day,
        kept_by: read.kept_by,
    }
}

fn overall(overall: OverallOutcome, phrases: Phrases<'_>) -> OverallView {
    let figures = overall.figures;
    OverallView {
        text: phrases.get(&state_text_key(&overall.state, figures.as_ref())).to_owned(),
        state: overall.state,
        balance: figures.map(|f| f.balance),
        lower_90: figures.map(|f| f.lower_90),
        upper_90: figures.map(|f| f.upper_90),
        net_imbalance: overall.net_imbalance,
        complementarity: overall.complementarity,
        missing: overall.missing.into_iter().map(|one| missing(one, phrases)).collect(),
    }
}

fn dimension(result: DimensionOutcome, phrases: Phrases<'_>) -> DimensionView {
    let figure = |pick: fn(&FiguresOutcome) -> f64| result.figures.as_ref().map(pick);
    DimensionView {
        balance: figure(|f| f.balance),
        lower_90: figure(|f| f.lower_90),
        upper_90: figure(|f| f.upper_90),
        probability_over: figure(|f| f.probability_over),
        probability_under: figure(|f| f.probability_under),
        text: phrases.get(&state_text_key(&result.state, result.figures.as_ref())).to_owned(),
        dimension: result.dimension,
        state: result.state,
        expected_balance: result.expected_balance,
        effective_events: result.effective_events,
        entries: result.entries,
        shift: result.shift.map(|shift| ShiftView { probability: shift.probability, date: shift.date }),
        ebb_sd: result.ebb_sd,
        local_balance: result.local_balance,
        explanation: result.explanation.into_iter().map(ContributionView::from).collect(),
        missing: result.missing.into_iter().map(|one| missing(one, phrases)).collect(),
    }
}

fn missing(missing: MissingOutcome, phrases: Phrases<'_>) -> MissingView {
    MissingView { text: phrases.get(&format!("missing.{}", missing.code)).to_owned(), code: missing.code, more: missing.more }
}

fn finding(found: FindingOutcome, family: &str, phrases: Phrases<'_>) -> FindingView {
    FindingView {
        text: phrases.get(&format!("{family}.{}.{}", found.code, found.whose)).to_owned(),
        other_reading: phrases.get(&format!("reading.{}", found.other_reading)).to_owned(),
        code: found.code,
        whose: found.whose,
        probability: found.probability,
        entry_ids: found.entry_ids,
        counter_entry_ids: found.counter_entry_ids,
    }
}

impl From<CheckOutcome> for CheckView {
    fn from(check: CheckOutcome) -> Self {
        Self { code: check.code, whose: check.whose, outcome: check.outcome }
    }
}

impl From<PartOutcome> for ContributionView {
    fn from(part: PartOutcome) -> Self {
        Self { kind: part.kind, entry_id: part.entry_id, contribution: part.contribution }
    }
}

impl From<ConflictOutcome> for ConflictView {
    fn from(conflict: ConflictOutcome) -> Self {
        Self { dimension: conflict.dimension, log_balance: conflict.log_balance, answers_balance: conflict.answers_balance }
    }
}

#[cfg(test)]
mod tests {
    use crate::content::Texts;
    use crate::engine::assessment::State;
    use crate::engine::evidence::Evidence;
    use crate::engine::types::Day;
    use crate::engine::{Policy, assess};

    #[test]
    fn every_check_state_and_note_of_the_engine_has_words() {
        let texts = Texts::load().unwrap();
        let phrases = texts.accepted("en");
        let checks = assess(&Evidence::empty(Day(0), Day(100)), &Policy::default()).checks;
        for check in checks {
            let family = if check.code.is_strength() { "strength" } else { "pattern" };
            let key = format!("{family}.{}.{}", check.code.as_str(), check.whose.as_str());
            assert!(!phrases.get(&key).is_empty(), "{key}");
            let reading = format!("reading.{}", check.code.other_reading());
            assert!(!phrases.get(&reading).is_empty(), "{reading}");
        }
        let states =
            [State::InsufficientEvidence, State::SustainedImbalance, State::RecentShift, State::Ebb, State::Balanced, State::Unclear];
        for state in states {
            assert!(!phrases.get(&format!("state.{}", state.as_str())).is_empty(), "{state:?}");
        }
    }
}
