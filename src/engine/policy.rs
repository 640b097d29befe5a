//! Every constant of the method as one documented value, so that a version of the method is a value of [`Policy`].

use super::patterns::policy::PatternPolicy;

/// The constants of the method. [`Policy::default`] is the version in use.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Name of the method.
    pub name: &'static str,
    /// Version of the method; changes whenever any figure can change.
    pub version: &'static str,
    /// How a day's records become evidence.
    pub effective: EffectivePolicy,
    /// Level, ebb and shift over time.
    pub level: LevelPolicy,
    /// Partial pooling across dimensions.
    pub pooling: PoolingPolicy,
    /// Who kept the log, questionnaires.
    pub fusion: FusionPolicy,
    /// Neutral zone and the rules for states.
    pub states: StatePolicy,
    /// Patterns and strengths.
    pub patterns: PatternPolicy,
}

/// Step 1: the effective evidence of a day.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectivePolicy {
    /// Days after which evidence counts half.
    pub half_life_days: f64,
    /// Evidence older than this is not read by the level: at six half-lives it weighs 1.6 %.
    pub horizon_days: i32,
    /// Prior mean of the agreement between acts of one day.
    pub agreement_prior_mean: f64,
    /// Prior weight of that agreement, in acts.
    pub agreement_prior_weight: f64,
    /// Highest agreement allowed.
    pub agreement_max: f64,
    /// Prior weight that shrinks the pilot balance towards 0, in effective acts.
    pub pilot_prior_weight: f64,
    /// Factor on the evidence of days under known strain, 0 to 1.
    pub strain_factor: f64,
}

/// Step 2: level + ebb + at most one shift, on the balance scale.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelPolicy {
    /// Variance of a level under the flat prior that effective events are counted against.
    pub level_variance: f64,
    /// Kinds of levels before a shift: standard deviation of their centre, and of their spread around it, and prior weight.
    pub old_levels: Vec<(f64, f64, f64)>,
    /// Prior under which pairs of ebb setting and date are first weighed: centre and spread.
    pub screening_levels: (f64, f64),
    /// Prior probability that there is a shift among the candidate dates.
    pub shift_probability: f64,
    /// Candidate dates stay this many days away from either end of the evidence.
    pub shift_margin_days: i32,
    /// Observed days, counted in each dimension, that tell two possible dates of a shift apart.
    pub shift_rows: usize,
    /// A shift longer ago than this, in days before the last of the evidence, is not looked for: what came
    /// before it has lost most of its weight.
    pub shift_reach_days: i32,
    /// A level that moved by less than this did not shift.
    pub shift_size: f64,
    /// Prior probability that there is no ebb but a late episode: one swing of all dimensions, still going on.
    pub episode_probability: f64,
    /// Standard deviation of its size.
    pub episode_sd: f64,
    /// Fewest and most days that it has lasted. Under the margin of a shift: what has lasted longer may be one.
    pub episode_days: (i32, i32),
    /// Days between its possible starts.
    pub episode_step_days: i32,
    /// Prior probability that there is no ebb at all.
    pub calm_probability: f64,
    /// Prior probability that an ebb is shared by all dimensions.
    pub shared_probability: f64,
    /// Standard deviations of the ebb, with their prior weights.
    pub ebb_sds: [(f64, f64); 3],
    /// Time constants in days of an ebb that all dimensions share, with their prior weights.
    pub shared_ebb_days: [(f64, f64); 3],
    /// Time constants in days of an ebb of one dimension, with their prior weights.
    pub own_ebb_days: [(f64, f64); 1],
    /// Standard deviation below which no level is ever known.
    pub resolution_sd: f64,
    /// Explanations lighter than this, relative to the heaviest, are left out.
    pub component_floor: f64,
}

/// Step 4: partial pooling across dimensions, on the balance scale around the expected balance.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolingPolicy {
    /// Kinds of relationship: standard deviation of the dimensions' centre, spread of the dimensions around
    /// it, and prior weight.
    pub kinds: Vec<(f64, f64, f64)>,
}

/// Step 5: fusion on the logit scale.
#[derive(Clone, Debug, PartialEq)]
pub struct FusionPolicy {
    /// How much a logger over-claims, on the logit scale.
    pub keeper_shift: f64,
    /// Standard deviation of that over-claiming between loggers.
    pub keeper_sd: f64,
    /// Logits for a difference of one whole range between giving and receiving scores.
    pub questionnaire_slope: f64,
    /// Standard deviation of what a questionnaire means for the log, beyond its measurement error.
    pub questionnaire_sd: f64,
    /// Further standard deviation where a questionnaire asks about the relationship as a whole.
    pub questionnaire_between_sd: f64,
    /// Squared distance between log and answers above which they disagree (chi-squared, 1 df, 5 %).
    pub conflict_threshold: f64,
}

/// Step 6 and the states.
#[derive(Clone, Debug, PartialEq)]
pub struct StatePolicy {
    /// Half-width of the neutral zone in logits: .405 is a balance of .20, 60 to 40.
    pub neutral_logit: f64,
    /// Fewest effective acts for any statement.
    pub min_effective: f64,
    /// An interval wider than this says too little while the probability is undecided.
    pub max_interval_width: f64,
    /// Probabilities between these two are undecided.
    pub undecided: (f64, f64),
    /// Probability of imbalance from which it is called sustained.
    pub sustained_probability: f64,
    /// Days earlier at which it must have been so too.
    pub sustained_lag_days: i32,
    /// Fewest days the evidence must span for it.
    pub sustained_min_span_days: i32,
    /// A shift younger than this many days is recent.
    pub recent_days: i32,
    /// Probability of a shift from which it is reported as one.
    pub shift_probability: f64,
    /// Probability of imbalance a recent shift needs.
    pub recent_imbalance_probability: f64,
    /// Probability of sustained imbalance under which a swing is an ebb.
    pub ebb_max_probability: f64,
    /// Probability that today's local level is outside the neutral zone for an ebb.
    pub ebb_local_probability: f64,
    /// Probability of imbalance up to which a dimension is balanced.
    pub balanced_probability: f64,
    /// Effective acts at which a dimension counts half in the overall figure.
    pub overall_half_weight: f64,
    /// Weighted sum of balances below which complementarity is 0.
    pub complementarity_floor: f64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            name: "reciprocity-level-shift",
            version: "1.3.0",
            effective: EffectivePolicy {
                half_life_days: 180.0,
                horizon_days: 1080,
                agreement_prior_mean: 0.1,
                agreement_prior_weight: 10.0,
                agreement_max: 0.95,
                pilot_prior_weight: 1.0,
                strain_factor: 0.5,
            },
            level: LevelPolicy {
                level_variance: 0.64,
                old_levels: vec![(0.03, 0.05, 0.32), (0.55, 0.18, 0.68)],
                screening_levels: (0.4, 0.2),
                shift_probability: 0.26,
                shift_margin_days: 21,
                shift_rows: 10,
                shift_reach_days: 720,
                shift_size: 0.2,
                episode_probability: 0.05,
                episode_sd: 0.8,
                episode_days: (4, 20),
                episode_step_days: 2,
                calm_probability: 0.40,
                shared_probability: 0.6,
                ebb_sds: [(0.15, 1.0 / 3.0), (0.3, 1.0 / 3.0), (0.5, 1.0 / 3.0)],
                shared_ebb_days: [(3.0, 0.45), (6.0, 0.4), (10.0, 0.15)],
                own_ebb_days: [(8.0, 1.0)],
                resolution_sd: 0.02,
                component_floor: 1e-4,
            },
            pooling: PoolingPolicy { kinds: kinds() },
            fusion: FusionPolicy {
                keeper_shift: 0.2,
                keeper_sd: 0.25,
                questionnaire_slope: 2.2,
                questionnaire_sd: 0.3,
                questionnaire_between_sd: 0.6,
                conflict_threshold: 3.84,
            },
            states: StatePolicy {
                neutral_logit: 0.405,
                min_effective: 6.0,
                max_interval_width: 0.8,
                undecided: (0.15, 0.85),
                sustained_probability: 0.8,
                sustained_lag_days: 7,
                sustained_min_span_days: 28,
                recent_days: 28,
                shift_probability: 0.5,
                recent_imbalance_probability: 0.5,
                ebb_max_probability: 0.3,
                ebb_local_probability: 0.7,
                balanced_probability: 0.2,
                overall_half_weight: 10.0,
                complementarity_floor: 0.05,
            },
            patterns: PatternPolicy::default(),
        }
    }
}

/// Kinds of relationship before any evidence: (centre, spread, weight).
///
/// A little over half are taken to be even to within a few points, nearly two in five uneven in one direction throughout, one in twelve
/// mixed, some dimensions leaning one way and some the other. The mix is symmetric and was chosen on simulated
/// ties of eight kinds in equal numbers (even; even with a sine or AR(1) ebb; with a late episode; lasting
/// imbalance; a change of level; few records; bursts). It stands in for a layer of recalibration: against a
/// wide prior it is what takes the under-confidence about even ties away. Where real ties are known to be
/// mixed otherwise, these weights are what to learn again.
fn kinds() -> Vec<(f64, f64, f64)> {
    vec![(0.015, 0.045, 0.55), (0.60, 0.12, 0.19), (0.60, 0.20, 0.18), (0.10, 0.40, 0.08)]
}
