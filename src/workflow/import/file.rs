//! What is imported: JSON in API form or in the editor's, bare or wrapped, or an image that ComfyUI saved with both.

use std::io::Cursor;

use serde_json::{Value, json};

use super::editor;
use super::known::{Export, Known};
use crate::workflow::FileError;
use crate::workflow::parse::{Forms, complete, forms, json as parsed};

/// The most bytes of the texts of a picture.
const MOST: usize = 64 << 20;

/// Reads a file.
pub(super) fn read(bytes: &[u8], known: Known<'_>) -> Result<Export, FileError> {
    let Forms { api, editor } = forms(value(bytes)?)?;
    match (api, editor) {
        (Some(graph), editor) => {
            let names = editor.map(|editor| editor::names(&editor, known)).unwrap_or_default();
            Ok(Export { graph: exported(complete(graph)?), names, notes: Vec::new() })
        }
        (None, Some(editor)) => editor::convert(&editor, known),
        (None, None) => Err(FileError::NotApi("it has no nodes".to_owned())),
    }
}

fn value(bytes: &[u8]) -> Result<Value, FileError> {
    let texts = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        png_texts(bytes)?
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        webp_texts(bytes)
    } else {
        let text = std::str::from_utf8(bytes).map_err(|_| FileError::NotJson("it is not UTF-8 text".to_owned()))?;
        return parsed(text);
    };
    if texts.is_empty() {
        return Err(FileError::NoGraph);
    }
    Ok(Value::Object(texts.into_iter().map(|(name, text)| (name, json!(text))).collect()))
}

/// The texts of a PNG that ComfyUI names `prompt` and `workflow`.
fn png_texts(bytes: &[u8]) -> Result<Vec<(String, String)>, FileError> {
    let wrong = |error: png::DecodingError| FileError::Unreadable(format!("cannot be read as a PNG: {error}"));
    let limits = png::Limits { bytes: MOST };
    let reader = png::Decoder::new_with_limits(Cursor::new(bytes), limits).read_info().map_err(wrong)?;
    let info = reader.info();
    let mut texts: Vec<(String, String)> = Vec::new();
    texts.extend(info.uncompressed_latin1_text.iter().map(|chunk| (chunk.keyword.clone(), chunk.text.clone())));
    let compressed = info.compressed_latin1_text.iter();
    texts.extend(compressed.filter_map(|chunk| Some((chunk.keyword.clone(), chunk.get_text().ok()?))));
    texts.extend(info.utf8_text.iter().filter_map(|chunk| Some((chunk.keyword.clone(), chunk.get_text().ok()?))));
    texts.retain(|(name, _)| ["prompt", "workflow"].contains(&name.as_str()));
    Ok(texts)
}

/// The same of a WebP, whose EXIF data has them as `prompt:{ .. }`.
fn webp_texts(bytes: &[u8]) -> Vec<(String, String)> {
    let found = ["prompt", "workflow"].map(|name| {
        let start = format!("{name}:{{").into_bytes();
        let at = bytes.windows(start.len()).position(|window| window == start)? + start.len() - 1;
        let text = bytes[at..].split(|byte| *byte == 0).next()?;
        Some((name.to_owned(), String::from_utf8_lossy(text).into_owned()))
    });
    found.into_iter().flatten().collect()
}

/// Drops the keys that the editor adds to nodes.
fn exported(mut graph: Value) -> Value {
    for node in graph.as_object_mut().into_iter().flat_map(|nodes| nodes.values_mut()) {
        if let Some(node) = node.as_object_mut() {
            node.retain(|key, _| ["class_type", "inputs", "_meta"].contains(&key.as_str()));
        }
    }
    graph
}
