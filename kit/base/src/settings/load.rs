//! Gathering the values of the settings from their sources.

use std::collections::BTreeMap;
use std::fmt;

use toml::de::{DeTable, DeValue};

use super::{Origin, Setting};

type Values = BTreeMap<&'static str, (Setting, String, Origin)>;

/// The texts that settings are read from, gathered by the caller, so that loading itself is a pure function.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Name and text of `polystatus.toml`, if there is one.
    pub file: Option<(String, String)>,
    /// Name and text of `.env`, if there is one.
    pub dotenv: Option<(String, String)>,
    /// The process's environment.
    pub environment: Vec<(String, String)>,
    /// Settings given as flags, by name.
    pub flags: Vec<(&'static str, String)>,
}

/// A setting that cannot be accepted: where it stands and what was expected.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingError {
    /// Where it was found.
    pub place: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

pub(super) fn load(declared: &[Setting], sources: &Sources) -> Result<Values, Vec<SettingError>> {
    let mut loader = Loader { declared, values: Values::new(), errors: Vec::new() };
    for setting in declared {
        loader.values.insert(setting.name, (*setting, setting.default.to_owned(), Origin::Default));
    }
    if let Some((name, text)) = &sources.file {
        loader.file(name, text);
    }
    if let Some((name, text)) = &sources.dotenv {
        for (variable, value) in dotenv(text) {
            loader.variable(&variable, &value, Some(name));
        }
    }
    for (variable, value) in &sources.environment {
        loader.variable(variable, value, None);
    }
    for (name, value) in &sources.flags {
        loader.set(name, value.clone(), Origin::Flag);
    }
    if loader.errors.is_empty() { Ok(loader.values) } else { Err(loader.errors) }
}

struct Loader<'a> {
    declared: &'a [Setting],
    values: Values,
    errors: Vec<SettingError>,
}

impl Loader<'_> {
    fn file(&mut self, name: &str, text: &str) {
        match DeTable::parse(text) {
            Ok(table) => self.table(name, text, "", table.get_ref()),
            Err(error) => {
                let line = error.span().map_or(1, |span| line_of(text, span.start));
                self.error(&Origin::File(name.to_owned(), line), error.message().to_owned());
            }
        }
    }

    fn table(&mut self, file: &str, text: &str, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref());
            match value.get_ref() {
                DeValue::Table(inner) => self.table(file, text, &format!("{name}."), inner),
                value => {
                    let origin = Origin::File(file.to_owned(), line_of(text, key.span().start));
                    match plain(value) {
                        Some(value) => self.set(&name, value, origin),
                        None => self.error(
                            &origin,
                            format!("{name} takes a text, a number, true, false or a list of texts"),
                        ),
                    }
                }
            }
        }
    }

    /// Variables that begin with `POLYSTATUS_` must be settings; of all others only those that a setting names are read.
    fn variable(&mut self, variable: &str, value: &str, file: Option<&String>) {
        let origin = Origin::Variable(variable.to_owned(), file.cloned());
        let own = variable.strip_prefix("POLYSTATUS_").map(|rest| rest.replace("__", ".").to_lowercase());
        let named = self.declared.iter().find(|setting| setting.also.contains(&variable));
        match (own, named) {
            (_, Some(setting)) => self.set(setting.name, value.to_owned(), origin),
            (Some(name), None) if name != "fixtures" => self.set(&name, value.to_owned(), origin),
            _ => {}
        }
    }

    fn set(&mut self, name: &str, value: String, origin: Origin) {
        let Some(setting) = self.declared.iter().find(|setting| setting.name == name) else {
            let hint = closest(name, self.declared).map(|near| format!("; did you mean {near}?"));
            let hint = hint.unwrap_or_else(|| "; `polystatus settings` lists them".to_owned());
            return self.error(&origin, format!("{name} is not a setting{hint}"));
        };
        let unset = value.is_empty() && setting.default.is_empty();
        match setting.kind.check(&value) {
            Err(expected) if !unset => {
                self.error(&origin, format!("{name} is {value:?}, but {expected} was expected"));
            }
            _ => {
                self.values.insert(setting.name, (*setting, value, origin));
            }
        }
    }

    fn error(&mut self, place: &Origin, message: String) {
        self.errors.push(SettingError { place: place.to_string(), message });
    }
}

fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        DeValue::Array(items) => items
            .iter()
            .map(|item| plain(item.get_ref()))
            .collect::<Option<Vec<_>>>()
            .map(|texts| texts.join(",")),
        DeValue::Datetime(_) | DeValue::Table(_) => None,
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// `NAME=value` lines; comments, blank lines and `export` are passed over, quotes around a value are taken off.
fn dotenv(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.strip_prefix("export ").unwrap_or(line).split_once('='))
        .map(|(name, value)| {
            let value = value.trim();
            let quoted = ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q));
            (name.trim().to_owned(), quoted.unwrap_or(value).to_owned())
        })
        .collect()
}

fn closest(name: &str, declared: &[Setting]) -> Option<&'static str> {
    let near = declared.iter().map(|setting| (distance(name, setting.name), setting.name)).min()?;
    (near.0 <= 3).then_some(near.1)
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((above_left, above), other) in row.iter().zip(row.iter().skip(1)).zip(&b) {
            let left = next.last().copied().unwrap_or_default();
            next.push((above_left + usize::from(letter != *other)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Settings};
    use super::*;

    const PORT: Setting =
        Setting::new("web.listen", Kind::Address, "127.0.0.1:8000", "where to listen").also(&["PORT"]);
    const EVERY: Setting = Setting::new("providers.interval", Kind::Duration, "60s", "how often");
    const PASSWORD: Setting = Setting::new("admin_password", Kind::Secret, "", "first password");

    fn load(sources: &Sources) -> Result<Settings, Vec<String>> {
        Settings::load(&[PORT, EVERY, PASSWORD], sources)
            .map_err(|errors| errors.iter().map(ToString::to_string).collect())
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn later_sources_win_and_the_origin_is_kept() {
        let sources = Sources {
            file: Some(pair("polystatus.toml", "[providers]\ninterval = \"5m\"\n[web]\nlisten = 81\n")),
            dotenv: Some(pair(".env", "# mine\nexport PORT='82'\nPOLYSTATUS_ADMIN_PASSWORD=x\n")),
            environment: vec![pair("PORT", "83"), pair("HOME", "/root"), pair("POLYSTATUS_FIXTURES", "/f")],
            flags: vec![("web.listen", "84".to_owned())],
        };
        let settings = load(&sources).unwrap();
        assert_eq!(settings.address(&PORT).unwrap().port(), 84);
        assert_eq!(settings.duration(&EVERY).as_secs(), 300);
        let listing: Vec<String> = settings
            .listing()
            .map(|(setting, value, origin)| format!("{} {value} {origin}", setting.name))
            .collect();
        assert_eq!(
            listing,
            [
                "admin_password (hidden) .env POLYSTATUS_ADMIN_PASSWORD",
                "providers.interval 5m polystatus.toml line 2",
                "web.listen 84 command line"
            ]
        );
    }

    #[test]
    fn every_mistake_is_named_with_its_place_and_what_was_expected() {
        let sources = Sources {
            file: Some(pair("polystatus.toml", "[providers]\nintervall = \"5m\"\n")),
            environment: vec![pair("POLYSTATUS_PROVIDERS__INTERVAL", "soon"), pair("POLYSTATUS_FOO", "1")],
            ..Sources::default()
        };
        let errors = load(&sources).unwrap_err();
        assert_eq!(
            errors,
            [
                "polystatus.toml line 2: providers.intervall is not a setting; did you mean providers.interval?",
                "environment POLYSTATUS_PROVIDERS__INTERVAL: providers.interval is \"soon\", but a span of time \
                 such as 250ms, 90s, 5m, 1h or 7d was expected",
                "environment POLYSTATUS_FOO: foo is not a setting; `polystatus settings` lists them"
            ]
        );
    }

    #[test]
    fn a_broken_file_is_told_by_its_line() {
        let file = Some(pair("polystatus.toml", "\n\nweb = = 3\n"));
        let errors = load(&Sources { file, ..Sources::default() }).unwrap_err();
        assert!(errors[0].starts_with("polystatus.toml line 3: "), "{errors:?}");
    }
}
