//! Lists as FHIR has them: a Bundle of what a search found (FHIR R4, section 2.36).

use serde::Serialize;

/// What a search found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bundle<T> {
    resource_type: &'static str,
    r#type: &'static str,
    /// How many there are in all, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<usize>,
    link: Vec<Link>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entry: Vec<Entry<T>>,
}

#[derive(Debug, Serialize)]
struct Link {
    relation: &'static str,
    url: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<T> {
    full_url: String,
    resource: T,
    search: Search,
}

#[derive(Debug, Serialize)]
struct Search {
    mode: &'static str,
}

impl<T> Bundle<T> {
    /// The resources found by asking `myself`, each with a name that is good anywhere.
    pub fn found(myself: String, entries: impl IntoIterator<Item = (String, T)>) -> Self {
        let entry = |(full_url, resource)| Entry { full_url, resource, search: Search { mode: "match" } };
        Self {
            resource_type: "Bundle",
            r#type: "searchset",
            total: None,
            link: vec![Link { relation: "self", url: myself }],
            entry: entries.into_iter().map(entry).collect(),
        }
    }

    /// The same where nothing was left out.
    #[must_use]
    pub fn complete(self) -> Self {
        Self { total: Some(self.entry.len()), ..self }
    }

    /// The same with the place of the next page, where there is one.
    #[must_use]
    pub fn then(mut self, next: Option<String>) -> Self {
        self.link.extend(next.map(|url| Link { relation: "next", url }));
        self
    }
}
