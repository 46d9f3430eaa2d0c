//! Objects within a body: read by the same readers, their mistakes told by the way to them (`links.0.url`).

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Fields, kind};

impl Fields {
    /// An object, read by `read`; or nothing. What it holds beyond that is passed over, as in a body.
    pub fn within<T>(&mut self, name: &str, read: impl FnOnce(&mut Fields) -> T) -> Option<T> {
        let value = self.optional(name)?;
        self.object(name, value, read)
    }

    /// A list of at most `most` objects, each read by `read`; or nothing.
    pub fn each<T>(&mut self, name: &str, most: usize, read: impl Fn(&mut Fields) -> T) -> Option<Vec<T>> {
        let items = match self.optional(name)? {
            Value::Array(items) => items,
            other => {
                self.reject(name, format!("Expected a list of items but got type \"{}\".", kind(&other)));
                return None;
            }
        };
        if items.len() > most {
            self.reject(name, format!("Ensure this field has no more than {most} elements."));
            return None;
        }
        let numbered = items.into_iter().enumerate();
        numbered.map(|(n, item)| self.object(&format!("{name}.{n}"), item, &read)).collect()
    }

    /// An object whose values are texts of at most `longest` letters, under names of its own; or nothing.
    pub fn names(&mut self, name: &str, longest: usize) -> Option<BTreeMap<String, String>> {
        self.within(name, |inner| {
            let names: Vec<String> = inner.values.keys().cloned().collect();
            names.into_iter().filter_map(|name| inner.text(&name, longest).map(|text| (name, text))).collect()
        })
    }

    fn object<T>(&mut self, way: &str, value: Value, read: impl FnOnce(&mut Fields) -> T) -> Option<T> {
        let Value::Object(values) = value else {
            self.reject(way, format!("Invalid data. Expected a dictionary, but got {}.", kind(&value)));
            return None;
        };
        let mut inner = Fields { values, origin: self.origin, ..Fields::default() };
        let read = read(&mut inner);
        for (field, messages) in inner.errors {
            self.errors.entry(format!("{way}.{field}")).or_default().extend(messages);
        }
        Some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Pair = (String, i64);
    type Told = (String, String);

    fn read(body: &str) -> (Option<Vec<Pair>>, Vec<Told>) {
        let mut fields = Fields::from_body(Some("application/json"), body.as_bytes());
        let pairs =
            fields.each("pairs", 2, |pair| (pair.must_text("name", 9), pair.must_integer("n", 0..=9)));
        let told = fields.errors.iter().map(|(way, all)| (way.clone(), all.join(" "))).collect();
        (pairs, told)
    }

    #[test]
    fn mistakes_name_the_way_to_them() {
        let (pairs, told) = read(r#"{"pairs": [{"name": "a", "n": 1}, {"name": "", "n": 10}]}"#);
        assert_eq!(pairs.map(|pairs| pairs.len()), Some(2));
        let ways: Vec<&str> = told.iter().map(|(way, _)| way.as_str()).collect();
        assert_eq!(ways, ["pairs.1.name", "pairs.1.n"]);
        let (none, told) = read(r#"{"pairs": [7]}"#);
        assert_eq!((none, told.len()), (None, 1));
        assert_eq!(
            told[0],
            ("pairs.0".to_owned(), "Invalid data. Expected a dictionary, but got int.".to_owned())
        );
    }

    #[test]
    fn what_is_absent_is_nothing_and_too_many_are_refused() {
        assert_eq!(read("{}"), (None, vec![]));
        assert_eq!(read(r#"{"pairs": []}"#), (Some(vec![]), vec![]));
        let (_, told) = read(r#"{"pairs": [{}, {}, {}]}"#);
        assert_eq!(told[0].1, "Ensure this field has no more than 2 elements.");
    }
}
