//! Small symmetric matrices, one row and column a dimension.

use crate::engine::types::Dimension;

/// One number for each dimension.
pub type Vector = [f64; Dimension::COUNT];
/// A symmetric matrix over the dimensions.
pub type Matrix = [Vector; Dimension::COUNT];

/// The vector of zeros.
pub const ZEROS: Vector = [0.0; Dimension::COUNT];
/// The matrix of zeros.
pub const NOTHING: Matrix = [ZEROS; Dimension::COUNT];

/// Inner product.
#[must_use]
pub fn dot(a: &Vector, b: &Vector) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Matrix times vector.
#[must_use]
pub fn times(matrix: &Matrix, vector: &Vector) -> Vector {
    matrix.map(|row| dot(&row, vector))
}

/// `v' M v`.
#[must_use]
pub fn quadratic(matrix: &Matrix, vector: &Vector) -> f64 {
    dot(&times(matrix, vector), vector)
}

/// Adds `factor` times `vector`.
pub fn add_scaled(sum: &mut Vector, vector: &Vector, factor: f64) {
    for (sum, value) in sum.iter_mut().zip(vector) {
        *sum += factor * value;
    }
}

/// Adds `factor v v'`.
pub fn add_outer(sum: &mut Matrix, vector: &Vector, factor: f64) {
    for (row, value) in sum.iter_mut().zip(vector) {
        add_scaled(row, vector, factor * value);
    }
}

/// Adds another matrix.
pub fn add_matrix(sum: &mut Matrix, other: &Matrix) {
    for (row, other) in sum.iter_mut().zip(other) {
        add_scaled(row, other, 1.0);
    }
}

/// Adds to the diagonal.
pub fn add_diagonal(sum: &mut Matrix, diagonal: &Vector) {
    for ((at, row), value) in sum.iter_mut().enumerate().zip(diagonal) {
        if let Some(entry) = row.get_mut(at) {
            *entry += value;
        }
    }
}

/// The diagonal.
#[must_use]
pub fn diagonal(matrix: &Matrix) -> Vector {
    let mut at = 0;
    matrix.map(|row| {
        let value = row.get(at).copied().unwrap_or(0.0);
        at += 1;
        value
    })
}

/// `own I + shared 1 1'`.
#[must_use]
pub fn exchangeable(own: f64, shared: f64) -> Matrix {
    let mut matrix = [[shared; Dimension::COUNT]; Dimension::COUNT];
    add_diagonal(&mut matrix, &[own; Dimension::COUNT]);
    matrix
}

/// Inverse and log determinant of a positive definite matrix, by sweeping each pivot in turn.
#[must_use]
pub fn inverse(matrix: &Matrix) -> (Matrix, f64) {
    let mut swept = *matrix;
    let mut determinant = 1.0;
    let mut log_determinant = 0.0;
    for at in 0..Dimension::COUNT {
        let Some(mut pivot_row) = swept.get(at).copied() else { break };
        let pivot = pivot_row.get(at).copied().unwrap_or(1.0).max(f64::MIN_POSITIVE);
        determinant *= pivot;
        if !(1e-100..=1e100).contains(&determinant) {
            log_determinant += libm::log(determinant);
            determinant = 1.0;
        }
        let scale = 1.0 / pivot;
        for value in &mut pivot_row {
            *value *= scale;
        }
        if let Some(own) = pivot_row.get_mut(at) {
            *own = scale;
        }
        for (row_at, row) in swept.iter_mut().enumerate() {
            if row_at == at {
                *row = pivot_row;
                continue;
            }
            let Some(lead) = row.get_mut(at) else { break };
            let factor = std::mem::replace(lead, 0.0);
            add_scaled(row, &pivot_row, -factor);
        }
    }
    (swept, log_determinant + libm::log(determinant))
}
