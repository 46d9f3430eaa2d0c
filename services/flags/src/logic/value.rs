//! A value while a rule is evaluated: what stands in the rule or in the data is borrowed, never copied.

use std::rc::Rc;

use serde_json::Value;

/// A value. Numbers are floating, as in JavaScript, which JsonLogic comes from.
#[derive(Clone, Debug)]
pub(crate) enum Val<'a> {
    Null,
    Bool(bool),
    Number(f64),
    Text(&'a str),
    /// Text that an operation made.
    Made(Rc<str>),
    /// A list that an operation made.
    List(Rc<[Val<'a>]>),
    /// A list or an object of the rule or the data.
    Data(&'a Value),
}

impl<'a> Val<'a> {
    /// What stands there.
    pub(crate) fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Val::Null,
            Value::Bool(value) => Val::Bool(*value),
            Value::Number(number) => Val::Number(number.as_f64().unwrap_or(f64::NAN)),
            Value::String(text) => Val::Text(text),
            Value::Array(_) | Value::Object(_) => Val::Data(value),
        }
    }

    pub(crate) fn made(text: &str) -> Self {
        Val::Made(text.into())
    }

    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Val::Text(text) => Some(text),
            Val::Made(text) => Some(text),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub(crate) fn items(&self) -> Option<Items<'a>> {
        match self {
            Val::List(items) => Some(Items::Made(items.clone())),
            Val::Data(Value::Array(items)) => Some(Items::Read(items)),
            _ => None,
        }
    }

    /// What JsonLogic takes for true: as JavaScript, but an empty list is false.
    pub(crate) fn is_true(&self) -> bool {
        match self {
            Val::Null => false,
            Val::Bool(value) => *value,
            Val::Number(number) => *number != 0.0 && !number.is_nan(),
            Val::Text(_) | Val::Made(_) => self.text() != Some(""),
            Val::List(items) => !items.is_empty(),
            Val::Data(Value::Array(items)) => !items.is_empty(),
            Val::Data(_) => true,
        }
    }
}

/// The items of a list, wherever it is from.
#[derive(Clone)]
pub(crate) enum Items<'a> {
    Read(&'a [Value]),
    Made(Rc<[Val<'a>]>),
}

impl<'a> Items<'a> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Items::Read(items) => items.len(),
            Items::Made(items) => items.len(),
        }
    }

    pub(crate) fn get(&self, index: usize) -> Option<Val<'a>> {
        match self {
            Items::Read(items) => items.get(index).map(Val::of),
            Items::Made(items) => items.get(index).cloned(),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Val<'a>> + '_ {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}
