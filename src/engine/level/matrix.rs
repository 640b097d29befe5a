//! Small symmetric matrices, one row and column a dimension.

use crate::engine::types::Dimension;

/// How many rows and columns.
pub const SIZE: usize = Dimension::COUNT;
/// One number for each dimension.
pub type Vector = [f64; SIZE];
/// A symmetric matrix over the dimensions.
pub type Matrix = [Vector; SIZE];

/// The vector of zeros.
pub const ZEROS: Vector = [0.0; SIZE];
/// The matrix of zeros.
pub const NOTHING: Matrix = [ZEROS; SIZE];

/// Inner product.
#[must_use]
#[inline]
pub fn dot(a: &Vector, b: &Vector) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Matrix times vector.
#[must_use]
#[inline]
pub fn times(matrix: &Matrix, vector: &Vector) -> Vector {
    let mut product = ZEROS;
    for (value, row) in product.iter_mut().zip(matrix) {
        *value = dot(row, vector);
    }
    product
}

/// `v' M v`; quick where the vector is mostly 0.
#[must_use]
pub fn quadratic(matrix: &Matrix, vector: &Vector) -> f64 {
    matrix.iter().zip(vector).filter(|(_, value)| **value != 0.0).map(|(row, value)| dot(row, vector) * value).sum()
}

/// Adds `factor` times `vector`.
#[inline]
pub fn add_scaled(sum: &mut Vector, vector: &Vector, factor: f64) {
    for (sum, value) in sum.iter_mut().zip(vector) {
        *sum += factor * value;
    }
}

/// Adds `factor v v'`.
#[inline]
pub fn add_outer(sum: &mut Matrix, vector: &Vector, factor: f64) {
    for (row, value) in sum.iter_mut().zip(vector) {
        add_scaled(row, vector, factor * value);
    }
}

/// Adds another matrix.
#[inline]
pub fn add_matrix(sum: &mut Matrix, other: &Matrix) {
    for (row, other) in sum.iter_mut().zip(other) {
        for (value, other) in row.iter_mut().zip(other) {
            *value += other;
        }
    }
}

/// Adds to the diagonal.
#[inline]
pub fn add_diagonal(sum: &mut Matrix, diagonal: &Vector) {
    for ((at, row), value) in sum.iter_mut().enumerate().zip(diagonal) {
        if let Some(entry) = row.get_mut(at) {
            *entry += value;
        }
    }
}

/// The diagonal.
#[must_use]
#[inline]
pub fn diagonal(matrix: &Matrix) -> Vector {
    let mut values = ZEROS;
    for ((at, row), value) in matrix.iter().enumerate().zip(&mut values) {
        *value = row.get(at).copied().unwrap_or(0.0);
    }
    values
}

/// `own I + shared 1 1'`.
#[must_use]
pub fn exchangeable(own: f64, shared: f64) -> Matrix {
    let mut matrix = [[shared; SIZE]; SIZE];
    add_diagonal(&mut matrix, &[own; SIZE]);
    matrix
}
