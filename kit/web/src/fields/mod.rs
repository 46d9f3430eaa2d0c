//! A request's body, field by field: every mistake is collected, so that the caller learns of all of them at once.
//! Messages are those of Django REST framework, which the API's manner comes from.

mod body;
mod checks;
mod nested;
mod readers;
#[cfg(test)]
mod tests;

pub use body::Bulk;
pub use checks::is_web_address;
use kit_base::{FieldErrors, Problem};
use serde_json::{Map, Value};

/// The fields of a body. Each reader takes a field out; [`Fields::finish`] tells what was wrong.
///
/// A reader whose name begins with `must_` gives a stand-in where the field is missing or bad; nobody sees it, because
/// `finish` then refuses. A body that could not be read at all is told there as well, so that a handler may look first
/// whether its object exists and may be changed.
///
/// Forms and XML have nothing but text, so numbers, booleans and moments may be given as text; in a form an empty text
/// is an absent field (but to [`Fields::text`]) and a single text is a list of one, and in XML an empty element is an
/// empty list.
#[derive(Default)]
pub struct Fields {
    values: Map<String, Value>,
    origin: Origin,
    repeated: Vec<String>,
    problem: Option<Problem>,
    errors: FieldErrors,
}

/// What the values were read from.
#[derive(Clone, Copy, Default, PartialEq)]
enum Origin {
    #[default]
    Json,
    Xml,
    Form,
}

impl Fields {
    /// Notes a mistake.
    pub fn reject(&mut self, name: &str, message: impl Into<String>) {
        self.errors.entry(name.to_owned()).or_default().push(message.into());
    }

    /// `value` if the body could be read and nothing was wrong with any field.
    pub fn finish<T>(self, value: T) -> Result<T, Problem> {
        match self.problem {
            Some(problem) => Err(problem),
            None if self.errors.is_empty() => Ok(value),
            None => Err(Problem::invalid(self.errors)),
        }
    }

    /// Why the body could not be read, if it could not: [`Fields::finish`] will say so too.
    pub fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    /// Whether the body names this field, be it null, and no reader has taken it.
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The value of a field as it came, which stays for a reader: for protocols with rules of their own.
    pub fn peek(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// Whether a form named this field more than once. JSON and XML that do so are refused as a whole.
    pub fn repeated(&self, name: &str) -> bool {
        self.repeated.iter().any(|repeated| repeated == name)
    }

    /// The value of a field that may be absent.
    fn optional(&mut self, name: &str) -> Option<Value> {
        let value = self.values.remove(name)?;
        let empty = self.origin == Origin::Form && value.as_str() == Some("");
        (!empty && !value.is_null()).then_some(value)
    }

    /// The value of a field that must be there.
    fn present(&mut self, name: &str) -> Option<Value> {
        match self.values.remove(name) {
            Some(Value::Null) => self.reject(name, "This field may not be null."),
            None => self.reject(name, "This field is required."),
            some => return some,
        }
        None
    }
}

/// What a value is called in messages: the names of Python.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}
