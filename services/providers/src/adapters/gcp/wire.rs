//! The incident document of Google Cloud and Google Workspace as it really comes, old forms included.

use kit_base::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::adapters::lenient::{id, list, moment, or_default, parse_moment, text};

/// One incident. What says whether it is one and whether it is over is kept as it came, to be checked.
#[derive(Deserialize)]
#[serde(expecting = "an incident")]
pub(super) struct Incident {
    #[serde(default, deserialize_with = "id")]
    id: Option<String>,
    #[serde(default, deserialize_with = "id")]
    number: Option<String>,
    #[serde(default, deserialize_with = "text")]
    begin: Option<String>,
    #[serde(default, deserialize_with = "text")]
    created: Option<String>,
    end: Option<Value>,
    #[serde(default, deserialize_with = "moment")]
    pub modified: Option<Timestamp>,
    #[serde(default, deserialize_with = "text")]
    pub external_desc: Option<String>,
    #[serde(default, deserialize_with = "list")]
    pub updates: Vec<Update>,
    // Written with hyphens until 2021.
    #[serde(default, alias = "most-recent-update", deserialize_with = "or_default")]
    most_recent_update: Option<Update>,
    #[serde(default, deserialize_with = "text")]
    pub status_impact: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub severity: Option<String>,
    #[serde(default, deserialize_with = "id")]
    service_key: Option<String>,
    #[serde(default, deserialize_with = "text")]
    service_name: Option<String>,
    #[serde(default, deserialize_with = "list")]
    affected_products: Vec<Product>,
    #[serde(default, deserialize_with = "text")]
    pub uri: Option<String>,
}

/// What was written about an incident at one time.
#[derive(Deserialize)]
pub(super) struct Update {
    #[serde(default, deserialize_with = "moment")]
    pub when: Option<Timestamp>,
    #[serde(default, deserialize_with = "text")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub text: Option<String>,
}

/// `products.json`.
#[derive(Deserialize)]
#[serde(expecting = "a document of products")]
pub(super) struct Products {
    #[serde(default, deserialize_with = "list")]
    pub products: Vec<Product>,
}

/// A product that an incident is about.
#[derive(Clone, Deserialize)]
pub(super) struct Product {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub title: Option<String>,
}

impl Incident {
    /// Whether it is open, or why this is no incident of the family.
    pub fn check(&self) -> Result<bool, &'static str> {
        if self.identity().is_none() {
            return Err("an incident has an `id`");
        }
        if self.began().is_none() {
            return Err("an incident has a `begin`, which is a moment");
        }
        if !self.says_something() {
            return Err("an incident has `updates` and `affected_products`");
        }
        match &self.end {
            None | Some(Value::Null) => Ok(true),
            Some(Value::String(end)) if end.trim().is_empty() => Ok(true),
            Some(Value::String(end)) if parse_moment(end).is_some() => Ok(false),
            Some(_) => Err("the `end` of an incident is a moment or null"),
        }
    }

    /// Any of the family's own words; a copy that somebody shortened may lack some.
    fn says_something(&self) -> bool {
        let texts = [&self.external_desc, &self.status_impact, &self.service_name];
        let is_told = self.most_recent_update.is_some() || !self.updates.is_empty();
        is_told || !self.affected_products.is_empty() || texts.iter().any(|text| text.is_some())
    }

    /// Its id; before 2021 there was only a number.
    pub fn identity(&self) -> Option<&str> {
        self.id.as_deref().or(self.number.as_deref())
    }

    /// When it began, or else when it was written down.
    pub fn began(&self) -> Option<Timestamp> {
        [&self.begin, &self.created].into_iter().flatten().find_map(|text| parse_moment(text))
    }

    /// The newest update that says how it is, or else the newest at all.
    pub fn newest(&self) -> Option<&Update> {
        let tells = |update: &&Update| update.status.is_some();
        // They come newest first, which decides where their times do not.
        let newest_told = || self.updates.iter().rev().filter(tells).max_by_key(|update| update.when);
        let latest = self.most_recent_update.as_ref();
        latest.filter(tells).or_else(newest_told).or(latest).or_else(|| self.updates.first())
    }

    /// The products that it is about. `service_name` says "Multiple Products" where it is about several.
    pub fn products(&self) -> Vec<Product> {
        let named = self.service_name.clone().filter(|name| name != "Multiple Products");
        match named {
            Some(title) if self.affected_products.is_empty() => {
                vec![Product { id: self.service_key.clone(), title: Some(title) }]
            }
            _ => self.affected_products.clone(),
        }
    }
}
