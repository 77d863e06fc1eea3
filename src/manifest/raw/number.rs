//! Whole numbers, and decimals that are whole numbers of thousandths.

use schemars::{Schema, SchemaGenerator, json_schema};
use toml::de::{DeInteger, DeValue};

use super::{Read, Reader, Span};
use crate::manifest::problem::Problem;

/// A whole number within bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Int<const MIN: i64, const MAX: i64>(pub i64);

impl<const MIN: i64, const MAX: i64> Int<MIN, MAX> {
    /// The number; the bounds are within `u32` wherever this is called.
    pub(crate) fn u32(self) -> u32 {
        u32::try_from(self.0).unwrap_or_default()
    }
}

impl<const MIN: i64, const MAX: i64> Read for Int<MIN, MAX> {
    fn wanted() -> String {
        "an integer".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        let Some(integer) = value.as_integer() else {
            return reader.wrong_type(span, value);
        };
        let number = whole(integer).filter(|number| (MIN..=MAX).contains(number));
        if number.is_none() {
            let message = format!("`{integer}` is out of range: {MIN} to {MAX}");
            reader.problem(Problem::error("out-of-range", span, message));
        }
        number.map(Self)
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": MIN, "maximum": MAX })
    }
}

/// A number of directions. The check says which there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Directions(pub i64);

impl Read for Directions {
    fn wanted() -> String {
        "an integer".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        let Some(integer) = value.as_integer() else {
            reader.wrong_type::<Self>(span, value);
            return None;
        };
        Some(Self(whole(integer).unwrap_or(i64::MAX)))
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": [4, 8] })
    }
}

/// The number, if it fits.
pub(super) fn whole(integer: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// A decimal with at most three places, in thousandths, within bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Thousandths<const MIN: i64, const MAX: i64>(pub i64);

impl<const MIN: i64, const MAX: i64> Read for Thousandths<MIN, MAX> {
    fn wanted() -> String {
        "a number".to_owned()
    }

    fn read(value: &DeValue<'_>, span: Span, reader: &mut Reader) -> Option<Self> {
        let (thousandths, text) = match value {
            DeValue::Integer(integer) => (whole(integer).and_then(|n| n.checked_mul(1000)), integer.to_string()),
            DeValue::Float(float) => match decimal_places(float.as_str(), 3) {
                Ok(number) => (number, float.to_string()),
                Err(why) => {
                    reader.problem(Problem::error("bad-decimal", span, format!("`{float}` {why}")));
                    return None;
                }
            },
            _ => {
                return reader.wrong_type(span, value);
            }
        };
        let number = thousandths.filter(|number| (MIN..=MAX).contains(number));
        if number.is_none() {
            let message = format!("`{text}` is out of range: {} to {}", decimal(MIN), decimal(MAX));
            reader.problem(Problem::error("out-of-range", span, message));
        }
        number.map(Self)
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "minimum": decimal_json(MIN), "maximum": decimal_json(MAX) })
    }
}

fn decimal_json(thousandths: i64) -> serde_json::Value {
    if thousandths % 1000 == 0 { (thousandths / 1000).into() } else { (thousandths as f64 / 1000.0).into() }
}

/// Thousandths as a decimal.
fn decimal(thousandths: i64) -> String {
    let (whole, part) = (thousandths / 1000, thousandths.unsigned_abs() % 1000);
    let sign = if thousandths < 0 && whole == 0 { "-" } else { "" };
    if part == 0 {
        return whole.to_string();
    }
    format!("{sign}{whole}.{part:03}").trim_end_matches('0').to_owned()
}

/// Reads a TOML float digit by digit, so that no rounding enters a key, as a whole number of units with `most` decimal places (3 or 6); `None` does
/// not fit.
pub(super) fn decimal_places(text: &str, most: usize) -> Result<Option<i64>, &'static str> {
    let unsigned = text.trim_start_matches(['+', '-']);
    let mut parts = unsigned.splitn(2, '.');
    let (whole, places) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if !whole.bytes().chain(places.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err("is not a plain decimal such as `1.25`");
    }
    let places = places.trim_end_matches('0');
    if places.len() > most {
        return Err(if most == 3 { "has more than three places" } else { "has more than six places" });
    }
    let number = format!("{whole}{places:0<most$}").parse::<i64>().ok();
    Ok(number.map(|number| if text.starts_with('-') { -number } else { number }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_exactly() {
        assert_eq!(decimal_places("1.2", 3), Ok(Some(1200)));
        assert_eq!(decimal_places("-0.8", 3), Ok(Some(-800)));
        assert_eq!(decimal_places("+0.1250", 3), Ok(Some(125)));
        assert_eq!(decimal_places("1.2345", 3), Err("has more than three places"));
        assert_eq!(decimal_places("1e3", 3), Err("is not a plain decimal such as `1.25`"));
        assert_eq!(decimal_places("inf", 3), Err("is not a plain decimal such as `1.25`"));
        assert_eq!(decimal_places("99999999999999999999.0", 3), Ok(None));
        assert_eq!(decimal_places("0.0291675", 6), Err("has more than six places"));
        assert_eq!(decimal_places("0.029167", 6), Ok(Some(29_167)));
        assert_eq!(
            ["-0.5", "1.5", "-4"],
            [decimal(-500), decimal(1500), decimal(-4000)].each_ref().map(String::as_str)
        );
    }
}
