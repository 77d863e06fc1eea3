//! Plain values in the types of their inputs, as Python turns them.

use serde_json::{Value, json};

use crate::nodes::Kind;

pub(super) fn bounds(kind: &Kind) -> Option<(f64, f64)> {
    match kind {
        Kind::Int { min, max: 0, .. } if *min < 0 => Some((*min as f64, -1.0)),
        Kind::Int { min, max, .. } => Some((*min as f64, *max as f64)),
        Kind::Float { min, max, .. } => Some((*min, *max)),
        _ => None,
    }
}

pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The value in the type of the input, as Python's `int`, `float`, `str` and `bool` turn it; else it and the reason.
pub(super) fn coerced(kind: &Kind, value: Value) -> Result<Value, (Value, String)> {
    let turned = match kind {
        Kind::Int { .. } => int(&value),
        Kind::Float { .. } => float(&value),
        Kind::Text { .. } => Ok(value.as_str().map_or_else(|| json!(value.to_string()), |text| json!(text))),
        Kind::Flag { .. } => Ok(value.as_bool().map_or_else(|| json!(!value.is_null()), |flag| json!(flag))),
        _ => Ok(value.clone()),
    };
    turned.map_err(|why| (value, why))
}

fn int(value: &Value) -> Result<Value, String> {
    match value {
        Value::Number(number) if number.is_f64() => Ok(json!(number.as_f64().unwrap_or_default().trunc() as i64)),
        Value::Number(_) => Ok(value.clone()),
        Value::Bool(flag) => Ok(json!(u8::from(*flag))),
        Value::String(text) => match (text.trim().parse::<u64>(), text.trim().parse::<i64>()) {
            (Ok(number), _) => Ok(json!(number)),
            (_, Ok(number)) => Ok(json!(number)),
            _ => Err(format!("invalid literal for int() with base 10: '{text}'")),
        },
        _ => Err("int() argument must be a string, a bytes-like object or a real number".to_owned()),
    }
}

fn float(value: &Value) -> Result<Value, String> {
    match value {
        Value::Number(number) => Ok(json!(number.as_f64())),
        Value::Bool(flag) => Ok(json!(f64::from(u8::from(*flag)))),
        Value::String(text) => text
            .trim()
            .parse::<f64>()
            .map(|number| json!(number))
            .map_err(|_| format!("could not convert string to float: '{text}'")),
        _ => Err("float() argument must be a string or a real number".to_owned()),
    }
}
