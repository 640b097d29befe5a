//! Secrets, and a word that is planted wherever somebody can write one.

use reciprocity::kernel::text::{LINE_PATTERN, PROSE_PATTERN};
use serde_json::{Value, json};

use crate::support::document::{Document, Operation};
use crate::support::everything::{Thing, make};
use crate::support::{Client, Service};

/// A word that nobody else says; part of everything that is written, and of every name that is sent.
pub const WORD: &str = "quokka77";
pub const PASSWORD: &str = "quokka77 seven quiet lamps";
/// As long as a PIN may be, so that no id holds it by chance.
pub const PIN: &str = "407183520946";

pub fn word(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// An account made with an invitation, signed in, and every secret that this gave out.
pub fn signed_in(service: &Service) -> (Client, Vec<String>) {
    let stranger = service.stranger();
    let made = stranger.post("/v1/accounts", &json!({"password": PASSWORD, "invite_code": "quokka77 may come in"})).expect(201);
    let asked = json!({"handle": made["handle"], "password": PASSWORD, "label": "quokka77 phone"});
    let pair = stranger.post("/v1/sessions", &asked).expect(201);
    let next = stranger.post("/v1/sessions/refresh", &json!({"refresh_token": pair["refresh_token"]})).expect(200);
    let mut secrets: Vec<String> = [&made["handle"], &made["recovery_code"]].into_iter().map(word).collect();
    for pair in [&pair, &next] {
        secrets.extend([word(&pair["access_token"]), word(&pair["refresh_token"])]);
        // The signature alone would do to whoever has seen another token of the account.
        secrets.extend(word(&pair["access_token"]).split('.').skip(1).map(str::to_owned));
    }
    let mut client = Client::new(service.address, Some(word(&next["access_token"])));
    client.password = PASSWORD;
    (client, secrets)
}

/// Sets the PIN, gives a wrong one and the right one; the session is unlocked afterwards.
pub fn give_pins(me: &Client) {
    assert_eq!(me.put("/v1/account/pin", &json!({"current_password": PASSWORD, "pin": PIN})).status, 204);
    me.post("/v1/sessions/unlocks", &json!({"pin": PIN.chars().rev().collect::<String>()})).problem(403, "wrong_pin");
    me.post("/v1/sessions/unlocks", &json!({"pin": PIN})).expect(200);
}

pub fn invited() -> Service {
    Service::with(&[("RECIPROCITY_REGISTRATION", "invite"), ("RECIPROCITY_INVITE_CODE", "quokka77 may come in")])
}

/// The example, and the example with the planted word in every text, as a name and as what is no JSON.
pub fn spoken(operation: &Operation) -> Vec<Option<Vec<u8>>> {
    let Some(example) = operation.example() else { return vec![None] };
    let mut named = example.clone();
    named["quokka77"] = json!("quokka77");
    let broken = format!("{{\"quokka77\": {example}");
    vec![
        Some(plant(&example).to_string().into_bytes()),
        Some(named.to_string().into_bytes()),
        Some(broken.into_bytes()),
        Some(plant(&json!({"alias": "", "kind": "", "note": ""})).to_string().into_bytes()),
    ]
}

fn plant(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(format!("{WORD} {text}")),
        Value::Array(items) => items.iter().map(plant).collect(),
        Value::Object(members) => members.iter().map(|(name, inner)| (name.clone(), plant(inner))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// Sends every operation what [`spoken`] says; most of it is refused.
pub fn send_everything(service: &Service, me: &Client, secrets: &[String]) {
    let document = Document::of(service);
    // The session that ending one will end.
    service.stranger().post("/v1/sessions", &json!({"handle": secrets[0], "password": PASSWORD})).expect(201);
    for operation in document.operations() {
        let path = match operation.path.contains('{').then(|| make(me, &operation.path)) {
            Some(Some(Thing::Own(path))) => path,
            Some(Some(Thing::Shared(path))) => path.to_owned(),
            Some(None) | None => operation.path_with(|_| "quokka77".to_owned()),
        };
        let ends_everything = ["DELETE /v1/account", "DELETE /v1/sessions"].contains(&operation.name().as_str());
        for body in spoken(&operation) {
            let client = if ends_everything { service.stranger() } else { me.clone() };
            operation.send_body(&client, &format!("{path}?cursor=quokka77&limit=quokka77"), body.clone());
            operation.send_body(&client, &path, body);
        }
        if !ends_everything {
            operation.send(me, &operation.path_with(|_| "quokka77".to_owned()));
        }
    }
}

/// The document's example with the planted word in every free text that the operation takes, those that the example leaves out
/// too; nothing where it takes none.
pub fn with_words(document: &Document, operation: &Operation) -> Option<Value> {
    let mut body = operation.example()?;
    let schema = document.body_schema(operation)?;
    if let Some(password) = body.get_mut("current_password") {
        *password = json!(PASSWORD);
    }
    say_everything(document, &schema, &mut body).then_some(body)
}

fn say_everything(document: &Document, schema: &Value, body: &mut Value) -> bool {
    let mut said = false;
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let property = document.resolve(property);
        if property["pattern"] == LINE_PATTERN || property["pattern"] == PROSE_PATTERN {
            body[name] = json!(format!("{WORD} as {name}"));
            said = true;
        } else if let Some(inner) = body.get_mut(name).filter(|inner| inner.is_object()) {
            said |= say_everything(document, property, inner);
        } else if let Some(first) = body.pointer_mut(&format!("/{name}/0")) {
            said |= say_everything(document, document.resolve(&property["items"]), first);
        }
    }
    said
}
