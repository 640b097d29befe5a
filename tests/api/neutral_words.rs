//! What shows outside the app, in a folder of downloads, on a tab, in a message, says nothing of whom it is about.

use crate::support::document::Document;
use crate::support::everything::{of_nobody, path_for};
use crate::support::{Answer, Service};

/// The names of files and tabs: none of these is about a person, a relationship or an account.
const NEUTRAL: &[&str] = &["\"summary.svg\"", "\"summary.html\"", "\"export.json\"", "Summary"];

fn is_neutral(name: &str) -> bool {
    let numbered = name.strip_prefix("\"export-").and_then(|rest| rest.strip_suffix(".csv\""));
    NEUTRAL.contains(&name) || numbered.is_some_and(|number| number.parse::<u8>().is_ok())
}

/// The name that a browser gives to the file, and the one that it writes on the tab.
fn names(answer: &Answer) -> Vec<String> {
    let file = answer.header("content-disposition").split("filename=").nth(1).map(str::to_owned);
    let page = if answer.text.starts_with('<') { answer.text.as_str() } else { "" };
    let tab = page.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).map(str::to_owned);
    assert!(page.is_empty() || (file.is_some() && tab.is_some()), "a page without a name of its own is named by its address: {page:.200}");
    file.into_iter().chain(tab).collect()
}

/// What an app or a phone might show of an answer without being asked: headers, and the words of a problem.
fn shown_unasked(answer: &Answer) -> String {
    let headers: Vec<&str> = answer.headers.values().map(|value| value.to_str().unwrap()).collect();
    headers.join("\n") + if answer.status >= 400 { &answer.text } else { "" }
}

#[test]
fn what_shows_outside_the_app_says_nothing_of_whom_it_is_about() {
    let service = Service::start();
    let mut seen = Vec::new();
    for operation in Document::of(&service).operations().iter().filter(|operation| operation.secured()) {
        let me = service.someone();
        let path = path_for(&me, operation);
        for accept in ["image/svg+xml", "text/html", "text/csv", "application/json"] {
            let client = me.with("accept", accept);
            for answer in [operation.send(&client, &of_nobody(&path)), operation.send(&client, &path)] {
                let unasked = shown_unasked(&answer);
                let word = ["Sam", "choir", "we talked"].iter().find(|word| unasked.contains(*word));
                assert_eq!(word, None, "{} as {accept}: {unasked}", operation.name());
                seen.extend(names(&answer));
            }
        }
    }
    assert!(seen.iter().all(|name| is_neutral(name)), "{seen:?}");
    assert!(seen.len() > 6, "{seen:?}");
}
