//! Against figures worked out by other means.

use super::{cronbach_alpha, omega_total, reliability, reliable_change, standard_error};

/// Items that share one factor exactly: respondent's level times a loading, plus orthogonal patterns.
fn one_factor() -> Vec<Vec<f64>> {
    // Rows of a Hadamard matrix are orthogonal, so the sample covariances are exactly those of the model.
    let sign = |row: u32, column: u32| if (row & column).count_ones().is_multiple_of(2) { 1.0 } else { -1.0 };
    let loadings = [0.9, 0.8, 0.7, 0.6];
    (0..8_u32)
        .map(|person| {
            let item = |(at, loading): (u32, f64)| loading * sign(person, 1) + 0.5 * sign(person, at);
            [2, 3, 4, 5].into_iter().zip(loadings).map(item).collect()
        })
        .collect()
}

#[test]
fn alpha_is_that_of_the_textbook_formula() {
    let answers = vec![vec![1.0, 2.0], vec![2.0, 1.0], vec![3.0, 4.0], vec![4.0, 3.0]];
    // Item variances 5/3 each, covariance 1: 2 (1 - (10/3) / (10/3 + 2)) = .75.
    assert!((cronbach_alpha(&answers).unwrap() - 0.75).abs() < 1e-12);
}

#[test]
fn omega_recovers_a_one_factor_model() {
    // (.9 + .8 + .7 + .6)^2 over itself plus 4 x .25.
    assert!((omega_total(&one_factor()).unwrap() - 9.0 / 10.0).abs() < 1e-9);
    assert!(cronbach_alpha(&one_factor()).unwrap() < 0.9);
}

#[test]
fn a_scale_says_nothing_where_nobody_differs_or_answers_have_gaps() {
    assert!(reliability(&[]).is_none());
    assert!(reliability(&vec![vec![3.0, 3.0]; 10]).is_none());
    assert!(reliability(&[vec![1.0, 2.0], vec![2.0], vec![3.0, 1.0]]).is_none());
    assert!(reliability(&[vec![1.0, f64::NAN], vec![2.0, 2.0], vec![3.0, 1.0]]).is_none());
    assert!(reliability(&[vec![1.0], vec![2.0], vec![3.0]]).is_none());
}

#[test]
fn the_standard_error_follows_from_alpha() {
    let found = reliability(&one_factor()).unwrap();
    assert_eq!((found.respondents, found.items), (8, 4));
    assert!((found.standard_error - found.sd * (1.0 - found.alpha).sqrt()).abs() < 1e-12);
    assert!((standard_error(10.0, 0.84) - 4.0).abs() < 1e-12);
    assert!(standard_error(10.0, 1.2).abs() < 1e-12);
}

#[test]
fn a_change_is_reliable_beyond_two_errors_of_a_difference() {
    // Jacobson and Truax (1991): scores 47.5 and 32.5, sd 7.5, reliability .80, index -3.16.
    let index = reliable_change(47.5, 32.5, standard_error(7.5, 0.80)).unwrap();
    assert!((index + 3.162_277_66).abs() < 1e-6);
    assert_eq!(reliable_change(1.0, 2.0, 0.0), None);
}
