//! What lists are narrowed by in an address: the parameters that all of them have, and how a yes or no is read.

use kit_base::{Problem, Timestamp};
use utoipa::IntoParams;

use crate::Fields;

/// The page of a list, as every list describes it; [`crate::Paging`] reads it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParameters {
    /// The page, from 1, or `last`.
    #[param(example = "1")]
    pub page: Option<String>,
    /// Entries on a page: 10 unless a whole number from 1 is said, at most 100.
    #[param(example = "10")]
    pub page_size: Option<String>,
}

/// The parameter `name` as `true` or `false`; nothing where it is absent or empty.
pub fn flag(name: &str, value: Option<&str>) -> Result<Option<bool>, Problem> {
    match value.unwrap_or_default() {
        "" => Ok(None),
        "true" => Ok(Some(true)),
        "false" => Ok(Some(false)),
        _ => Err(Problem::invalid_field(name, "Must be true or false.")),
    }
}

/// The parameter `name` as a moment, of a day its beginning in UTC; nothing where it is absent or empty.
pub fn moment(fields: &mut Fields, name: &str, value: Option<&str>) -> Option<Timestamp> {
    let text = value.filter(|text| !text.is_empty())?;
    let found = Timestamp::parse(text).or_else(|| Timestamp::of_day(text));
    if found.is_none() {
        fields.reject(name, "Write a day as 2026-11-01 or a moment as 2026-11-01T08:00:00Z.");
    }
    found
}
