//! One schema for what happens and what is answered: JSON lines, the document of the HTTP API, and the tools of assistants.

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::mcp_client::Client;
use crate::project::{GAME, Project};
use crate::serve_client::Served;

fn document(served: &Served) -> Value {
    served.get("/api/v1/openapi.json").is(200).json()
}

/// A validator of one schema of the document.
fn component(document: &Value, name: &str) -> Validator {
    assert!(document["components"]["schemas"][name].is_object(), "the document has no {name}");
    let schema = json!({ "$ref": format!("#/components/schemas/{name}"), "components": document["components"] });
    jsonschema::validator_for(&schema).unwrap()
}

#[track_caller]
fn is_valid(validator: &Validator, value: &Value) {
    if let Err(error) = validator.validate(value) {
        panic!("{error}\n{value}");
    }
}

#[test]
fn an_event_is_the_same_in_lines_streams_and_logs() {
    let project = Project::with(GAME);
    let served = Served::new(&project);
    let document = document(&served);
    let path = "/paths/~1api~1v1~1jobs~1{id}~1events/get/responses/200/content/text~1event-stream/x-itemSchema/$ref";
    assert_eq!(document.pointer(path), Some(&json!("#/components/schemas/JobEvent")));
    let event = component(&document, "JobEvent");
    let numbered = |event: &Value, n: u64| {
        let mut event = event.clone();
        event["seq"] = n.into();
        event
    };
    let built = project.build(&[]).exit(0);
    let lines: Vec<&Value> = built.events.iter().filter(|line| line["event"] != "summary").collect();
    assert!(lines.len() > 20);
    lines.iter().for_each(|line| is_valid(&event, &numbered(line, 1)));
    // The closing line of a command is the outcome of the last event.
    let outcome = component(&document, "Outcome");
    built.events.iter().filter(|line| line["event"] == "summary").for_each(|line| is_valid(&outcome, line));

    project.append("pixels.toml", "[sprite.orc]\nprompt = \"an orc\"\nsize = 16\n");
    let location = served.post("/api/v1/build", "{}").is(202).header("location").to_owned();
    served.client().ended(&location);
    let stream = served.client().events(&format!("{location}/events"), None, |_| false);
    let sent: Vec<&Value> = stream.iter().filter(|sent| sent.name == "job").map(|sent| &sent.data).collect();
    assert!(sent.len() > 5);
    sent.iter().for_each(|sent| is_valid(&event, sent));
    let mut client = Client::of(&project, &["--read-only"]);
    assert_eq!(client.refused("job", json!({})).0, "bad-arguments");
    let log = crate::mcp_http::call(&served, "job", json!({ "after": 0 }))["structuredContent"]["log"].clone();
    for (entry, sent) in log.as_array().unwrap().iter().zip(&sent) {
        assert_eq!(numbered(&entry["event"], entry["n"].as_u64().unwrap()), **sent);
    }
    is_valid(&component(&document, "JobReport"), &served.get(&location).json());
}

/// A schema without references, with `null` and the words of a list in one form.
fn plain<'a>(schema: &'a Value, document: &'a Value) -> (BTreeSet<String>, BTreeSet<String>, &'a Value) {
    if let Some(name) = schema["$ref"].as_str() {
        return plain(document.pointer(name.trim_start_matches('#')).unwrap(), document);
    }
    if let Some([one, null]) = schema["anyOf"].as_array().map(Vec::as_slice)
        && null["type"] == "null"
    {
        let (mut types, words, of) = plain(one, document);
        types.insert("null".to_owned());
        return (types, words, of);
    }
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().map(text).collect(),
        Value::Null => BTreeSet::from(["string".to_owned()]),
        one => BTreeSet::from([text(one)]),
    };
    let constants = schema["oneOf"].as_array().into_iter().flatten().map(|one| &one["const"]);
    let words = schema["enum"].as_array().into_iter().flatten().chain(constants).filter(|word| !word.is_null());
    (types, words.map(text).collect(), schema)
}

/// What a tool says of an answer is what the document says of it, as far as the tool says it.
fn agrees(place: &str, tool: &Value, whole: &Value, document: &Value) {
    let (types, words, tool) = plain(tool, tool);
    let (same_types, same_words, whole) = plain(whole, document);
    assert_eq!((&types, &words), (&same_types, &same_words), "{place}");
    if let Some(fields) = tool["properties"].as_object() {
        let names = |of: &Value| of["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(tool), names(whole), "{place}");
        for (name, field) in fields {
            agrees(&format!("{place}.{name}"), field, &whole["properties"][name], document);
        }
    }
    if tool["items"].is_object() {
        agrees(&format!("{place}[]"), &tool["items"], &whole["items"], document);
    }
}

#[test]
fn tools_answer_in_the_types_of_the_document() {
    let project = Project::with(GAME);
    let served = Served::new(&project);
    let document = document(&served);
    let mut client = Client::of(&project, &[]);
    let listed = client.request("tools/list", json!({}));
    let tools = listed["result"]["tools"].as_array().unwrap();
    for (tool, place, component) in [
        ("build", "/properties/outcome", "Outcome"),
        ("build", "/properties/phase", "JobPhase"),
        ("job", "/properties/outcome", "Outcome"),
        ("plan", "/properties/items/items/properties/kind", "Kind"),
        ("plan", "/properties/items/items/properties/step", "PlannedStep"),
        ("assets", "/properties/items/items/properties/kind", "Kind"),
        ("why", "/properties/items/items/properties/step", "PlannedStep"),
        ("pick", "/properties/picked/items", "Picked"),
        ("reroll", "", "Rerolled"),
        ("reroll", "/properties/slots/items", "RerolledSlot"),
        ("edit_recipe", "/properties/items/items", "Compared"),
    ] {
        let schema = tools.iter().find(|one| one["name"] == tool).unwrap()["outputSchema"].pointer(place).unwrap();
        let whole = &document["components"]["schemas"][component];
        let mut schema = schema.clone();
        // Whether a field may be absent is said of the field, not of the type.
        if let Some(types) = schema["type"].as_array_mut() {
            types.retain(|kind| kind != "null");
        }
        agrees(&format!("{tool}: {component}"), &schema, whole, &document);
    }
}
