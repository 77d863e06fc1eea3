//! The text of a workflow as a graph in API form.

use serde_json::{Map, Value};

use super::error::{FileError, WorkflowError};
use super::validate::validate;

/// The file of a project's own workflow, relative to the project.
pub fn path(name: &str) -> String {
    format!("workflows/{name}.json")
}

/// Parses and validates a workflow: a server can run the graph once its placeholders have values.
pub fn parse(name: &str, text: &str) -> Result<Value, WorkflowError> {
    let valid = |graph: Value| match validate(&graph).into_iter().next() {
        None => Ok(graph),
        Some(error) => Err(FileError::Invalid(error)),
    };
    api_form(text).and_then(valid).map_err(|error| WorkflowError::File(name.to_owned(), error))
}

/// Parses a text as nodes with classes and inputs; links are not checked.
pub(super) fn api_form(text: &str) -> Result<Value, FileError> {
    let Forms { api, editor } = forms(json(text)?)?;
    match api {
        Some(graph) => complete(graph),
        None if editor.is_some() => Err(FileError::EditorForm),
        None => Err(no_nodes()),
    }
}

/// Parses JSON; Python also writes numbers that JSON does not have.
pub(super) fn json(text: &str) -> Result<Value, FileError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str(text)
        .or_else(|error| serde_json::from_str(&without_nan(text)).map_err(|_| FileError::NotJson(error.to_string())))
}

/// The text with `null` for `NaN` and `Infinity` outside of strings.
fn without_nan(text: &str) -> String {
    let (mut clean, mut rest, mut in_string) = (String::with_capacity(text.len()), text, false);
    while let Some(c) = rest.chars().next() {
        let number = ["-Infinity", "Infinity", "NaN"].into_iter().find(|word| !in_string && rest.starts_with(word));
        let taken = match number {
            Some(word) => word.len(),
            None if in_string && c == '\\' => rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at),
            None => c.len_utf8(),
        };
        in_string ^= c == '"';
        clean.push_str(if number.is_some() { "null" } else { &rest[..taken] });
        rest = &rest[taken..];
    }
    clean
}

/// The graphs in a file, without what wraps them.
#[derive(Debug, Default)]
pub(super) struct Forms {
    /// In API form.
    pub(super) api: Option<Value>,
    /// In the form that the editor saves.
    pub(super) editor: Option<Value>,
}

/// How deep a graph may lie in a request, an answer or a record of a run.
const DEEPEST: usize = 4;

/// Finds the graphs of a file: it is one, or a request, `{ "prompt": { .. } }`, or another wrapper of one.
pub(super) fn forms(file: Value) -> Result<Forms, FileError> {
    let mut forms = Forms::default();
    if !file.is_object() {
        return Err(FileError::NotApi("it is not an object of nodes".to_owned()));
    }
    let is_bare_node = file.as_object().and_then(|nodes| nodes.iter().find(|(_, node)| node["inputs"].is_object()));
    let bare = is_bare_node.map(|(id, _)| incomplete(id));
    let mut level = vec![file];
    for _ in 0..=DEEPEST {
        let mut inner = Vec::new();
        let mut graphs = Vec::new();
        for value in std::mem::take(&mut level) {
            match value {
                value if is_editor(&value) => drop(forms.editor.get_or_insert(value)),
                value if is_api(&value) => graphs.push(value),
                value => inner.extend(parts(value)),
            }
        }
        graphs.dedup();
        if graphs.len() > 1 && forms.api.is_none() {
            return Err(FileError::NotApi("it has several graphs".to_owned()));
        }
        forms.api = forms.api.take().or(graphs.pop());
        level = inner;
    }
    match forms {
        Forms { api: None, editor: None } => Err(bare.unwrap_or_else(no_nodes)),
        forms => Ok(forms),
    }
}

fn no_nodes() -> FileError {
    FileError::NotApi("it has no nodes".to_owned())
}

fn incomplete(id: &str) -> FileError {
    FileError::NotApi(format!("node `{id}` has no `class_type` or no `inputs`"))
}

fn is_editor(value: &Value) -> bool {
    value["nodes"].is_array() && value["links"].is_array()
}

fn is_api(value: &Value) -> bool {
    value.as_object().is_some_and(|nodes| nodes.values().any(|node| node["class_type"].is_string()))
}

/// The values in a value that is no graph; text may be JSON again.
fn parts(value: Value) -> Vec<Value> {
    match value {
        Value::Object(map) => map.into_iter().map(|(_, value)| value).collect(),
        Value::Array(items) => items,
        Value::String(text) if text.trim_start().starts_with('{') => json(&text).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The most nodes of a graph: some twenty times those of the largest published ones.
pub(super) const MOST_NODES: usize = 20_000;

/// The most inputs of a node.
pub(super) const MOST_INPUTS: usize = 1_000;

/// Checks the number of nodes.
pub(super) fn few_nodes(count: usize) -> Result<(), FileError> {
    match count {
        0..=MOST_NODES => Ok(()),
        count => Err(FileError::TooLarge(format!("has {count} nodes, but may have at most {MOST_NODES}"))),
    }
}

/// Checks the number of a node's inputs.
pub(super) fn few_inputs(id: &str, count: usize) -> Result<(), FileError> {
    match count {
        0..=MOST_INPUTS => Ok(()),
        count => Err(FileError::TooLarge(format!(
            "has {count} inputs in node `{id}`, but a node may have at most {MOST_INPUTS}"
        ))),
    }
}

/// Checks that all nodes have a class and inputs, and drops what is no node: comments, versions, settings.
pub(super) fn complete(graph: Value) -> Result<Value, FileError> {
    let Value::Object(mut nodes) = graph else { return Err(no_nodes()) };
    nodes.retain(|_, node| node.get("class_type").is_some() || node.get("inputs").is_some());
    few_nodes(nodes.len())?;
    for (id, node) in &nodes {
        few_inputs(id, node["inputs"].as_object().map_or(0, Map::len))?;
    }
    let is_whole = |node: &Value| node["class_type"].is_string() && node["inputs"].is_object();
    match nodes.iter().find(|(_, node)| !is_whole(node)) {
        Some((id, _)) => Err(incomplete(id)),
        None => Ok(Value::Object(nodes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_and_comments_are_no_part_of_a_graph() {
        let save = serde_json::json!({ "9": { "class_type": "SaveImage", "inputs": { "filename_prefix": "NaN" } } });
        let commented = "{\"_comment\": \"SDXL\", \"version\": 0.4, \"extra\": {}, \"9\": { \"class_type\": \"SaveImage\", \
                         \"inputs\": { \"filename_prefix\": \"NaN\" } }}";
        let texts = [
            save.to_string(),
            commented.to_owned(),
            serde_json::json!({ "prompt": save }).to_string(),
            serde_json::json!({ "input": { "workflow": save, "images": [] } }).to_string(),
            serde_json::json!({ "prompt": save.to_string(), "seed": 7 }).to_string(),
            format!("{{\"is_changed\": [NaN, -Infinity], \"prompt\": {save}}}"),
        ];
        for text in texts {
            assert_eq!(parse("own", &text).unwrap(), save, "{text}");
        }
        let several = serde_json::json!({ "a": save, "b": { "1": { "class_type": "X", "inputs": {} } } });
        assert!(parse("own", &several.to_string()).unwrap_err().to_string().contains("several graphs"));
    }

    #[test]
    fn each_kind_of_invalid_file_has_its_own_message() {
        let cases = [
            ("", "is not JSON"),
            ("{", "is not JSON"),
            ("[]", "not an object of nodes"),
            ("{}", "no node"),
            ("{\"nodes\": [], \"links\": []}", "editor's own form"),
            ("{\"prompt\": {\"a\": 1}}", "no node"),
            ("{\"1\": {\"inputs\": {}}}", "node `1` has no `class_type`"),
            ("{\"1\": {\"class_type\": \"KSampler\"}}", "node `1` has no `class_type` or no `inputs`"),
            ("{\"1\": {\"class_type\": \"KSampler\", \"inputs\": {}}}", "no node saves an image"),
        ];
        for (text, message) in cases {
            let error = parse("own", text).unwrap_err();
            assert!(error.to_string().contains(message), "{text}: {error}");
            assert!(!error.hint().is_empty());
        }
    }
}
