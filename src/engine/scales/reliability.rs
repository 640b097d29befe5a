//! Internal consistency: Cronbach's alpha (1951) and `McDonald`'s omega total (1999) with one factor.

use crate::engine::math::count;

/// Passes of the factor model; it settles in far fewer.
const PASSES: u16 = 500;

/// Reliability of one scale in one set of answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reliability {
    /// Respondents.
    pub respondents: usize,
    /// Items.
    pub items: usize,
    /// Cronbach's alpha; can be negative where items contradict each other.
    pub alpha: f64,
    /// Omega total, 0 to 1; `None` where the factor model has no solution.
    pub omega: Option<f64>,
    /// Mean of the sum score.
    pub mean: f64,
    /// Standard deviation of the sum score.
    pub sd: f64,
    /// Standard error of measurement of the sum score, by alpha.
    pub standard_error: f64,
}

/// Everything at once. `None` under 2 items or 3 respondents, with gaps, or where nobody differs.
#[must_use]
pub fn reliability(answers: &[Vec<f64>]) -> Option<Reliability> {
    let covariance = covariance(answers)?;
    let alpha = alpha_of(&covariance)?;
    let sums: Vec<f64> = answers.iter().map(|row| row.iter().sum()).collect();
    let sd = total(&covariance).sqrt();
    Some(Reliability {
        respondents: answers.len(),
        items: covariance.len(),
        alpha,
        omega: omega_of(&covariance),
        mean: sums.iter().sum::<f64>() / count(sums.len()),
        sd,
        standard_error: super::standard_error(sd, alpha),
    })
}

/// Cronbach's alpha: `k/(k-1) (1 - sum of item variances / variance of the sum)`.
#[must_use]
pub fn cronbach_alpha(answers: &[Vec<f64>]) -> Option<f64> {
    alpha_of(&covariance(answers)?)
}

/// Omega total of a one-factor model: the squared sum of loadings over the variance of the sum.
#[must_use]
pub fn omega_total(answers: &[Vec<f64>]) -> Option<f64> {
    omega_of(&covariance(answers)?)
}

fn alpha_of(covariance: &[Vec<f64>]) -> Option<f64> {
    let items = count(covariance.len());
    let variances: f64 = diagonal(covariance).sum();
    let total = total(covariance);
    (total > 0.0).then(|| items / (items - 1.0) * (1.0 - variances / total))
}

/// One factor by iterated principal axes on the correlation matrix, loadings put back on the items' scales.
///
/// The variance of the sum is the one the model implies, so omega stays between 0 and 1.
fn omega_of(covariance: &[Vec<f64>]) -> Option<f64> {
    let sds: Vec<f64> = diagonal(covariance).map(f64::sqrt).collect();
    if sds.iter().any(|sd| sd.is_nan() || *sd <= 0.0) {
        return None;
    }
    let scaled = |(row, sd): (&Vec<f64>, &f64)| row.iter().zip(&sds).map(|(value, other)| value / (sd * other)).collect();
    let correlation: Vec<Vec<f64>> = covariance.iter().zip(&sds).map(scaled).collect();
    let mut communalities = vec![0.5; sds.len()];
    let mut loadings = vec![0.5_f64.sqrt(); sds.len()];
    for _ in 0..PASSES {
        loadings = first_axis(&correlation, &communalities, &loadings)?;
        let next: Vec<f64> = loadings.iter().map(|loading| (loading * loading).min(0.999)).collect();
        let moved: f64 = next.iter().zip(&communalities).map(|(new, old)| (new - old).abs()).sum();
        communalities = next;
        if moved < 1e-12 {
            break;
        }
    }
    let shared: f64 = loadings.iter().zip(&sds).map(|(loading, sd)| loading * sd).sum();
    let own: f64 = communalities.iter().zip(&sds).map(|(communality, sd)| (1.0 - communality) * sd * sd).sum();
    let omega = shared * shared / (shared * shared + own);
    omega.is_finite().then_some(omega)
}

/// Loadings on the first axis of the correlations with communalities on the diagonal, by power iteration.
fn first_axis(correlation: &[Vec<f64>], communalities: &[f64], start: &[f64]) -> Option<Vec<f64>> {
    let mut axis = start.to_vec();
    let mut root = 0.0;
    for _ in 0..PASSES {
        let next: Vec<f64> = correlation
            .iter()
            .zip(communalities.iter().zip(&axis))
            // The diagonal is 1; put the communality in its place.
            .map(|(row, (communality, own))| dot(row, &axis) - (1.0 - communality) * own)
            .collect();
        let length = dot(&next, &next).sqrt();
        if length.is_nan() || length <= 1e-12 {
            return None;
        }
        let settled = (length - root).abs() < 1e-14;
        root = length;
        axis = next.into_iter().map(|value| value / length).collect();
        if settled {
            break;
        }
    }
    Some(axis.into_iter().map(|value| value * root.sqrt()).collect())
}

/// Covariance matrix of the items. `None` under 2 items or 3 respondents, with gaps or with numbers that are none.
fn covariance(answers: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let items = answers.first()?.len();
    let complete = answers.iter().all(|row| row.len() == items && row.iter().all(|value| value.is_finite()));
    if items < 2 || answers.len() < 3 || !complete {
        return None;
    }
    let respondents = count(answers.len());
    let mut means = vec![0.0; items];
    for row in answers {
        means.iter_mut().zip(row).for_each(|(mean, value)| *mean += value / respondents);
    }
    let mut covariance = vec![vec![0.0; items]; items];
    for row in answers {
        let off: Vec<f64> = row.iter().zip(&means).map(|(value, mean)| value - mean).collect();
        for (sums, own) in covariance.iter_mut().zip(&off) {
            sums.iter_mut().zip(&off).for_each(|(sum, other)| *sum += own * other / (respondents - 1.0));
        }
    }
    // Rounding leaves a trace of variance where nobody differs.
    let floor = 1e-12 * (1.0 + dot(&means, &means));
    (total(&covariance) > floor).then_some(covariance)
}

fn diagonal(matrix: &[Vec<f64>]) -> impl Iterator<Item = f64> {
    matrix.iter().enumerate().filter_map(|(at, row)| row.get(at).copied())
}

fn total(matrix: &[Vec<f64>]) -> f64 {
    matrix.iter().flatten().sum()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
