//! Settings: each is declared once, as a constant, by the crate that uses it; read once at the start from its default,
//! `polystatus.toml`, `.env`, the environment and the command line, in rising order; and refused by name when bad.

mod kind;
mod load;
mod network;
mod rate;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use kind::Kind;
pub use load::{SettingError, Sources};
pub use network::Network;
pub use rate::Rate;

/// One setting: its name, what it holds, what it is when nobody says, and what it is for.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// `group.name`, as in the file. In the environment: `POLYSTATUS_GROUP__NAME`.
    pub name: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// The value when nothing else is said; empty means "not set".
    pub default: &'static str,
    /// One sentence for `polystatus settings` and the documents.
    pub help: &'static str,
    /// Other environment variables that set it, as the founding documents name them (`PORT`, `DATABASE_URL`).
    pub also: &'static [&'static str],
}

impl Setting {
    /// A setting of this kind.
    pub const fn new(name: &'static str, kind: Kind, default: &'static str, help: &'static str) -> Self {
        Self { name, kind, default, help, also: &[] }
    }

    /// The same setting, read from these environment variables too.
    pub const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    /// The environment variable that always sets it.
    pub fn variable(&self) -> String {
        format!("POLYSTATUS_{}", self.name.replace('.', "__").to_uppercase())
    }
}

/// Where a value comes from, for `polystatus settings` and for error lines.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// A line of a settings file.
    File(String, usize),
    /// An environment variable, from the environment or a `.env` file (which is then named).
    Variable(String, Option<String>),
    /// A flag of the command line.
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File(file, line) => write!(f, "{file} line {line}"),
            Origin::Variable(name, None) => write!(f, "environment {name}"),
            Origin::Variable(name, Some(file)) => write!(f, "{file} {name}"),
            Origin::Flag => f.write_str("command line"),
        }
    }
}

/// Every setting with its value: checked, so that reading one cannot fail.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    values: BTreeMap<&'static str, (Setting, String, Origin)>,
}

impl Settings {
    /// Reads the settings that `declared` lists from `sources`; every mistake found is told at once.
    pub fn load(declared: &[Setting], sources: &Sources) -> Result<Self, Vec<SettingError>> {
        load::load(declared, sources).map(|values| Self { values })
    }

    /// The same settings with one value replaced, for tests and for the demonstration.
    #[must_use]
    pub fn with(mut self, setting: &Setting, value: impl Into<String>) -> Self {
        self.values.insert(setting.name, (*setting, value.into(), Origin::Flag));
        self
    }

    /// The same settings with another default for one of them; what somebody has said stays.
    #[must_use]
    pub fn with_default(mut self, name: &str, value: &str) -> Self {
        if let Some((_, held, Origin::Default)) = self.values.get_mut(name) {
            value.clone_into(held);
        }
        self
    }

    /// The value as it was written.
    pub fn text(&self, setting: &Setting) -> &str {
        self.values.get(setting.name).map_or(setting.default, |(_, value, _)| value)
    }

    /// The value, or `None` where it is empty.
    pub fn optional(&self, setting: &Setting) -> Option<&str> {
        Some(self.text(setting)).filter(|text| !text.is_empty())
    }

    /// Whether nobody has said anything of this setting.
    pub fn is_default(&self, setting: &Setting) -> bool {
        self.values.get(setting.name).is_none_or(|(_, _, origin)| *origin == Origin::Default)
    }

    /// The value of a [`Kind::Flag`].
    pub fn flag(&self, setting: &Setting) -> bool {
        kind::flag(self.text(setting)).unwrap_or_default()
    }

    /// The value of a [`Kind::Count`].
    pub fn count(&self, setting: &Setting) -> usize {
        self.text(setting).parse().unwrap_or_default()
    }

    /// The value of a [`Kind::Fraction`].
    pub fn fraction(&self, setting: &Setting) -> f32 {
        self.text(setting).parse().unwrap_or_default()
    }

    /// The value of a [`Kind::Duration`].
    pub fn duration(&self, setting: &Setting) -> Duration {
        kind::duration(self.text(setting)).unwrap_or_default()
    }

    /// The value of a [`Kind::Durations`].
    pub fn durations(&self, setting: &Setting) -> Vec<Duration> {
        kind::words(self.text(setting)).filter_map(kind::duration).collect()
    }

    /// The value of a [`Kind::Size`], in bytes.
    pub fn size(&self, setting: &Setting) -> usize {
        kind::size(self.text(setting)).unwrap_or_default()
    }

    /// The value of a [`Kind::Address`].
    pub fn address(&self, setting: &Setting) -> Option<SocketAddr> {
        kind::address(self.text(setting))
    }

    /// The value of a [`Kind::Rate`]; `None` where there is no limit.
    pub fn rate(&self, setting: &Setting) -> Option<Rate> {
        rate::rate(self.text(setting)).flatten()
    }

    /// The value of a [`Kind::Networks`].
    pub fn networks(&self, setting: &Setting) -> Vec<Network> {
        kind::words(self.text(setting)).filter_map(Network::parse).collect()
    }

    /// The value of a [`Kind::Hosts`].
    pub fn hosts(&self, setting: &Setting) -> Vec<String> {
        kind::words(self.text(setting)).map(str::to_owned).collect()
    }

    /// The value of a [`Kind::Path`].
    pub fn path(&self, setting: &Setting) -> PathBuf {
        PathBuf::from(self.text(setting))
    }

    /// Name, value and origin of each setting, by name; secrets are hidden.
    pub fn listing(&self) -> impl Iterator<Item = (&Setting, &str, &Origin)> {
        self.values.values().map(|(setting, value, origin)| {
            let hidden = matches!(setting.kind, Kind::Secret) && !value.is_empty();
            (setting, if hidden { "(hidden)" } else { value.as_str() }, origin)
        })
    }
}
