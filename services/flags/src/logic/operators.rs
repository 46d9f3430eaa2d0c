//! Operations on values: comparing, counting, text and lists, as the reference implementation in JavaScript has them.

use std::cmp::Ordering;

use serde_json::Value;

use super::convert::{leading_number, number, number_text};
use super::evaluate::list;
use super::{Exhausted, Run, Val};

/// An operation whose operands are all evaluated first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operator {
    Equal,
    Same,
    Unequal,
    Different,
    Greater,
    AtLeast,
    Less,
    AtMost,
    Not,
    Truth,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Max,
    Min,
    Merge,
    In,
    Cat,
    Substr,
    StartsWith,
    EndsWith,
}

impl Operator {
    /// The operation of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "==" => Operator::Equal,
            "===" => Operator::Same,
            "!=" => Operator::Unequal,
            "!==" => Operator::Different,
            ">" => Operator::Greater,
            ">=" => Operator::AtLeast,
            "<" => Operator::Less,
            "<=" => Operator::AtMost,
            "!" => Operator::Not,
            "!!" => Operator::Truth,
            "+" => Operator::Add,
            "-" => Operator::Subtract,
            "*" => Operator::Multiply,
            "/" => Operator::Divide,
            "%" => Operator::Modulo,
            "max" => Operator::Max,
            "min" => Operator::Min,
            "merge" => Operator::Merge,
            "in" => Operator::In,
            "cat" => Operator::Cat,
            "substr" => Operator::Substr,
            "starts_with" => Operator::StartsWith,
            "ends_with" => Operator::EndsWith,
            _ => return None,
        })
    }
}

/// What the operation gives for these values; an absent one is null.
pub(super) fn apply<'a>(
    run: &mut Run<'a>,
    operator: Operator,
    values: &[Val<'a>],
) -> Result<Val<'a>, Exhausted> {
    let at = |index: usize| values.get(index).cloned().unwrap_or(Val::Null);
    let (a, b) = (at(0), at(1));
    Ok(match operator {
        Operator::Equal => Val::Bool(loosely_equal(run, &a, &b)?),
        Operator::Unequal => Val::Bool(!loosely_equal(run, &a, &b)?),
        Operator::Same => Val::Bool(same(run, &a, &b)?),
        Operator::Different => Val::Bool(!same(run, &a, &b)?),
        Operator::Greater => Val::Bool(in_order(run, &b, &a, Ordering::is_lt)?),
        Operator::AtLeast => Val::Bool(in_order(run, &b, &a, Ordering::is_le)?),
        Operator::Less => Val::Bool(between(run, values, Ordering::is_lt)?),
        Operator::AtMost => Val::Bool(between(run, values, Ordering::is_le)?),
        Operator::Not => Val::Bool(!a.is_true()),
        Operator::Truth => Val::Bool(a.is_true()),
        Operator::Add => Val::Number(values.iter().map(leading_number).sum()),
        Operator::Multiply if values.is_empty() => Val::Null,
        Operator::Multiply => Val::Number(values.iter().map(leading_number).product()),
        Operator::Subtract if values.len() < 2 => Val::Number(-number(&a)),
        Operator::Subtract => Val::Number(number(&a) - number(&b)),
        Operator::Divide => Val::Number(number(&a) / number(&b)),
        Operator::Modulo => Val::Number(number(&a) % number(&b)),
        Operator::Max => extreme(values, f64::max),
        Operator::Min => extreme(values, f64::min),
        Operator::Merge => merge(run, values)?,
        Operator::In => Val::Bool(is_in(run, &a, &b)?),
        Operator::Cat => {
            let mut text = String::new();
            for value in values {
                write_text(run, &mut text, value, true)?;
            }
            Val::made(&text)
        }
        Operator::Substr => substr(run, values)?,
        Operator::StartsWith | Operator::EndsWith => affix(operator, values),
    })
}

/// Two texts, and no more; anything else is neither true nor false.
fn affix<'a>(operator: Operator, values: &[Val<'a>]) -> Val<'a> {
    match values {
        [a, b] => match (a.text(), b.text()) {
            (Some(a), Some(b)) if operator == Operator::StartsWith => Val::Bool(a.starts_with(b)),
            (Some(a), Some(b)) => Val::Bool(a.ends_with(b)),
            _ => Val::Null,
        },
        _ => Val::Null,
    }
}

fn extreme<'a>(values: &[Val<'a>], better: fn(f64, f64) -> f64) -> Val<'a> {
    let numbers = values.iter().map(number);
    // What is no number spoils it, as in JavaScript; Rust would pass over it.
    numbers
        .reduce(|a, b| if a.is_nan() || b.is_nan() { f64::NAN } else { better(a, b) })
        .map_or(Val::Null, Val::Number)
}

fn merge<'a>(run: &mut Run<'a>, values: &[Val<'a>]) -> Result<Val<'a>, Exhausted> {
    let mut merged = Vec::new();
    for value in values {
        match value.items() {
            Some(items) => {
                run.spend(items.len())?;
                merged.extend(items.iter());
            }
            None => merged.push(value.clone()),
        }
    }
    Ok(list(merged))
}

fn is_in<'a>(run: &mut Run<'a>, needle: &Val<'a>, hay: &Val<'a>) -> Result<bool, Exhausted> {
    if let Some(hay) = hay.text() {
        let mut text = String::new();
        write_text(run, &mut text, needle, false)?;
        run.spend_text(hay.len())?;
        return Ok(hay.contains(&text));
    }
    let Some(items) = hay.items() else { return Ok(false) };
    for item in items.iter() {
        if same(run, needle, &item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// From here, so many letters; from the end where negative, as the reference has it after PHP.
fn substr<'a>(run: &mut Run<'a>, values: &[Val<'a>]) -> Result<Val<'a>, Exhausted> {
    let mut text = String::new();
    if let Some(source) = values.first() {
        write_text(run, &mut text, source, false)?;
    }
    let count = text.chars().count();
    let whole = |value: &Val<'_>| {
        let number = number(value);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "casts of this kind stop at the ends of the range"
        )]
        if number.is_nan() { 0 } else { number as i64 }
    };
    let length = i64::try_from(count).unwrap_or(i64::MAX);
    let start = values.get(1).map_or(0, whole);
    let start = if start < 0 { length.saturating_add(start).max(0) } else { start.min(length) };
    let rest = length - start;
    let taken = match values.get(2).map(whole) {
        None => rest,
        Some(taken) if taken < 0 => rest.saturating_add(taken).max(0),
        Some(taken) => taken.min(rest),
    };
    let (start, taken) = (usize::try_from(start).unwrap_or(0), usize::try_from(taken).unwrap_or(0));
    Ok(Val::made(&text.chars().skip(start).take(taken).collect::<String>()))
}

/// `===`: the same type and the same value. Lists and objects are the same if all in them is.
pub(super) fn same<'a>(run: &mut Run<'a>, a: &Val<'a>, b: &Val<'a>) -> Result<bool, Exhausted> {
    run.spend(1)?;
    Ok(match (a, b) {
        (Val::Null, Val::Null) => true,
        (Val::Bool(a), Val::Bool(b)) => a == b,
        (Val::Number(a), Val::Number(b)) => a == b,
        (Val::Data(Value::Object(a)), Val::Data(Value::Object(b))) => {
            if a.len() != b.len() {
                return Ok(false);
            }
            for (name, a) in a {
                let Some(b) = b.get(name) else { return Ok(false) };
                if !same(run, &Val::of(a), &Val::of(b))? {
                    return Ok(false);
                }
            }
            true
        }
        _ => match (a.text(), b.text(), a.items(), b.items()) {
            (Some(a), Some(b), ..) => {
                run.spend_text(a.len())?;
                a == b
            }
            (_, _, Some(a), Some(b)) => {
                if a.len() != b.len() {
                    return Ok(false);
                }
                for (a, b) in a.iter().zip(b.iter().collect::<Vec<_>>()) {
                    if !same(run, &a, &b)? {
                        return Ok(false);
                    }
                }
                true
            }
            _ => false,
        },
    })
}

/// `==`: the same after JavaScript's conversions.
fn loosely_equal<'a>(run: &mut Run<'a>, a: &Val<'a>, b: &Val<'a>) -> Result<bool, Exhausted> {
    let is_plain = |value: &Val<'_>| !matches!(value, Val::List(_) | Val::Data(_));
    Ok(match (a, b) {
        (Val::Null, other) | (other, Val::Null) => matches!(other, Val::Null),
        (a, b) if is_plain(a) && is_plain(b) => {
            if a.text().is_some() && b.text().is_some() {
                return same(run, a, b);
            }
            run.spend_text(a.text().or(b.text()).map_or(0, str::len))?;
            number(a) == number(b)
        }
        (a, b) if is_plain(a) != is_plain(b) => {
            let (plain, mut text) = (if is_plain(a) { a } else { b }, String::new());
            write_text(run, &mut text, if is_plain(a) { b } else { a }, false)?;
            match plain.text() {
                Some(plain) => plain == text,
                None => number(plain) == number(&Val::made(&text)),
            }
        }
        (a, b) => return same(run, a, b),
    })
}

fn between<'a>(
    run: &mut Run<'a>,
    values: &[Val<'a>],
    holds: fn(Ordering) -> bool,
) -> Result<bool, Exhausted> {
    let at = |index: usize| values.get(index).cloned().unwrap_or(Val::Null);
    let first = in_order(run, &at(0), &at(1), holds)?;
    if values.len() < 3 || !first { Ok(first) } else { in_order(run, &at(1), &at(2), holds) }
}

/// Whether they stand in this order: two texts by their letters, anything else as numbers.
fn in_order<'a>(
    run: &mut Run<'a>,
    a: &Val<'a>,
    b: &Val<'a>,
    holds: fn(Ordering) -> bool,
) -> Result<bool, Exhausted> {
    if let (Some(a), Some(b)) = (a.text(), b.text()) {
        run.spend_text(a.len().min(b.len()))?;
        // JavaScript compares the halves of UTF-16.
        return Ok(holds(a.encode_utf16().cmp(b.encode_utf16())));
    }
    run.spend_text(a.text().or(b.text()).map_or(0, str::len))?;
    Ok(number(a).partial_cmp(&number(b)).is_some_and(holds))
}

/// Appends the value as JavaScript's `String(…)` does; within a list (and `cat` joins a list) null is empty.
fn write_text<'a>(
    run: &mut Run<'a>,
    out: &mut String,
    value: &Val<'a>,
    in_list: bool,
) -> Result<(), Exhausted> {
    match value {
        Val::Null if in_list => {}
        Val::Null => out.push_str("null"),
        Val::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Val::Number(number) => out.push_str(&number_text(*number)),
        Val::Text(_) | Val::Made(_) => {
            let text = value.text().unwrap_or_default();
            run.spend_text(text.len())?;
            out.push_str(text);
        }
        Val::Data(Value::Object(_)) => out.push_str("[object Object]"),
        Val::List(_) | Val::Data(_) => {
            for (index, item) in value.items().iter().flat_map(|items| items.iter()).enumerate() {
                run.spend(1)?;
                if index > 0 {
                    out.push(',');
                }
                write_text(run, out, &item, true)?;
            }
        }
    }
    Ok(())
}
