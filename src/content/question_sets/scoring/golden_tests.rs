//! Published versions score as they did on the day they were published.

use super::*;
use crate::content::Catalogue;

/// One line a dimension of every published version. Lines are added, never changed.
const GOLDEN: &str = include_str!("golden.txt");

/// Answers that differ from item to item and use every scale's whole length.
fn fixed_answers(set: &QuestionSet) -> Vec<Answer> {
    let opens = |item: &Item| {
        let mut conditions = set.definition().items.iter().filter_map(|other| other.enable_when.as_ref());
        conditions.find(|condition| condition.item == item.id).map(|condition| condition.value)
    };
    let items = set.definition().items.iter().enumerate();
    items
        .map(|(position, item)| {
            let options = &set.scale_of(item).unwrap().options;
            let value = opens(item).unwrap_or(options[(position * 7 + 3) % options.len()].value);
            Answer { item_id: item.id.clone(), value: AnswerValue::Chosen(value) }
        })
        .collect()
}

fn lines(set: &QuestionSet) -> Vec<String> {
    let scored = score(set, &fixed_answers(set)).unwrap();
    let name = format!("{}/{}", set.slug(), set.version());
    let mean = |mean: Mean| mean.value().unwrap();
    let dimension = |score: &DimensionScore| {
        let (give, receive, difference) = (mean(score.give.mean), mean(score.receive.mean), score.difference.unwrap());
        format!("{name} {} give={give:?} receive={receive:?} difference={difference:?}", score.dimension)
    };
    let heard = scored.felt_heard.map(|score| format!("{name} felt_heard mean={:?}", mean(score.mean)));
    let energy = scored.energy_after.map(|score| format!("{name} energy_after mean={:?}", mean(score.mean)));
    scored.dimensions.iter().map(dimension).chain(heard).chain(energy).collect()
}

#[test]
fn every_published_version_scores_fixed_answers_as_it_always_did() {
    let catalogue = Catalogue::load().unwrap();
    let current: Vec<String> = catalogue.all_question_set_versions().flat_map(lines).collect();
    let golden: Vec<&str> = GOLDEN.lines().collect();
    let changed: Vec<&String> = current.iter().filter(|line| !golden.contains(&line.as_str())).collect();
    assert!(changed.is_empty(), "not in golden.txt:\n{changed:#?}");
    assert_eq!(current.len(), golden.len(), "a published version has gone");
}
