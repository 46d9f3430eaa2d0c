//! A flag: its definition, the links that let incidents pull it, and who holds it now.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use contracts::Client;
use contracts::flags::{Flag, FlagState, Link, NewLink, SwitchAction};
use kit_base::Role;
use kit_web::Failure;
use serde_json::{Value, json};

use super::desk::{Area, Desk, Shell, go, must, page};
use super::flags::{LIST, address, held_by, switch};
use super::form::{Choice, Field, Filled, Form, Sent, Weight};
use super::new_incident::PlainPage;
use super::said::Said;
use super::{ConsoleForm, words as own};
use crate::text;
use crate::when::Moment;

const NEW: &str = "/console/new/flag";
/// Letters of a definition that are taken.
const LONGEST: usize = 200_000;
/// What a new flag begins with.
const BLANK: &str = "{\n  \"state\": \"ENABLED\",\n  \"variants\": { \"on\": true, \"off\": false },\n  \"defaultVariant\": \"off\"\n}";

struct Kill {
    id: String,
    words: String,
}

struct Held {
    incidents: Vec<String>,
    words: String,
    since: Moment,
    free: Option<Form>,
}

#[derive(Template)]
#[template(path = "console/flag.html", whitespace = "minimize")]
struct FlagPage {
    shell: Shell,
    address: String,
    key: String,
    set: String,
    is_on: bool,
    updated: Moment,
    held: Option<Held>,
    toggle: Option<Form>,
    definition: String,
    edit: Option<Form>,
    links: Vec<(Kill, Option<Form>)>,
    link: Option<Form>,
}

/// Shows a flag.
#[utoipa::path(get, path = "/console/flags/{set}/{key}", tag = "console",
    params(("set" = String, Path, description = "its flag set", example = "default"),
           ("key" = String, Path, description = "the flag", example = "checkout-v2")),
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
pub(super) async fn flag(desk: Desk, Path((set, key)): Path<(String, String)>) -> Result<Response, Failure> {
    show(&desk, &set, &key, &Filled::default()).await
}

/// Does what a form of the page says: switches the flag, writes its definition, adds or removes a link, frees it.
#[utoipa::path(post, path = "/console/flags/{set}/{key}", tag = "console",
    params(("set" = String, Path, description = "its flag set", example = "default"),
           ("key" = String, Path, description = "the flag", example = "checkout-v2")),
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "Done; the flag follows."),
              (status = 400, description = "Fields are at fault. The page again.", body = String, content_type = "text/html")))]
pub(super) async fn flag_act(
    desk: Desk,
    Path((set, key)): Path<(String, String)>,
    Sent(mut filled): Sent,
) -> Result<Response, Failure> {
    let client: &Client = &desk.client;
    let done = match filled.act() {
        "on" => switch(&desk, &set, &key, true).await.map(|_| Said::FlagOn),
        "off" => switch(&desk, &set, &key, false).await.map(|_| Said::FlagOff),
        "free" => client.lift_switch(&set, &key).await.map(|_| Said::FlagFreed),
        "link" => client.add_flag_link(&new_link(&filled, &set, &key)).await.map(|_| Said::LinkAdded),
        "unlink" => client.remove_flag_link(&filled.text("link")).await.map(|()| Said::LinkRemoved),
        _ => {
            let Some(definition) = definition(&mut filled) else {
                return show(&desk, &set, &key, &filled).await;
            };
            client.change_flag(&set, &key, &definition).await.map(|_| Said::FlagChanged)
        }
    };
    match done {
        Ok(said) => go(&address(&set, &key), said),
        Err(error) => show(&desk, &set, &key, &filled.refused(&error)?).await,
    }
}

/// The definition that was typed, if it is JSON; if not, the form says where it ceases to be.
fn definition(filled: &mut Filled) -> Option<Value> {
    let read: Result<Value, _> = serde_json::from_str(&filled.text("definition"));
    match read {
        Ok(value @ Value::Object(_)) => Some(value),
        Ok(_) => {
            filled.reject("definition", "Give an object: { … }.");
            None
        }
        Err(error) => {
            let place = format!("Line {}, column {}: this is no JSON.", error.line(), error.column());
            filled.reject("definition", &place);
            None
        }
    }
}

fn new_link(filled: &Filled, set: &str, key: &str) -> NewLink {
    let variant = filled.given("variant");
    NewLink {
        flag: key.to_owned(),
        set: Some(set.to_owned()),
        component: filled.given("component"),
        min_severity: filled.given("min_severity").and_then(|sev| sev.parse().ok()),
        action: Some(if variant.is_some() { SwitchAction::Variant } else { SwitchAction::Disable }),
        variant,
    }
}

async fn show(desk: &Desk, set: &str, key: &str, filled: &Filled) -> Result<Response, Failure> {
    let (flag, links, components) =
        tokio::join!(desk.client.read_flag(set, key), desk.client.flag_links(), desk.client.components());
    let flag = must(flag)?;
    let may = desk.may(Role::Manager);
    let (here, is_on) = (address(&flag.set, &flag.key), flag.definition.state == FlagState::Enabled);
    let words = pretty(&flag);
    let components = components.unwrap_or_default();
    let own_links =
        links.unwrap_or_default().into_iter().filter(|one| one.set == flag.set && one.flag == flag.key);
    let toggle = Form::new(desk, &here, if is_on { "off" } else { "on" }, filled).weight(Weight::Plain);
    let filled_here = filled.at_path("definition", &[]);
    let edit = Form::new(desk, &here, "definition", &filled_here)
        .add(
            Field::area("definition", "Definition", LONGEST, rows(&words))
                .must()
                .code()
                .or(&words)
                .help("In flagd's format: state, variants, defaultVariant, targeting, metadata."),
        )
        .button("Save");
    let template = FlagPage {
        shell: desk.shell(Area::Flags, &flag.key),
        key: text::line(&flag.key, text::TITLE),
        set: text::line(&flag.set, text::TITLE),
        is_on,
        updated: desk.moment(flag.updated_at),
        held: held(desk, &flag, &here, filled),
        toggle: may.then(|| toggle.button(if is_on { "Switch it off" } else { "Switch it on" })),
        definition: words,
        edit: may.then_some(edit),
        links: own_links.map(|one| kill(desk, one, &here, may, filled)).collect(),
        link: may.then(|| link_form(desk, &flag, &components, &here, filled)),
        address: here,
    };
    page(filled.status(), &template)
}

fn held(desk: &Desk, flag: &Flag, here: &str, filled: &Filled) -> Option<Held> {
    let switch = flag.switch.as_ref()?;
    let does = match &switch.variant {
        Some(variant) => format!("Everybody gets {}", text::line(variant, 60)),
        None => "It gives no value".to_owned(),
    };
    let words = if switch.lifted { "Freed by hand until these incidents are over".to_owned() } else { does };
    let free = !held_by(flag).is_empty() && desk.may(Role::Manager);
    let form = Form::new(desk, here, "free", filled).weight(Weight::Plain).button("Free it");
    let incidents = switch.incidents.clone();
    Some(Held { incidents, words, since: desk.moment(switch.since), free: free.then_some(form) })
}

fn kill(desk: &Desk, link: Link, here: &str, may: bool, filled: &Filled) -> (Kill, Option<Form>) {
    let named = link.component.as_deref().map(|slug| format!(" that names {}", text::line(slug, 100)));
    let bad = link.min_severity.map(|sev| format!(" of severity {sev} or worse")).unwrap_or_default();
    let does = match &link.variant {
        Some(variant) => format!("everybody gets {}", text::line(variant, 60)),
        None => "the flag is off".to_owned(),
    };
    let words = format!("While an incident{bad}{} is open, {does}.", named.unwrap_or_default());
    let form = Form::new(desk, here, "unlink", filled)
        .hidden("link", &link.id)
        .weight(Weight::Plain)
        .button("Remove");
    (Kill { id: link.id, words }, may.then_some(form))
}

fn link_form(
    desk: &Desk,
    flag: &Flag,
    components: &[contracts::incidents::Component],
    here: &str,
    filled: &Filled,
) -> Form {
    let any = |words: &str| Choice::new("", words);
    let components =
        components.iter().map(|one| Choice::new(&one.slug, text::title_or(&one.name, &one.slug)));
    let severities = own::SEVERITIES.map(|(sev, word, _)| {
        Choice::new(sev, if sev == 1 { format!("{word} (1)") } else { format!("{word} ({sev}) or worse") })
    });
    let variants =
        flag.definition.variants.keys().map(|name| Choice::new(name, format!("Give everybody {name}")));
    Form::new(desk, here, "link", filled)
        .add(Field::select(
            "component",
            "While an incident names",
            [any("any component")].into_iter().chain(components).collect(),
        ))
        .add(Field::select(
            "min_severity",
            "And is at least as bad as",
            [any("any severity")].into_iter().chain(severities).collect(),
        ))
        .add(Field::select(
            "variant",
            "Do this",
            [any("Switch the flag off")].into_iter().chain(variants).collect(),
        ))
        .weight(Weight::Plain)
        .button("Add the link")
}

/// The definition as people read and write it.
fn pretty(flag: &Flag) -> String {
    serde_json::to_string_pretty(&json!(flag.definition)).unwrap_or_default()
}

/// Enough lines to see all of a definition that is not long.
fn rows(text: &str) -> usize {
    text.lines().count().clamp(8, 30)
}

/// Shows the form that makes a flag.
#[utoipa::path(get, path = "/console/new/flag", tag = "console",
    responses((status = 200, description = "The form.", body = String, content_type = "text/html")))]
pub(super) async fn new_flag(desk: Desk) -> Result<Response, Failure> {
    show_new(&desk, &Filled::default()).await
}

/// Makes a flag, and leads to its page.
#[utoipa::path(post, path = "/console/new/flag", tag = "console",
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "It is there; its page follows."),
              (status = 400, description = "Fields are at fault. The form again.", body = String, content_type = "text/html")))]
pub(super) async fn add_flag(desk: Desk, Sent(mut filled): Sent) -> Result<Response, Failure> {
    let Some(Value::Object(mut new)) = definition(&mut filled) else {
        return show_new(&desk, &filled).await;
    };
    new.insert("key".to_owned(), json!(filled.text("key")));
    new.insert("set".to_owned(), json!(filled.text("set")));
    match desk.client.add_flag(&Value::Object(new)).await {
        Ok(flag) => go(&address(&flag.set, &flag.key), Said::FlagAdded),
        Err(error) => show_new(&desk, &filled.refused(&error)?).await,
    }
}

async fn show_new(desk: &Desk, filled: &Filled) -> Result<Response, Failure> {
    let sets = must(desk.client.flag_sets().await)?;
    let mut choices: Vec<Choice> = sets.iter().map(|one| Choice::new(&one.name, &one.name)).collect();
    if choices.is_empty() {
        choices.push(Choice::new("default", "default"));
    }
    let choices = choices.into_iter().map(|one| Choice { chosen: one.value == "default", ..one }).collect();
    let filled_here = filled.at_path("definition", &["key", "set"]);
    let form = Form::new(desk, NEW, "flag", &filled_here)
        .add(Field::line("key", "Key", 200).must().help("What programs ask for, such as checkout-v2."))
        .add(Field::select("set", "Flag set", choices))
        .add(
            Field::area("definition", "Definition", LONGEST, 10)
                .must()
                .code()
                .or(BLANK)
                .help("In flagd's format: state, variants, defaultVariant, targeting, metadata."),
        )
        .focused()
        .back(LIST, "Cancel")
        .button("Make the flag");
    let lead = "Something in a program that can be switched without a new release.";
    page(filled.status(), &PlainPage { shell: desk.shell(Area::Flags, "Make a flag"), lead, form })
}

/// Asks whether a flag shall go.
#[utoipa::path(get, path = "/console/flags/{set}/{key}/delete", tag = "console",
    params(("set" = String, Path, description = "its flag set", example = "default"),
           ("key" = String, Path, description = "the flag", example = "checkout-v2")),
    responses((status = 200, description = "The question.", body = String, content_type = "text/html")))]
pub(super) async fn flag_removal(
    desk: Desk,
    Path((set, key)): Path<(String, String)>,
) -> Result<Response, Failure> {
    ask(&desk, &set, &key, &Filled::default()).await
}

/// Removes a flag with its links, and leads to the list.
#[utoipa::path(post, path = "/console/flags/{set}/{key}/delete", tag = "console",
    params(("set" = String, Path, description = "its flag set", example = "default"),
           ("key" = String, Path, description = "the flag", example = "checkout-v2")),
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "It is gone; the list follows.")))]
pub(super) async fn remove_flag(
    desk: Desk,
    Path((set, key)): Path<(String, String)>,
    Sent(filled): Sent,
) -> Result<Response, Failure> {
    match desk.client.remove_flag(&set, &key).await {
        Ok(()) => go(LIST, Said::FlagRemoved),
        Err(error) => ask(&desk, &set, &key, &filled.refused(&error)?).await,
    }
}

async fn ask(desk: &Desk, set: &str, key: &str, filled: &Filled) -> Result<Response, Failure> {
    let flag = must(desk.client.read_flag(set, key).await)?;
    let here = address(&flag.set, &flag.key);
    let form = Form::new(desk, &format!("{here}/delete"), "delete", filled)
        .weight(Weight::Grave)
        .back(&here, "Keep it")
        .button("Remove it");
    let title = format!("Remove {}?", text::line(&flag.key, text::TITLE));
    let lead = "Programs that ask for it take the value in their code, and its links to incidents go with it. This cannot be undone.";
    page(filled.status(), &PlainPage { shell: desk.shell(Area::Flags, title), lead, form })
}
