//! How values turn into numbers and texts: JavaScript's rules, which JsonLogic relies on.

use serde_json::Value;

use super::Val;

/// As JavaScript's `Number(…)`.
pub(crate) fn number(value: &Val<'_>) -> f64 {
    match value {
        Val::Null => 0.0,
        Val::Bool(value) => f64::from(u8::from(*value)),
        Val::Number(number) => *number,
        Val::Text(_) | Val::Made(_) => whole_number(value.text().unwrap_or_default()),
        Val::List(items) if items.is_empty() => 0.0,
        Val::List(items) => one(items.len(), items.first()),
        Val::Data(Value::Array(items)) if items.is_empty() => 0.0,
        Val::Data(Value::Array(items)) => one(items.len(), items.first().map(Val::of).as_ref()),
        Val::Data(_) => f64::NAN,
    }
}

/// A list of one is what is in it; its text would be the same. Lists in lists are no numbers here.
fn one(length: usize, first: Option<&Val<'_>>) -> f64 {
    match first {
        Some(first @ (Val::Null | Val::Number(_) | Val::Text(_) | Val::Made(_))) if length == 1 => {
            number(first)
        }
        _ => f64::NAN,
    }
}

/// The whole text as a number; an empty one is 0.
fn whole_number(text: &str) -> f64 {
    let text = text.trim();
    if text.is_empty() {
        return 0.0;
    }
    // Rust would read "inf" and "nan" too.
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    if plain { text.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}

/// As JavaScript's `parseFloat(…)`: the number that a text begins with.
pub(crate) fn leading_number(value: &Val<'_>) -> f64 {
    match value {
        Val::Number(number) => *number,
        Val::Text(_) | Val::Made(_) => {
            let text = value.text().unwrap_or_default().trim_start();
            text.get(..numeric_length(text.as_bytes())).and_then(|text| text.parse().ok()).unwrap_or(f64::NAN)
        }
        Val::List(_) | Val::Data(Value::Array(_)) => value
            .items()
            .and_then(|items| items.get(0))
            .filter(is_plain)
            .map_or(f64::NAN, |item| leading_number(&item)),
        _ => f64::NAN,
    }
}

fn is_plain(value: &Val<'_>) -> bool {
    matches!(value, Val::Number(_) | Val::Text(_) | Val::Made(_))
}

/// How many bytes of it are a decimal number.
fn numeric_length(text: &[u8]) -> usize {
    let digits = |from: usize| text.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let at = |index: usize| text.get(index).copied().unwrap_or_default();
    let sign = usize::from(b"+-".contains(&at(0)));
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut any = whole;
    if at(end) == b'.' {
        let fraction = digits(end + 1);
        any += fraction;
        end += 1 + fraction;
    }
    if any == 0 {
        return 0;
    }
    if b"eE".contains(&at(end)) {
        let sign = usize::from(b"+-".contains(&at(end + 1)));
        let exponent = digits(end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    end
}

/// A number as JavaScript writes it.
pub(crate) fn number_text(number: f64) -> String {
    let size = number.abs();
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else if size == 0.0 {
        "0".to_owned()
    } else if !(1e-6..1e21).contains(&size) {
        let text = format!("{number:e}");
        if text.contains("e-") { text } else { text.replace('e', "e+") }
    } else {
        number.to_string()
    }
}
