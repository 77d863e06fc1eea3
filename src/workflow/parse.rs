//! The text of a workflow as a graph in API form.

use serde_json::Value;

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
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let graph: Value = serde_json::from_str(text).map_err(|error| FileError::NotJson(error.to_string()))?;
    let Some(nodes) = graph.as_object() else {
        return Err(FileError::NotApi("it is not an object of nodes".to_owned()));
    };
    if nodes.get("nodes").is_some_and(Value::is_array) {
        return Err(FileError::EditorForm);
    }
    if nodes.is_empty() {
        return Err(FileError::NotApi("it has no nodes".to_owned()));
    }
    let incomplete = |node: &Value| !node["class_type"].is_string() || !node["inputs"].is_object();
    match nodes.iter().find(|(_, node)| incomplete(node)) {
        Some((id, _)) => Err(FileError::NotApi(format!("node `{id}` has no `class_type` or no `inputs`"))),
        None => Ok(graph),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_invalid_file_has_its_own_message() {
        let cases = [
            ("", "is not JSON"),
            ("{", "is not JSON"),
            ("[]", "not an object of nodes"),
            ("{}", "no node"),
            ("{\"nodes\": [], \"links\": []}", "editor's own form"),
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
