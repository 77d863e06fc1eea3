//! The recorded session of `docs/agents-session.md`: an empty folder becomes the assets of a small game.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::mcp_client::Client;
use crate::project::Project;

const FILE: &str = "docs/agents-session.md";

const HEAD: &str = "\
# A recorded session

An assistant makes the assets of a small game with the `sketch` backend, from a `pixels.toml` without any asset. `>` is a call of
a tool, `<` its answer: without versions, empty fields and event numbers, and with tokens shortened. A test plays the session
again and compares it with this page.
";

/// Plays calls and writes them down.
struct Recorder {
    client: Client,
    text: String,
}

impl Recorder {
    fn says(&mut self, words: &str) {
        self.text += &format!("\n{words}\n\n");
    }

    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let result = self.client.call(tool, arguments.clone());
        assert_ne!(result["isError"], true, "{tool}: {result}");
        let answer = result["structuredContent"].clone();
        self.text += &format!("    > {tool} {}\n    < {}\n", short(arguments), short(answer.clone()));
        if result["content"].as_array().is_some_and(|content| content.iter().any(|block| block["type"] == "image")) {
            let image = crate::mcp_client::picture(&result);
            self.text += &format!("    < an image of {} x {} pixels\n", image.width(), image.height());
        }
        answer
    }

    /// The plan of a tool, then the same with its token.
    fn agreed(&mut self, tool: &str, mut arguments: Value) {
        let plan = self.call(tool, arguments.clone());
        arguments["plan_token"] = plan["plan"]["plan_token"].clone();
        self.call(tool, arguments);
    }

    fn build(&mut self, targets: Value) {
        let plan = self.call("plan", json!({ "targets": targets }));
        self.call("build", json!({ "targets": targets, "plan_token": plan["plan_token"] }));
    }
}

/// What a reader needs of a value.
fn short(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let is_told = |name: &str, value: &Value| {
                let is_empty = value.is_null() || *value == json!([]) || *value == json!({}) || *value == json!(0);
                !is_empty && *value != json!(false) && !["version", "events", "expires_in", "exit"].contains(&name)
            };
            let fields = fields.into_iter().map(|(name, value)| {
                let value = if name == "plan_token" { json!("..") } else { short(value) };
                (name, value)
            });
            let told: Map<String, Value> = fields.filter(|(name, value)| is_told(name, value)).collect();
            Value::Object(told)
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().map(short).collect();
            // Files are told as they come.
            if items.iter().all(Value::is_string) {
                items.sort_by_key(Value::to_string);
            }
            Value::Array(items)
        }
        other => other,
    }
}

fn play(project: &Project) -> String {
    let mut session = Recorder { client: Client::of(project, &[]), text: HEAD.to_owned() };
    session.says(
        "The user wants a knight, a slime, a potion and a key. What is there, and what would the first one cost?",
    );
    session.call("assets", json!({}));
    for (name, prompt, preset) in
        [("knight", "a knight with a sword", "character"), ("slime", "a green slime", "creature")]
    {
        let arguments =
            json!({ "prompt": prompt, "name": name, "preset": preset, "size": "16", "count": 2, "add": true });
        session.agreed("generate", arguments);
    }
    for (name, prompt) in [("potion", "a red potion"), ("key", "a golden key")] {
        let arguments = json!({ "prompt": prompt, "name": name, "preset": "item", "size": "16", "add": true });
        session.agreed("generate", arguments);
    }
    session.says("The assistant looks at the candidates, and the user prefers the second knight.");
    session.call("show", json!({ "target": "knight", "candidates": true }));
    session.call("pick", json!({ "target": "knight", "n": 2 }));
    session.says("Nobody likes the slime: others are drawn at the next build.");
    session.call("reroll", json!({ "target": "slime" }));
    session.build(json!(["knight", "slime"]));
    session.says(
        "All of it in the colours of one console: first seen, then written, then built. No image is drawn again.",
    );
    let change = json!({ "targets": ["recipe:default"], "changes": ["palette=pico-8"] });
    session.call("edit_recipe", change.clone());
    let mut applied = change;
    applied["apply"] = json!(true);
    session.call("edit_recipe", applied);
    session.build(json!([]));
    session.says("The game does not run yet; its door is made all the same, and the files wait for it.");
    let door = json!({ "prompt": "a wooden door", "name": "door", "preset": "prop", "size": "16", "port": 1 });
    session.agreed("generate_and_deploy", door);
    session.says("All is there.");
    session.call("assets", json!({}));
    session.text
}

#[test]
fn the_recorded_session_is_what_happens() {
    let project =
        Project::with("[project]\nname = \"game\"\nbackend = \"sketch\"\nexport = [\"bevy\"]\n[recipe.default]\n");
    let played = play(&project);
    project.check(&["--outputs"]).exit(0);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(path, played).unwrap();
        return;
    }
    let recorded = std::fs::read_to_string(path).unwrap_or_default();
    assert!(recorded == played, "{FILE} is old: run the tests with UPDATE_FIXTURES=1\n{played}");
}
