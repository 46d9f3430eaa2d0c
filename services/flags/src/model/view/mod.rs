//! The plain form of a flag that the founding description has (`on`, `kind`, `variations`, `fallthrough`, `rules`,
//! `targets`), to flagd's form and back. What it cannot say stands in `targeting`, as flagd has it.

mod reading;
mod showing;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

pub(crate) use reading::from_view;
pub(crate) use showing::to_view;

/// A flag in the plain form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"id": "checkout-v2", "on": true, "kind": "boolean", "variations": ["on", "off"], "fallthrough": {"variation": "off"}, "rules": [{"if": {"attr": "role", "op": "eq", "value": "admin"}, "variation": "on"}], "targets": {"users": {"alice": "on"}}}))]
pub(crate) struct LegacyDefinition {
    /// Its name.
    #[schema(example = "checkout-v2", max_length = 200)]
    pub id: String,
    /// Whether it is on.
    pub on: bool,
    /// `boolean` or `multivar`.
    #[schema(example = "boolean")]
    pub kind: String,
    /// The names of its variations; those of a boolean flag say which is true (`on`, `true`, `yes`), or the first is.
    #[schema(example = json!(["on", "off"]))]
    pub variations: Vec<String>,
    /// What those get whom no rule names: `{"variation": "off"}`.
    #[schema(value_type = Object)]
    pub fallthrough: Value,
    /// Rules in their order: `{"if": {"attr", "op", "value"}, "variation"}`. Operations: `eq`, `neq`, `in`, `not_in`,
    /// `contains`, `starts_with`, `ends_with`, `gt`, `gte`, `lt`, `lte`.
    #[schema(value_type = Vec<Object>, example = json!([{"if": {"attr": "role", "op": "eq", "value": "admin"}, "variation": "on"}]))]
    pub rules: Vec<Value>,
    /// Users by name: `{"users": {"alice": "on"}}`.
    #[schema(value_type = Object)]
    pub targets: Value,
    /// The rule as flagd has it, where it says more than `rules` and `targets` can; else absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub targeting: Option<Value>,
}

/// Operations with their other names and JsonLogic's.
const OPERATIONS: [(&[&str], &str); 11] = [
    (&["eq", "==", "=", "equals"], "=="),
    (&["neq", "!=", "ne", "not_equals"], "!="),
    (&["in"], "in"),
    (&["not_in", "nin", "notIn"], "not_in"),
    (&["contains"], "contains"),
    (&["starts_with", "startsWith"], "starts_with"),
    (&["ends_with", "endsWith"], "ends_with"),
    (&["gt", ">"], ">"),
    (&["gte", ">="], ">="),
    (&["lt", "<"], "<"),
    (&["lte", "<="], "<="),
];
