//! The constants of the patterns.

/// Probabilities, floors and thresholds of all checks.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternPolicy {
    /// Posterior probability from which something is shown.
    pub probability: f64,
    /// Dimensions that over-functioning and mutual investment need.
    pub min_dimensions: usize,
    /// Fewest first steps.
    pub min_starts: f64,
    /// Share of first steps above which one side takes most of them; its complement bounds sharing.
    pub most_starts: f64,
    /// Half-width around one half within which first steps are shared.
    pub shared_starts: f64,
    /// Fewest repairs.
    pub min_repairs: f64,
    /// Unprompted share of all repairs under which one side repairs only when pushed.
    pub pushed_share: f64,
    /// Share of own repairs that come unprompted from which repair comes by itself.
    pub unpushed_share: f64,
    /// Fewest promises, plans or needs that are settled.
    pub min_settled: f64,
    /// Prior of the rate of kept promises: Beta(2, 1), in favour of whoever promised.
    pub promise_prior: (f64, f64),
    /// Kept, met or scheduled rate under which words stay words.
    pub low_rate: f64,
    /// Rate from which promises count as kept, plans as scheduled, needs as met.
    pub high_rate: f64,
    /// Days of grace after a promise was due.
    pub promise_grace_days: i32,
    /// Days after which a promise without a date, or a plan, is read as not followed.
    pub open_days: i32,
    /// Days after which a need that is open still, and was explained so often, is read as not met.
    pub need_days: i32,
    /// How often an open need must have been explained for that, the first time included.
    pub open_times_explained: u32,
    /// How far the explanations of one need that is not met repeat each other, 0 to 1.
    pub saying_agreement: f64,
    /// Prior of the rate of explanations that come to something: Beta(2, 1), in favour of whoever they are said to.
    pub words_prior: (f64, f64),
    /// Difference in log-odds from which one side's needs are met clearly less.
    pub needs_gap: f64,
    /// Prior weight, in days, that shrinks mean energy to 0.
    pub energy_prior_days: f64,
    /// Fewest days with a rating of energy or of feeling heard.
    pub min_rated_days: f64,
    /// Size of mean energy, -3 to 3, from which it drains or energises.
    pub energy_size: f64,
    /// Mean rating, 1 to 5, from which the logger feels heard.
    pub heard_mean: f64,
    /// Days that count as recent for how much there is.
    pub recent_days: i32,
    /// Fewest days before those, and fewest entries in them.
    pub min_past: (i32, f64),
    /// Ratio to the past under which there is much less, and from which there is no less.
    pub volume_ratios: (f64, f64),
    /// Factor on the variance of counts, because entries come in bursts.
    pub volume_dispersion: f64,
    /// Probability of an even balance that the checks of volume ask for.
    pub even_probability: f64,
}

impl Default for PatternPolicy {
    fn default() -> Self {
        Self {
            probability: 0.8,
            min_dimensions: 3,
            min_starts: 8.0,
            most_starts: 0.6,
            shared_starts: 0.2,
            min_repairs: 5.0,
            pushed_share: 0.25,
            unpushed_share: 0.6,
            min_settled: 4.0,
            promise_prior: (2.0, 1.0),
            low_rate: 0.5,
            high_rate: 0.6,
            promise_grace_days: 7,
            open_days: 30,
            need_days: 14,
            open_times_explained: 3,
            saying_agreement: 0.5,
            words_prior: (2.0, 1.0),
            needs_gap: 0.405,
            energy_prior_days: 4.0,
            min_rated_days: 5.0,
            energy_size: 0.5,
            heard_mean: 3.5,
            recent_days: 28,
            min_past: (56, 20.0),
            volume_ratios: (0.5, 0.8),
            volume_dispersion: 2.0,
            even_probability: 0.7,
        }
    }
}
