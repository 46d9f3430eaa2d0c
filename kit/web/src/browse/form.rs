//! Forms of the browsable view: a plain one for POST, that works without a script; raw JSON for PUT and POST, and a button
//! for DELETE and OPTIONS, which need it.

use serde_json::Value;

use super::words::Words;
use super::{View, location};
use crate::html::escape;
use crate::schema::{Field, Kind, Schemas};

/// Texts that may be longer than this get several lines.
const LONG: u64 = 300;

/// A form for everything that the caller may do here.
pub(super) fn forms(view: &View, words: &Words) -> String {
    let Some(item) = view.item else { return String::new() };
    let schemas = Schemas::of(view.schemas);
    let may = |method: &str| view.may.contains(&method);
    let mut html = String::new();
    if let Some(post) = item.post.as_ref().filter(|_| may("POST")) {
        let fields = schemas.request(post);
        html.push_str(&plain(view, words, summary(post.summary.as_deref(), "POST"), &fields));
        if !fields.is_empty() {
            html.push_str(&raw(
                view,
                words,
                "POST",
                &format!("POST {}", words.as_json),
                &schemas.example(post),
            ));
        }
    }
    if let Some(put) = item.put.as_ref().filter(|_| may("PUT")) {
        let fields = schemas.request(put);
        let now = present(view, &fields).unwrap_or_else(|| schemas.example(put));
        html.push_str(&raw(view, words, "PUT", &format!("PUT {}", words.as_json), &now));
    }
    if item.delete.is_some() && may("DELETE") {
        html.push_str(&delete(view, words));
    }
    html
}

fn summary<'a>(said: Option<&'a str>, method: &'a str) -> &'a str {
    said.map_or(method, |said| said.split_once(". ").map_or(said, |(first, _)| first).trim_end_matches('.'))
}

/// The form that a browser sends by itself.
fn plain(view: &View, words: &Words, title: &str, fields: &[Field]) -> String {
    let token = view
        .csrf
        .map(|token| format!("<input type=\"hidden\" name=\"csrf_token\" value=\"{}\">", escape(token)));
    let refused = view.value.filter(|_| view.method == "POST" && view.status == 400);
    let inputs: String = fields
        .iter()
        .filter(|field| !field.read_only)
        .map(|field| group(field, words, refused.and_then(|errors| errors.get(&field.name))))
        .collect();
    format!(
        "<section class=\"card\"><h2 id=\"post\">POST</h2>\n<h3>{}</h3>\n\
         <form class=\"form\" method=\"post\" action=\"{}\" data-sparse>{}\n{inputs}\
         <div class=\"buttons\"><button type=\"submit\">{}</button></div></form>\n",
        escape(title),
        escape(location(view.url)),
        token.unwrap_or_default(),
        words.send,
    ) + "</section>\n"
}

/// One field with its label, its hint and what was wrong with it.
fn group(field: &Field, words: &Words, errors: Option<&Value>) -> String {
    let id = escape(&format!("post-{}", field.name));
    let mut about = Vec::new();
    let mut below = String::new();
    let mut tell = |class: &str, text: String| {
        about.push(format!("{id}-{class}"));
        below.push_str(&format!("<p class=\"{class}\" id=\"{id}-{class}\">{text}</p>\n"));
    };
    if !field.description.is_empty() {
        tell("hint", super::said(&field.description));
    }
    let wrong: Vec<&str> =
        errors.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    if !wrong.is_empty() {
        tell("error", escape(&wrong.join(" ")));
    }
    let described =
        if about.is_empty() { String::new() } else { format!(" aria-describedby=\"{}\"", about.join(" ")) };
    let invalid = if wrong.is_empty() { "" } else { " aria-invalid=\"true\"" };
    let required = field.required.then(|| format!(" <span class=\"required\">{}</span>", words.required));
    let (label, required) = (escape(&field.label()), required.unwrap_or_default());
    let class = if wrong.is_empty() { "field" } else { "field bad" };
    if field.kind == Kind::List {
        return format!(
            "<fieldset class=\"{class}\"{described}><legend>{label}{required}</legend>\n{}{below}</fieldset>\n",
            list(field, &id, words)
        );
    }
    let input = input(field, &format!(" id=\"{id}\"{described}{invalid}"), words);
    format!("<div class=\"{class}\"><label for=\"{id}\">{label}{required}</label>\n{input}\n{below}</div>\n")
}

fn input(field: &Field, attributes: &str, words: &Words) -> String {
    let name = escape(&field.name);
    let required = if field.required { " required" } else { "" };
    let open = format!("name=\"{name}\"{attributes}{required}");
    let (kind, more) = match field.kind {
        Kind::Object => return format!("<p class=\"note\"{attributes}>{}</p>", words.not_here),
        Kind::Choice => return select(&open, field, &field.choices),
        Kind::Boolean => return select(&open, field, &["true".to_owned(), "false".to_owned()]),
        Kind::String if field.max_length.is_some_and(|most| most > LONG) => {
            return format!("<textarea {open}{}></textarea>", bound("maxlength", field.max_length));
        }
        Kind::Integer | Kind::Float => {
            let step = if field.kind == Kind::Float { " step=\"any\"" } else { " step=\"1\"" };
            (
                "number",
                format!(
                    "{step}{}{}",
                    bound("min", field.minimum.as_ref()),
                    bound("max", field.maximum.as_ref())
                ),
            )
        }
        Kind::Secret => ("password", " autocomplete=\"new-password\"".to_owned()),
        Kind::Email => ("email", String::new()),
        Kind::Url => ("url", String::new()),
        Kind::DateTime => ("text", " placeholder=\"2026-11-21T20:15:00Z\"".to_owned()),
        _ => ("text", String::new()),
    };
    format!("<input type=\"{kind}\" {open}{more}{}>", bound("maxlength", field.max_length))
}

fn bound(name: &str, value: Option<impl std::fmt::Display>) -> String {
    value.map(|value| format!(" {name}=\"{}\"", escape(&value.to_string()))).unwrap_or_default()
}

fn select(open: &str, field: &Field, choices: &[String]) -> String {
    let empty = if field.required { "" } else { "<option value=\"\">–</option>" };
    let options: String = choices.iter().map(|word| format!("<option>{}</option>", escape(word))).collect();
    format!("<select {open}>{empty}{options}</select>")
}

/// A list is the same name several times; the script adds more.
fn list(field: &Field, id: &str, words: &Words) -> String {
    let name = escape(&field.name);
    if !field.choices.is_empty() {
        let boxes = field.choices.iter().map(|word| {
            let word = escape(word);
            format!("<label class=\"check\"><input type=\"checkbox\" name=\"{name}\" value=\"{word}\">{word}</label>\n")
        });
        return boxes.collect();
    }
    if field.entries == Some(Kind::Object) || field.entries == Some(Kind::List) {
        return format!("<p class=\"note\">{}</p>\n", words.not_here);
    }
    let label = escape(&field.label());
    format!(
        "<input type=\"text\" name=\"{name}\" id=\"{id}\" aria-label=\"{label}\">\n\
         <button type=\"button\" class=\"plain scripted-only\" data-more>{}</button>\n",
        words.another
    )
}

/// A text area with JSON that the script sends.
fn raw(view: &View, words: &Words, method: &str, title: &str, value: &Value) -> String {
    let json = serde_json::to_string_pretty(value).unwrap_or_default();
    let id = format!("raw-{}", method.to_ascii_lowercase());
    format!(
        "<details class=\"card scripted-only\"><summary>{title}</summary>\n<form class=\"form\"{}>\n\
         <div class=\"field\"><label for=\"{id}\">{method} {}</label>\n\
         <textarea class=\"code\" id=\"{id}\" name=\"_raw\" spellcheck=\"false\">{}</textarea></div>\n{SAID}\
         <div class=\"buttons\"><button type=\"submit\">{method}</button></div></form></details>\n",
        scripted(view, words, method),
        escape(location(view.url)),
        escape(&json),
    )
}

fn delete(view: &View, words: &Words) -> String {
    let path = location(view.url).split('?').next().unwrap_or_default().trim_end_matches('/');
    let parent = path.rsplit_once('/').map_or("/api", |(parent, _)| parent);
    format!(
        "<details class=\"card scripted-only\"><summary>DELETE</summary>\n\
         <form class=\"form\"{} data-ask=\"{}\" data-after=\"{}\">\n{SAID}\
         <div class=\"buttons\"><button type=\"submit\" class=\"danger\">{}</button></div></form></details>\n",
        scripted(view, words, "DELETE"),
        words.sure,
        escape(&format!("{parent}/")),
        words.delete,
    )
}

/// A button that asks what may be done here, where there is something.
pub(super) fn options(view: &View, words: &Words) -> String {
    if view.item.is_none() {
        return String::new();
    }
    format!(
        "<form class=\"scripted-only\"{}><button type=\"submit\" class=\"plain\">OPTIONS</button>\n{SAID}</form>\n",
        scripted(view, words, "OPTIONS")
    )
}

/// Where the script says what came of it.
const SAID: &str = "<pre class=\"error\" data-said role=\"alert\" tabindex=\"-1\" hidden></pre>\n";

fn scripted(view: &View, words: &Words, method: &str) -> String {
    let token = view.csrf.map(|token| format!(" data-csrf=\"{}\"", escape(token))).unwrap_or_default();
    format!(
        " data-method=\"{method}\" data-url=\"{}\" data-broken=\"{}\" data-lost=\"{}\"{token}",
        escape(location(view.url)),
        words.broken,
        words.lost,
    )
}

/// What is shown, as far as it can be written again.
fn present(view: &View, fields: &[Field]) -> Option<Value> {
    let shown = view.value.filter(|_| view.status < 300)?.as_object()?;
    let kept = fields.iter().filter(|field| !field.read_only);
    let kept = kept.filter_map(|field| Some((field.name.clone(), shown.get(&field.name)?.clone())));
    Some(Value::Object(kept.collect()))
}
