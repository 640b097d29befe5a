//! The filters against a direct form: one dense normal distribution of all days, with every level and the
//! ebb integrated out by its covariance matrix.

mod dates;
mod dense;

use dense::Dense;

use super::days::{Side, Sums, joint_days, pieces, within};
use super::explanations::{Edge, Explanation, Shift};
use super::join::{OwnSplit, SharedDate, Split};
use super::matrix::{NOTHING, Vector, add_diagonal, dot, exchangeable, times};
use super::posterior::{Component, Levels, only};
use super::prior::{Prior, Separate, Updated};
use super::shift::Shifts;
use super::solve::{inner_products, inverse};
use super::{Ebb, Reach, own, shared};
use crate::engine::effective::{Observation, Series};
use crate::engine::math::normal_cdf;
use crate::engine::types::{ByDimension, Day, Dimension};

const OLD: (f64, f64) = (0.5, 0.25);
const NEW: (f64, f64) = (0.4, 0.2);

/// A fixed scatter in 0 to 1 that needs no random numbers.
fn scatter(seed: u32) -> f64 {
    let mixed = seed.wrapping_mul(2_654_435_761) ^ (seed.wrapping_mul(40_503) >> 3);
    f64::from(mixed % 10_007) / 10_007.0
}

fn uneven_series() -> ByDimension<Series> {
    ByDimension::from_fn(|dimension| {
        let own = u32::try_from(dimension.index()).unwrap();
        let days = (0..60_u32)
            .filter(|day| own < 4 && scatter(day * 31 + own * 7 + 1) < 0.4)
            .map(|day| Observation {
                day: Day(i32::try_from(20_000 + day).unwrap()),
                balance: 2.0 * scatter(day * 17 + own * 5 + 3) - 1.0,
                effective: 1.0,
                variance: 0.2 + scatter(day * 13 + own),
            })
            .collect();
        Series { days, pilot: 0.0, effective: 20.0 }
    })
}

fn dense_log_evidence(series: &ByDimension<Series>, ebb: &Ebb, date: Option<Day>) -> f64 {
    Dense::new(series, ebb, date).log_evidence()
}

/// What a split says about the current levels; its quick weight has to be theirs.
fn of_split(split: &impl Split, screening: &Prior) -> Side {
    let current = split.current();
    let (quick, whole) = (split.log_evidence(), screening.log_evidence(&current));
    assert!((quick - whole).abs() < 1e-9, "quick {quick}, whole {whole}");
    current
}

fn filtered_log_evidence(series: &ByDimension<Series>, ebb: &Ebb, date: Option<Day>) -> f64 {
    let days = joint_days(series, &ByDimension::default());
    let dates: Vec<Day> = date.into_iter().collect();
    let pieces = pieces(&days, &dates);
    let (old, new) = (Prior::new(OLD.0, OLD.1), Prior::new(NEW.0, NEW.1));
    let today = Day(20_070);
    let side = match ebb.reach {
        Reach::Shared => {
            let filtered = shared::filter(&pieces, &dates, today, ebb);
            let within = within(&pieces);
            let deviance = filtered.deviance + within.iter().map(|side| side.deviance).sum::<f64>();
            let mut of_pieces = filtered.pieces;
            of_pieces.iter_mut().zip(&within).for_each(|(piece, within)| piece.add(within));
            let sums = Sums::new(of_pieces);
            match (sums.at_dates().next(), filtered.memories.first()) {
                (Some(sides), Some(memory)) => of_split(&SharedDate::new(sides, deviance, memory, &new).under(&old), &new),
                _ => Side { deviance, ..sums.before[0] },
            }
        }
        Reach::Own => {
            let filtered = own::filter(&pieces, &dates, today, ebb);
            match (filtered.after.first(), filtered.memories.first()) {
                (Some(after), Some(memory)) => {
                    of_split(&OwnSplit::new((&filtered.before[0], after), filtered.deviance, memory, &old, &new), &new)
                }
                _ => filtered.steady(),
            }
        }
        Reach::Since(_) => panic!("episodes have a test of their own"),
    };
    let updated = Updated::new(&side, &new).log_evidence;
    assert!((updated - new.log_evidence(&side)).abs() < 1e-10, "with and without an inverse");
    updated
}

#[test]
fn late_episodes_agree_with_the_direct_form_to_nine_digits() {
    let series = uneven_series();
    let days = joint_days(&series, &ByDimension::default());
    let policy = crate::engine::Policy::default().level;
    let calm = Ebb { reach: Reach::Own, sd: 0.0, log_phi: -1.0, prior: 1.0 };
    let episodes = super::episode::episodes(&days, Day(20_062), &calm, &policy);
    assert!(episodes.len() > 5, "{}", episodes.len());
    for (episode, side, _) in episodes {
        let (direct, integrated) =
            (dense_log_evidence(&series, &episode, None), Updated::new(&side, &Prior::new(NEW.0, NEW.1)).log_evidence);
        assert!((direct - integrated).abs() < 1e-9, "{episode:?}: {direct} {integrated}");
    }
}

fn settings() -> Vec<Ebb> {
    let ebb = |reach, sd, days: f64| Ebb { reach, sd, log_phi: -1.0 / days, prior: 1.0 };
    vec![
        ebb(Reach::Own, 0.0, 1.0),
        ebb(Reach::Shared, 0.0, 1.0),
        ebb(Reach::Shared, 0.15, 3.0),
        ebb(Reach::Shared, 0.5, 16.0),
        ebb(Reach::Own, 0.15, 3.0),
        ebb(Reach::Own, 0.5, 16.0),
    ]
}

#[test]
fn filters_agree_with_the_direct_form_to_nine_digits() {
    let series = uneven_series();
    for ebb in settings() {
        for date in [None, Some(Day(20_021)), Some(Day(20_035)), Some(Day(19_990)), Some(Day(20_065))] {
            let (direct, filtered) = (dense_log_evidence(&series, &ebb, date), filtered_log_evidence(&series, &ebb, date));
            assert!((direct - filtered).abs() < 1e-9, "{ebb:?} {date:?}: {direct} {filtered}");
        }
    }
}

/// What the filters say about one date: a posterior of a single component.
fn one_shift(series: &ByDimension<Series>, ebb: &Ebb, date: Day) -> Levels {
    let days = joint_days(series, &ByDimension::default());
    let (dates, today, old, new) = ([date], Day(20_070), Prior::new(OLD.0, OLD.1), Prior::new(NEW.0, NEW.1));
    let pieces = pieces(&days, &dates);
    let (likelihood, before) = if ebb.reach == Reach::Shared {
        let filtered = shared::filter(&pieces, &dates, today, ebb);
        let mut of_pieces = filtered.pieces;
        of_pieces.iter_mut().zip(&within(&pieces)).for_each(|(piece, within)| piece.add(within));
        let sums = Sums::new(of_pieces);
        let joined = SharedDate::new(sums.at_dates().next().unwrap(), filtered.deviance, &filtered.memories[0], &new);
        (joined.under(&old).current(), joined.under(&old).before())
    } else {
        let filtered = own::filter(&pieces, &dates, today, ebb);
        let split = OwnSplit::new((&filtered.before[0], &filtered.after[0]), filtered.deviance, &filtered.memories[0], &old, &new);
        (split.current(), split.before())
    };
    let Updated { mean, covariance, .. } = Updated::new(&likelihood, &new);
    let shift = Some(Shift { date, share: 1.0, before, kind: OLD });
    let edge = Edge::Shared { data: 0.0, unit: [0.0; 8], variance: 0.0 };
    let explanation = Explanation { ebb: *ebb, shift, likelihood, log_prior: 0.0, edge, log_weight: 0.0 };
    Levels {
        components: vec![Component { weight: 1.0, mean, covariance, explanation: 0, kind: NEW }],
        days,
        explanations: vec![explanation],
    }
}

#[test]
fn the_move_of_a_level_at_a_shift_agrees_with_the_direct_form_to_eight_digits() {
    let series = uneven_series();
    for ebb in settings() {
        for date in [Day(20_021), Day(20_035)] {
            let (dense, shifts) = (Dense::new(&series, &ebb, Some(date)), Shifts::new(&one_shift(&series, &ebb, date)));
            for dimension in Dimension::ALL {
                let (mean, variance) = dense.moved(dimension);
                for size in [0.05, 0.3, 0.8] {
                    let beyond = |side: f64| normal_cdf((side * mean - size) / variance.sqrt());
                    let (direct, found) = (beyond(1.0) + beyond(-1.0), shifts.probability(&only(dimension), size));
                    assert!((direct - found).abs() < 1e-8, "{ebb:?} {date:?} {dimension:?}: {direct} {found}");
                }
            }
        }
    }
}

#[test]
fn a_swept_inverse_times_its_matrix_is_the_identity() {
    let mut matrix = exchangeable(0.3, 0.2);
    add_diagonal(&mut matrix, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 600.0, 0.001]);
    let (inverted, log_determinant) = inverse(&matrix);
    for (i, row) in matrix.iter().enumerate() {
        for j in 0..row.len() {
            let product: f64 = row.iter().zip(&inverted).map(|(value, column)| value * column[j]).sum();
            assert!((product - f64::from(u8::from(i == j))).abs() < 1e-9);
        }
    }
    let (_, back) = inverse(&inverted);
    assert!((log_determinant + back).abs() < 1e-9);
    let mut identity = NOTHING;
    add_diagonal(&mut identity, &[1.0; 8]);
    assert!(inverse(&identity).1.abs() < 1e-15);
}

#[test]
fn inner_products_by_elimination_are_those_by_the_inverse() {
    let mut matrix = exchangeable(0.3, 0.2);
    let vector = |seed: u32| -> Vector { std::array::from_fn(|at| scatter(seed + 7 * u32::try_from(at).unwrap()) - 0.5) };
    for seed in 0..8 {
        super::matrix::add_outer(&mut matrix, &vector(seed), 40.0);
    }
    let (inverted, log_determinant) = inverse(&matrix);
    let vectors = [vector(100), vector(200)];
    let (products, determinant) = inner_products(&matrix, &vectors);
    for (row, a) in products.iter().zip(&vectors) {
        for (product, b) in row.iter().zip(&vectors) {
            assert!((product - dot(a, &times(&inverted, b))).abs() < 1e-10);
        }
    }
    assert!((determinant.logarithm() - log_determinant).abs() < 1e-10);
}

#[test]
fn priors_and_separate_levels_have_closed_forms_of_the_inverse() {
    let prior = Prior::new(0.5, 0.25);
    let (precision, log_determinant) = inverse(&exchangeable(0.0625, 0.25));
    assert!((prior.log_determinant + log_determinant).abs() < 1e-10);
    assert!((prior.shared - precision[1][0]).abs() < 1e-10 && (prior.own + prior.shared - precision[0][0]).abs() < 1e-10);

    let information: Vector = std::array::from_fn(|at| 30.0 * scatter(u32::try_from(at).unwrap()));
    let pull: Vector = std::array::from_fn(|at| scatter(50 + u32::try_from(at).unwrap()) - 0.5);
    let separate = Separate::new(&information, &pull, &prior);
    let mut side = Side { pull, ..Side::EMPTY };
    add_diagonal(&mut side.information, &information);
    let updated = Updated::new(&side, &prior);
    for (at, mean) in updated.mean.iter().enumerate() {
        assert!((mean - separate.mean[at]).abs() < 1e-12);
        let variance = separate.variance[at] - separate.shared * separate.variance[at] * separate.variance[at];
        assert!((updated.covariance[at][at] - variance).abs() < 1e-12);
    }
    let evidence = prior.evidence(side.deviance, dot(&pull, &separate.mean), -separate.inverse_determinant.logarithm());
    assert!((evidence - updated.log_evidence).abs() < 1e-10);
}
