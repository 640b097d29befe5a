//! Which needs the words after a test speak of.

use crate::content::Need;
use crate::engine::types::Dimension;

/// What the person's needs ask for that were noted in this relationship and are not wholly met, latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expressed(pub Vec<Need>);

/// The needs to speak of, without doubles: those that were expressed, then those behind the ways that the test was about.
#[must_use]
pub fn to_speak_of(expressed: &Expressed, about: &[Dimension]) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::new();
    for need in expressed.0.iter().copied().chain(about.iter().flat_map(|dimension| behind(*dimension)).copied()) {
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
    needs
}

/// What somebody may need who misses this.
const fn behind(dimension: Dimension) -> &'static [Need] {
    match dimension {
        Dimension::EmotionalSupport => &[Need::BeingHeard],
        Dimension::Celebration => &[Need::SharingGoodNews],
        Dimension::Initiation => &[Need::TimeTogether, Need::Reliability],
        Dimension::Repair => &[Need::MakingUp],
        Dimension::Appreciation => &[Need::Appreciation],
        Dimension::PracticalHelp => &[Need::Help],
        Dimension::PromisesKept => &[Need::Reliability],
        Dimension::NeedsMet => &[Need::Any],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_expressed_comes_first_and_nothing_twice() {
        let about = [Dimension::Initiation, Dimension::PromisesKept];
        assert_eq!(to_speak_of(&Expressed::default(), &about), [Need::TimeTogether, Need::Reliability]);
        let expressed = Expressed(vec![Need::Reliability, Need::Help]);
        assert_eq!(to_speak_of(&expressed, &about), [Need::Reliability, Need::Help, Need::TimeTogether]);
        assert!(Dimension::ALL.iter().all(|dimension| !behind(*dimension).is_empty()));
    }
}
