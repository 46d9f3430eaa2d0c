//! Flags: the list of all with a switch for each.

use askama::Template;
use axum::response::Response;
use contracts::flags::{Flag, FlagState, Link};
use contracts::segment;
use http::StatusCode;
use kit_base::Role;
use kit_web::Failure;
use serde_json::json;

use super::ConsoleForm;
use super::desk::{Area, Desk, Shell, go, must, page};
use super::form::Sent;
use super::said::Said;
use crate::text;

/// The list.
pub(super) const LIST: &str = "/console/flags";

struct Row {
    address: String,
    set: String,
    key: String,
    is_on: bool,
    /// What people get, in one line.
    gives: String,
    /// The incidents that hold it now.
    held_by: Vec<String>,
    links: usize,
}

#[derive(Template)]
#[template(path = "console/flags.html", whitespace = "minimize")]
struct FlagsPage {
    shell: Shell,
    sets: Vec<(String, Vec<Row>)>,
    may_change: bool,
}

/// Lists the flags.
#[utoipa::path(get, path = "/console/flags", tag = "console",
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
pub(super) async fn flags(desk: Desk) -> Result<Response, Failure> {
    let (flags, links) = tokio::join!(desk.client.flags(), desk.client.flag_links());
    let (flags, links) = (must(flags)?, links.unwrap_or_default());
    let mut sets: Vec<(String, Vec<Row>)> = Vec::new();
    for flag in flags {
        let row = row(&flag, &links);
        match sets.iter_mut().find(|(set, _)| *set == flag.set) {
            Some((_, rows)) => rows.push(row),
            None => sets.push((flag.set.clone(), vec![row])),
        }
    }
    let shell = desk.shell(Area::Flags, "Flags");
    page(StatusCode::OK, &FlagsPage { shell, sets, may_change: desk.may(Role::Manager) })
}

fn row(flag: &Flag, links: &[Link]) -> Row {
    Row {
        address: address(&flag.set, &flag.key),
        set: flag.set.clone(),
        key: text::line(&flag.key, text::TITLE),
        is_on: flag.definition.state == FlagState::Enabled,
        gives: gives(flag),
        held_by: held_by(flag),
        links: links.iter().filter(|link| link.set == flag.set && link.flag == flag.key).count(),
    }
}

/// The incidents that hold the flag now; none once a person has lifted the switch.
pub(super) fn held_by(flag: &Flag) -> Vec<String> {
    let held = flag.switch.as_ref().filter(|switch| !switch.lifted);
    held.map(|switch| switch.incidents.clone()).unwrap_or_default()
}

/// What people get of a flag by its definition.
fn gives(flag: &Flag) -> String {
    let definition = &flag.definition;
    let variants = definition.variants.len();
    let default = definition.default_variant.as_deref().map(|name| text::line(name, 60));
    let targeted = if definition.targeting.is_some() { "by targeting, else " } else { "" };
    match default {
        Some(name) => format!("{targeted}{name}, of {variants} variants"),
        None => format!("{targeted}the value in the code"),
    }
}

/// The page of a flag.
pub(super) fn address(set: &str, key: &str) -> String {
    format!("{LIST}/{}/{}", segment(set), segment(key))
}

/// Switches a flag on or off, and leads back to the list.
#[utoipa::path(post, path = "/console/flags", tag = "console",
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "It is switched; the list follows.")))]
pub(super) async fn toggle_flag(desk: Desk, Sent(filled): Sent) -> Result<Response, Failure> {
    let (set, key) = (filled.text("set"), filled.text("key"));
    let on = filled.act() == "on";
    must(switch(&desk, &set, &key, on).await)?;
    go(LIST, if on { Said::FlagOn } else { Said::FlagOff })
}

/// Enables a flag or disables it; the rest of its definition stays.
pub(super) async fn switch(desk: &Desk, set: &str, key: &str, on: bool) -> Result<Flag, contracts::AskError> {
    let flag = desk.client.read_flag(set, key).await?;
    let mut definition = json!(flag.definition);
    let state = if on { FlagState::Enabled } else { FlagState::Disabled };
    if let Some(members) = definition.as_object_mut() {
        members.insert("state".to_owned(), json!(state));
    }
    desk.client.change_flag(set, key, &definition).await
}
