//! The first few of many, without keeping the rest.

use std::cmp::Ordering;

/// The first `most` of what is offered, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Top<T> {
    most: usize,
    kept: Vec<T>,
}

impl<T> Top<T> {
    /// Nothing yet.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, kept: Vec::with_capacity(most.saturating_add(1)) }
    }

    /// Keeps `item` where it is among the first by `order`, which must be total and always the same.
    #[inline]
    pub fn offer(&mut self, item: T, order: impl Fn(&T, &T) -> Ordering) {
        if !self.is_full() || self.kept.last().is_some_and(|last| order(last, &item).is_gt()) {
            self.insert(item, order);
        }
    }

    /// Whether it can only change by leaving something out.
    #[must_use]
    #[inline]
    pub const fn is_full(&self) -> bool {
        self.kept.len() >= self.most
    }

    fn insert(&mut self, item: T, order: impl Fn(&T, &T) -> Ordering) {
        let at = self.kept.partition_point(|kept| order(kept, &item).is_le());
        self.kept.insert(at, item);
        self.kept.truncate(self.most);
    }

    /// The first, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        &self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_few_are_those_that_sorting_puts_first() {
        let items: Vec<u32> = (0..200).map(|at: u32| at.wrapping_mul(2_654_435_761) % 97).collect();
        for most in [0, 1, 7, 200, 300] {
            let mut top = Top::new(most);
            for item in &items {
                top.offer(*item, u32::cmp);
            }
            let mut sorted = items.clone();
            sorted.sort_unstable();
            sorted.truncate(most);
            assert_eq!(top.as_slice(), sorted);
        }
    }
}
