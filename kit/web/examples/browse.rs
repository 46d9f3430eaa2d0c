//! Writes pages for people into a folder, to be looked at: `cargo run -p kit-web --example browse -- FOLDER`.
//! The stylesheet and the script are written beside them.

use std::error::Error;
use std::path::Path;

use http::{HeaderMap, header};
use kit_web::browse::{View, page};
use kit_web::html;
use serde_json::{Value, json};
use utoipa::openapi::Components;
use utoipa::openapi::path::PathItem;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder to write to")?;
    let (item, schemas) = described()?;
    let list = json!({ "count": 12, "next": "http://h.example/api/v1/components/?page=2", "previous": null,
        "results": [{ "slug": "checkout", "name": "Checkout", "position": 10, "public": true, "group": null,
            "url": "https://shop.example/checkout?a=1&b=2", "since": "2026-11-21T20:15:00Z" }] });
    let refused = json!({ "slug": ["Use lower-case letters, digits and hyphens."] });
    let missing = json!({ "detail": "Not found." });
    let mut headers = HeaderMap::new();
    headers.insert(header::ALLOW, "GET, POST, PUT, DELETE, HEAD, OPTIONS".parse()?);
    headers.insert(header::VARY, "Accept, Cookie".parse()?);
    headers.insert(header::ETAG, "\"3f2a9c81d07be645\"".parse()?);
    let all: &[&str] = &["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"];
    let mut view = View {
        site: "PolyStatus",
        method: "GET",
        url: "http://h.example/api/v1/components/?page=1",
        status: 200,
        headers: &headers,
        value: Some(&list),
        item: Some(&item),
        schemas: Some(&schemas),
        may: all,
        who: Some("Ada"),
        csrf: Some("token"),
        french: false,
    };
    write(&folder, "list.html", &page(&view))?;
    (view.method, view.status, view.value) = ("POST", 400, Some(&refused));
    write(&folder, "refused.html", &page(&view))?;
    (view.method, view.status, view.value, view.item) = ("GET", 404, Some(&missing), None);
    (view.who, view.french) = (None, true);
    write(&folder, "missing.html", &page(&view))?;
    let body = html::page("Log in", LOGIN).into_body();
    let body = http_body_util::BodyExt::collect(body).await?.to_bytes();
    write(&folder, "login.html", &String::from_utf8(body.to_vec())?)
}

const LOGIN: &str = "<div class=\"narrow\"><h1>Log in</h1><p class=\"lead\">With the address that you registered.</p>\
    <p class=\"error\" role=\"alert\">Nobody has this name and this password.</p><form class=\"form\">\
    <div class=\"field\"><label for=\"n\">Name or mail address</label><input id=\"n\" name=\"n\"></div>\
    <div class=\"field bad\"><label for=\"p\">Password</label><input id=\"p\" type=\"password\" name=\"p\">\
    <p class=\"error\">This field may not be blank.</p></div>\
    <label class=\"check\"><input type=\"checkbox\" name=\"r\">Stay logged in</label>\
    <div class=\"buttons\"><button>Log in</button><a class=\"button plain\" href=\"/\">Cancel</a></div></form>\
    <p class=\"note\">Tokens end after ten hours.</p></div>";

/// Writes a page with the addresses of its files made relative.
fn write(folder: &str, name: &str, html: &str) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    for (kind, bytes) in
        [("css", include_str!("../assets/api.css")), ("js", include_str!("../assets/api.js"))]
    {
        std::fs::write(Path::new(folder).join(format!("api.{kind}")), bytes)?;
    }
    let mut page = String::new();
    for part in html.split_inclusive('"') {
        let ending = part.trim_end_matches('"').rsplit('.').next().unwrap_or_default();
        match part.starts_with("/api/static/") {
            true => page.push_str(&format!("api.{ending}\"")),
            false => page.push_str(part),
        }
    }
    Ok(std::fs::write(Path::new(folder).join(name), page)?)
}

fn described() -> Result<(PathItem, Components), serde_json::Error> {
    let body: Value =
        json!({ "content": { "application/json": { "schema": { "$ref": "#/components/schemas/New" } } } });
    let answers = json!({ "200": { "description": "The component." } });
    let item = json!({
        "get": { "summary": "Lists the components in the order of the page. Everybody sees the public ones.",
            "operationId": "components_list", "responses": answers },
        "post": { "summary": "Adds a component. Its status follows at once.", "requestBody": body, "responses": answers },
        "put": { "summary": "Changes a component.", "requestBody": body, "responses": answers },
        "delete": { "summary": "Removes a component.", "responses": answers }
    });
    let components = json!({ "schemas": { "New": { "type": "object", "required": ["slug", "secret"], "properties": {
        "slug": { "type": "string", "description": "Its name in addresses: `checkout`.", "example": "checkout" },
        "secret": { "type": "string", "format": "password" },
        "description": { "type": "string", "maxLength": 2000, "description": "What it does." },
        "position": { "type": "integer", "description": "Its place." },
        "public": { "type": "boolean" },
        "visibility": { "type": "string", "enum": ["public", "internal"] },
        "depends_on": { "type": "array", "items": { "type": "string" }, "description": "What it needs." }
    } } } });
    Ok((serde_json::from_value(item)?, serde_json::from_value(components)?))
}
