//! Positive definite matrices over the dimensions: determinants, inner products under the inverse, inverses.
//!
//! Most of what is weighed is thrown away again, and a weight needs no inverse: [`inner_products`] eliminates
//! half a matrix once, [`Gram`] needs only a diagonal. The inverse itself is for what is kept.

use super::matrix::{Matrix, SIZE, Vector, dot};

/// The logarithm of a product of many factors, without its overflow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Product {
    settled: f64,
    open: f64,
}

impl Product {
    /// No factors yet.
    pub const ONE: Self = Self { settled: 0.0, open: 1.0 };

    /// Takes in a factor between 1e-200 and 1e200.
    #[inline]
    pub fn times(&mut self, factor: f64) {
        self.open *= factor;
        if !(1e-100..=1e100).contains(&self.open) {
            self.settled += libm::log(self.open);
            self.open = 1.0;
        }
    }

    /// This product times another.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.settled += other.settled;
        self.times(other.open);
        self
    }

    /// This product divided by another.
    #[must_use]
    pub fn over(mut self, other: &Self) -> Self {
        self.settled -= other.settled;
        self.times(1.0 / other.open);
        self
    }

    /// The logarithm.
    #[must_use]
    pub fn logarithm(&self) -> f64 {
        self.settled + libm::log(self.open)
    }
}

/// Inner products of some vectors under the inverse of a matrix that grows from a diagonal by outer products of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gram<const N: usize> {
    products: [[f64; N]; N],
    determinant: Product,
}

impl<const N: usize> Gram<N> {
    /// Under the inverse of a diagonal, of which every value is above 0.
    #[must_use]
    pub fn diagonal(diagonal: &Vector, vectors: &[Vector; N]) -> Self {
        let mut determinant = Product::ONE;
        for value in diagonal {
            determinant.times(*value);
        }
        let inverse = diagonal.map(|value| 1.0 / value);
        let products = vectors.map(|mut vector| {
            vector.iter_mut().zip(&inverse).for_each(|(value, inverse)| *value *= inverse);
            vectors.each_ref().map(|other| dot(&vector, other))
        });
        Self { products, determinant }
    }

    /// Adds `factor v v'` to the matrix, `v` the vector at `AT` (Sherman and Morrison; the matrix determinant lemma).
    #[expect(clippy::indexing_slicing, reason = "the index is known when this is compiled")]
    pub fn add<const AT: usize>(&mut self, factor: f64) {
        let along = self.products[AT];
        let growth = (1.0 + factor * along[AT]).max(f64::MIN_POSITIVE);
        self.determinant.times(growth);
        for (row, own) in self.products.iter_mut().zip(&along) {
            for (product, other) in row.iter_mut().zip(&along) {
                *product -= factor / growth * own * other;
            }
        }
    }

    /// The first vector with itself.
    #[must_use]
    pub fn fit(&self) -> f64 {
        self.products.first().and_then(|row| row.first()).copied().unwrap_or(0.0)
    }

    /// The determinant of the matrix.
    #[must_use]
    pub const fn determinant(&self) -> &Product {
        &self.determinant
    }
}

/// `v_i' M^-1 v_j` for every two of the vectors, with the determinant of `M`.
///
/// Elimination without pivoting, `M = L D L'`: with `z = L^-1 v` the inner products are `sum z_i z_j / D`.
#[must_use]
pub fn inner_products<const N: usize>(matrix: &Matrix, vectors: &[Vector; N]) -> ([[f64; N]; N], Product) {
    let mut left = Elimination { matrix: *matrix, vectors: *vectors, products: [[0.0; N]; N], determinant: Product::ONE };
    left.step::<0>();
    left.step::<1>();
    left.step::<2>();
    left.step::<3>();
    left.step::<4>();
    left.step::<5>();
    left.step::<6>();
    left.step::<7>();
    (left.products, left.determinant)
}

/// What is left to eliminate: the upper triangle of a matrix, and vectors beside it.
struct Elimination<const N: usize> {
    matrix: Matrix,
    vectors: [Vector; N],
    products: [[f64; N]; N],
    determinant: Product,
}

impl<const N: usize> Elimination<N> {
    /// Eliminates one row. Which one is known when this is compiled, so that its loops unroll.
    #[expect(clippy::indexing_slicing, clippy::needless_range_loop, reason = "one index, below their fixed size, runs over several arrays")]
    #[expect(clippy::inline_always, reason = "half of the work would be passing the matrix around")]
    #[inline(always)]
    fn step<const AT: usize>(&mut self) {
        let row = self.matrix[AT];
        let pivot = row[AT].max(f64::MIN_POSITIVE);
        self.determinant.times(pivot);
        let scale = 1.0 / pivot;
        for below in AT + 1..SIZE {
            let factor = row[below] * scale;
            for across in below..SIZE {
                self.matrix[below][across] -= factor * row[across];
            }
            for vector in &mut self.vectors {
                vector[below] -= factor * vector[AT];
            }
        }
        for i in 0..N {
            let scaled = self.vectors[i][AT] * scale;
            for j in 0..N {
                self.products[i][j] += scaled * self.vectors[j][AT];
            }
        }
    }
}

/// Inverse and log determinant of a positive definite matrix, by sweeping each pivot in turn.
#[expect(clippy::indexing_slicing, reason = "every index is below the fixed size of the arrays")]
#[must_use]
pub fn inverse(matrix: &Matrix) -> (Matrix, f64) {
    let mut swept = *matrix;
    let mut determinant = Product::ONE;
    for at in 0..SIZE {
        let mut pivot_row = swept[at];
        let pivot = pivot_row[at].max(f64::MIN_POSITIVE);
        determinant.times(pivot);
        let scale = 1.0 / pivot;
        for value in &mut pivot_row {
            *value *= scale;
        }
        pivot_row[at] = scale;
        for row in &mut swept {
            let factor = row[at];
            row[at] = 0.0;
            for (value, pivot) in row.iter_mut().zip(&pivot_row) {
                *value -= factor * pivot;
            }
        }
        swept[at] = pivot_row;
    }
    (swept, determinant.logarithm())
}
