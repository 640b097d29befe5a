//! Standard error of measurement, and reliable change after Jacobson and Truax (1991).

/// Standard error of measurement in scale points: `sd sqrt(1 - reliability)`.
///
/// `reliability` is held to 0 to 1.
#[must_use]
pub fn standard_error(sd: f64, reliability: f64) -> f64 {
    sd * (1.0 - reliability.clamp(0.0, 1.0)).max(0.0).sqrt()
}

/// Reliable change index: the difference of two scores over its standard error, `(after - before) / (sqrt 2 SEM)`.
///
/// Beyond 1.96 either way a change is unlikely to be error of measurement alone (5 %). `None` where the
/// standard error is not above 0, because then there is nothing to measure a change by.
#[must_use]
pub fn reliable_change(before: f64, after: f64, standard_error: f64) -> Option<f64> {
    let spread = std::f64::consts::SQRT_2 * standard_error;
    let index = (after - before) / spread;
    (spread > 0.0 && index.is_finite()).then_some(index)
}
