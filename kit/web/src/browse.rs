//! stub
use http::HeaderMap;
use serde_json::Value;
use utoipa::openapi::{Components, PathItem};
pub struct View<'a> {
    pub method: &'a str,
    pub url: &'a str,
    pub status: u16,
    pub headers: &'a HeaderMap,
    pub value: Option<&'a Value>,
    pub item: Option<&'a PathItem>,
    pub schemas: Option<&'a Components>,
    pub may: &'a [&'a str],
    pub who: Option<&'a str>,
    pub csrf: Option<&'a str>,
    pub french: bool,
}
pub fn page(view: &View<'_>) -> String {
    format!("{:?}", view.value)
}
