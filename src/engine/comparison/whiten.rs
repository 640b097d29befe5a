//! Observed days of a level under an ebb, made independent of each other: the Kalman filter of an AR(1) process seen with noise.

use crate::engine::types::Day;

/// One observed day and in which period it lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// The day.
    pub day: Day,
    /// Its balance, -1 to 1.
    pub balance: f64,
    /// Variance of the balance around the local level, above 0.
    pub variance: f64,
    /// 1 in the time that it is about, else 0.
    pub during: f64,
    /// 1 afterwards, else 0.
    pub after: f64,
}

/// An ebb: its standard deviation and its time constant in days. A standard deviation of 0 is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ebb {
    /// Standard deviation, 0 or more.
    pub sd: f64,
    /// Time constant, above 0.
    pub days: f64,
}

/// Cross products of the whitened columns: the constant (1), the steps (d, a) and the balance (y).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Products {
    /// Constant with itself.
    pub ll: f64,
    /// Constant with the step of the time that it is about.
    pub ld: f64,
    /// Constant with the step of afterwards.
    pub la: f64,
    /// The first step with itself.
    pub dd: f64,
    /// The two steps.
    pub da: f64,
    /// The second step with itself.
    pub aa: f64,
    /// Constant with the balance.
    pub ly: f64,
    /// First step with the balance.
    pub dy: f64,
    /// Second step with the balance.
    pub ay: f64,
    /// The balance with itself.
    pub yy: f64,
    /// Logarithm of the determinant of the covariance.
    pub log_determinant: f64,
}

/// What the filter expects of the ebb under each column.
#[derive(Clone, Copy, Debug, Default)]
struct Columns {
    level: f64,
    during: f64,
    after: f64,
    balance: f64,
}

impl Columns {
    const fn of(day: &Seen) -> Self {
        Self { level: 1.0, during: day.during, after: day.after, balance: day.balance }
    }

    fn combined(self, other: Self, own: f64, others: f64) -> Self {
        Self {
            level: own * self.level + others * other.level,
            during: own * self.during + others * other.during,
            after: own * self.after + others * other.after,
            balance: own * self.balance + others * other.balance,
        }
    }
}

/// Whitens the days, which ascend, under an ebb with a stationary start.
#[must_use]
pub fn whiten(days: &[Seen], ebb: Ebb) -> Products {
    let mut products = Products::default();
    let stationary = ebb.sd * ebb.sd;
    let (mut expected, mut spread, mut last) = (Columns::default(), stationary, None);
    for day in days {
        if let Some(last) = last {
            let kept = libm::exp(-f64::from(day.day.since(last)) / ebb.days);
            expected = expected.combined(Columns::default(), kept, 0.0);
            spread = kept * kept * spread + (1.0 - kept * kept) * stationary;
        }
        let variance = spread + day.variance;
        let surprise = Columns::of(day).combined(expected, 1.0, -1.0);
        products.add(surprise, variance);
        let gain = spread / variance;
        expected = expected.combined(surprise, 1.0, gain);
        spread *= 1.0 - gain;
        last = Some(day.day);
    }
    products
}

impl Products {
    fn add(&mut self, column: Columns, variance: f64) {
        let Columns { level, during, after, balance } = column;
        self.ll += level * level / variance;
        self.ld += level * during / variance;
        self.la += level * after / variance;
        self.dd += during * during / variance;
        self.da += during * after / variance;
        self.aa += after * after / variance;
        self.ly += level * balance / variance;
        self.dy += during * balance / variance;
        self.ay += after * balance / variance;
        self.yy += balance * balance / variance;
        self.log_determinant += libm::log(variance);
    }
}
