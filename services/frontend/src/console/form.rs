//! Forms: each field with its label, its help and what is wrong with it; what was typed stays when it is refused.

use std::collections::HashMap;
use std::convert::Infallible;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use contracts::AskError;
use http::StatusCode;
use kit_base::{FieldErrors, Problem};
use kit_web::Failure;

use super::desk::Desk;

/// What a form sent, and what was said to it. Empty where nothing was sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Filled {
    sent: bool,
    values: HashMap<String, Vec<String>>,
    errors: FieldErrors,
    refused: Option<Problem>,
}

impl Filled {
    fn read(body: &[u8]) -> Self {
        let mut values: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            // Browsers send line ends as two characters (HTML, 4.10.22.7).
            values.entry(name.into_owned()).or_default().push(value.replace("\r\n", "\n"));
        }
        Self { sent: true, values, ..Self::default() }
    }

    /// Which of the page's forms it is.
    pub(super) fn act(&self) -> &str {
        self.all("act").first().map_or("", String::as_str)
    }

    /// A field without the blanks around it; empty where it is not there.
    pub(super) fn text(&self, name: &str) -> String {
        self.all(name).first().map(|text| text.trim().to_owned()).unwrap_or_default()
    }

    /// A field that says something.
    pub(super) fn given(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Everything of that name.
    pub(super) fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// The lines of a field that say something.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        let text = self.text(name);
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    /// Says what is wrong with a field.
    pub(super) fn reject(&mut self, name: &str, message: &str) {
        self.errors.entry(name.to_owned()).or_default().push(message.to_owned());
    }

    /// Whether nothing was found wrong so far.
    pub(super) fn is_good(&self) -> bool {
        self.errors.is_empty()
    }

    /// With what the API said to it, so that the form can be shown again. What the form cannot mend (there is no such
    /// thing, nobody is logged in) is the failure of the page.
    pub(super) fn refused(mut self, error: &AskError) -> Result<Self, Failure> {
        let problem = error.problem();
        if [401, 404].contains(&problem.status) {
            return Err(problem.into());
        }
        if problem.status >= 500 {
            tracing::warn!(%error, "a form could not be carried out");
        }
        for (name, messages) in &problem.fields {
            messages.iter().for_each(|message| self.reject(name, message));
        }
        self.refused = Some(problem);
        Ok(self)
    }

    /// With what was said to parts of a document moved to the field that holds the document, each with its path; the
    /// fields named in `but` keep their own.
    #[expect(dead_code, reason = "for the pages of flags, which come next")]
    pub(super) fn at_path(&self, field: &str, but: &[&str]) -> Self {
        let mut moved = Self { errors: FieldErrors::new(), ..self.clone() };
        for (path, messages) in &self.errors {
            let stays = path == field || but.contains(&path.as_str());
            for message in messages {
                match stays {
                    true => moved.reject(path, message),
                    false => moved.reject(field, &format!("{path}: {message}")),
                }
            }
        }
        moved
    }

    /// The status of the page that shows the form again.
    pub(super) fn status(&self) -> StatusCode {
        let refused = self.refused.as_ref().and_then(|problem| StatusCode::from_u16(problem.status).ok());
        match refused {
            Some(status) => status,
            None if self.errors.is_empty() => StatusCode::OK,
            None => StatusCode::BAD_REQUEST,
        }
    }
}

/// What a form sent. A body that is no form has no fields.
pub(super) struct Sent(pub Filled);

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Infallible> {
        let body = Bytes::from_request(request, state).await.unwrap_or_default();
        Ok(Self(Filled::read(&body)))
    }
}

/// Something to choose.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub value: String,
    pub label: String,
    /// What it means, or nothing.
    pub help: String,
    pub chosen: bool,
}

impl Choice {
    pub(super) fn new(value: impl ToString, label: impl Into<String>) -> Self {
        Self { value: value.to_string(), label: label.into(), help: String::new(), chosen: false }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: help.into(), ..self }
    }

    pub(super) fn chosen(self, chosen: bool) -> Self {
        Self { chosen, ..self }
    }
}

/// How a field is filled in.
#[derive(Clone, Debug)]
pub(super) enum Input {
    /// One line, of this kind of HTML's.
    Line { kind: &'static str, value: String, longest: usize },
    /// Several lines, so many at first sight; `code` for what a machine reads.
    Area { value: String, longest: usize, rows: usize, code: bool },
    /// One of several, folded.
    Select(Vec<Choice>),
    /// One of several, open.
    Radios(Vec<Choice>),
    /// Any of several, in groups with a heading each, which may be empty.
    Checks(Vec<(String, Vec<Choice>)>),
}

/// A field of a form.
#[derive(Clone, Debug, Template)]
#[template(path = "console/field.html", whitespace = "minimize")]
pub(super) struct Field {
    id: String,
    name: &'static str,
    label: &'static str,
    help: String,
    must: bool,
    /// The browser puts the cursor here.
    first: bool,
    autocomplete: &'static str,
    errors: Vec<String>,
    input: Input,
}

impl Field {
    fn new(name: &'static str, label: &'static str, input: Input) -> Self {
        let (id, help, errors) = (String::new(), String::new(), Vec::new());
        Self { id, name, label, help, must: false, first: false, autocomplete: "off", errors, input }
    }

    /// One line of at most `longest` letters.
    pub(super) fn line(name: &'static str, label: &'static str, longest: usize) -> Self {
        Self::new(name, label, Input::Line { kind: "text", value: String::new(), longest })
    }

    /// Several lines of at most `longest` letters together.
    pub(super) fn area(name: &'static str, label: &'static str, longest: usize, rows: usize) -> Self {
        Self::new(name, label, Input::Area { value: String::new(), longest, rows, code: false })
    }

    pub(super) fn select(name: &'static str, label: &'static str, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Input::Select(choices))
    }

    pub(super) fn radios(name: &'static str, label: &'static str, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Input::Radios(choices))
    }

    pub(super) fn checks(
        name: &'static str,
        label: &'static str,
        groups: Vec<(String, Vec<Choice>)>,
    ) -> Self {
        Self::new(name, label, Input::Checks(groups))
    }

    /// What it holds before anybody has typed.
    pub(super) fn or(mut self, text: impl Into<String>) -> Self {
        if let Input::Line { value, .. } | Input::Area { value, .. } = &mut self.input {
            *value = text.into();
        }
        self
    }

    /// Another kind of line: `email`, `number`, `datetime-local`, `password`.
    pub(super) fn kind(mut self, wanted: &'static str) -> Self {
        if let Input::Line { kind, .. } = &mut self.input {
            *kind = wanted;
        }
        self
    }

    /// It is read by a machine.
    #[expect(dead_code, reason = "for the pages of flags, which come next")]
    pub(super) fn code(mut self) -> Self {
        if let Input::Area { code, .. } = &mut self.input {
            *code = true;
        }
        self
    }

    /// It must be filled in.
    pub(super) fn must(self) -> Self {
        Self { must: true, ..self }
    }

    /// What to write there, and what it is for.
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: help.into(), ..self }
    }

    /// What the browser may fill in (HTML, 4.10.18.7).
    pub(super) fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    fn described_by(&self) -> String {
        let help = (!self.help.is_empty()).then(|| format!("{}-help", self.id));
        let error = (!self.errors.is_empty()).then(|| format!("{}-error", self.id));
        help.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }

    /// Takes what was typed, and what was said to it. A password is never sent back.
    fn take(&mut self, filled: &Filled) {
        let sent = filled.all(self.name);
        let first = || sent.first().cloned().unwrap_or_default();
        match &mut self.input {
            Input::Line { kind: "password", .. } => {}
            Input::Line { value, .. } | Input::Area { value, .. } => *value = first(),
            Input::Select(choices) | Input::Radios(choices) => {
                choices.iter_mut().for_each(|choice| choice.chosen = sent.first() == Some(&choice.value));
            }
            Input::Checks(groups) => {
                let all = groups.iter_mut().flat_map(|(_, choices)| choices);
                all.for_each(|choice| choice.chosen = sent.contains(&choice.value));
            }
        }
        self.errors = filled.errors.get(self.name).cloned().unwrap_or_default();
    }
}

/// How much weight the button of a form has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// What the page is for.
    Main,
    /// One of several things to do.
    Plain,
    /// It destroys something.
    Grave,
}

impl Weight {
    fn class(self) -> &'static str {
        match self {
            Weight::Main => "button",
            Weight::Plain => "button plain",
            Weight::Grave => "button grave",
        }
    }
}

/// A form of a page; it is sent to the address of the page itself.
#[derive(Clone, Debug, Template)]
#[template(path = "console/form.html", whitespace = "minimize")]
pub(super) struct Form {
    act: &'static str,
    action: String,
    csrf: String,
    /// What is said to the form as a whole.
    problems: Vec<String>,
    fields: Vec<Field>,
    button: String,
    weight: Weight,
    /// What goes along unseen: a name and a value.
    hidden: Option<(&'static str, String)>,
    /// A second button: the word that it sends as `step`, and the one on it.
    second: Option<(&'static str, &'static str)>,
    /// A way back, where there is one.
    back: Option<(String, &'static str)>,
    filled: Filled,
}

impl Form {
    /// The form named `act` of the page at `action`, with what was sent, if it was this form.
    pub(super) fn new(desk: &Desk, action: &str, act: &'static str, filled: &Filled) -> Self {
        let filled = if filled.sent && filled.act() == act { filled.clone() } else { Filled::default() };
        let (action, csrf) = (action.to_owned(), desk.csrf.clone());
        let (fields, problems, button) = (Vec::new(), Vec::new(), String::new());
        let (weight, hidden, second, back) = (Weight::Main, None, None, None);
        Self { act, action, csrf, problems, fields, button, weight, hidden, second, back, filled }
    }

    /// With this field.
    pub(super) fn add(mut self, mut field: Field) -> Self {
        field.id = format!("{}-{}", self.act, field.name);
        if self.filled.sent {
            field.take(&self.filled);
            let is_first_bad = self.fields.iter().all(|before| before.errors.is_empty());
            field.first = !field.errors.is_empty() && is_first_bad;
        }
        self.fields.push(field);
        self
    }

    /// The cursor stands in the first field, where nothing is wrong elsewhere.
    pub(super) fn focused(mut self) -> Self {
        if !self.filled.sent
            && let Some(field) = self.fields.first_mut()
        {
            field.first = true;
        }
        self
    }

    /// With a value that goes along unseen.
    #[expect(dead_code, reason = "for the pages of flags, which come next")]
    pub(super) fn hidden(self, name: &'static str, value: &str) -> Self {
        Self { hidden: Some((name, value.to_owned())), ..self }
    }

    /// With a second button, lesser than the first.
    pub(super) fn second(self, step: &'static str, words: &'static str) -> Self {
        Self { second: Some((step, words)), ..self }
    }

    /// With a way back.
    pub(super) fn back(self, address: &str, word: &'static str) -> Self {
        Self { back: Some((address.to_owned(), word)), ..self }
    }

    /// With another weight than the main one.
    pub(super) fn weight(self, weight: Weight) -> Self {
        Self { weight, ..self }
    }

    /// Complete, with the words on its button.
    pub(super) fn button(mut self, words: impl Into<String>) -> Self {
        self.button = words.into();
        let shown = |name: &String| self.fields.iter().any(|field| field.name == name);
        let elsewhere = self.filled.errors.iter().filter(|(name, _)| !shown(name));
        let mut problems: Vec<String> =
            elsewhere.map(|(name, messages)| format!("{name}: {}", messages.join(" "))).collect();
        let refused = self.filled.refused.as_ref().filter(|problem| problem.fields.is_empty());
        problems.extend(refused.map(said_to));
        if problems.is_empty() && !self.filled.errors.is_empty() {
            problems.push("Some of it cannot be accepted. What you typed is still here.".to_owned());
        }
        self.problems = problems;
        self
    }
}

/// The words for a refusal: what happened, what was kept, what to do.
fn said_to(problem: &Problem) -> String {
    match problem.status {
        403 => "Your role does not allow this. Ask somebody of a higher role, or an administrator for it.".to_owned(),
        409 => format!("{} Nothing was changed.", problem.detail),
        500.. => "It was not carried out: a part of the system does not answer. What you typed is still here; try again."
            .to_owned(),
        _ => problem.detail.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_read_as_it_was_meant() {
        let filled = Filled::read(b"act=x&title=+Pay%26go+&a=1&a=2&text=one%0D%0A%0D%0A+two%0D%0A&blank=++");
        assert_eq!((filled.act(), filled.text("title").as_str()), ("x", "Pay&go"));
        assert_eq!(filled.all("a"), ["1", "2"]);
        assert_eq!(filled.lines("text"), ["one", "two"]);
        assert_eq!(filled.text("text"), "one\n\n two");
        assert_eq!((filled.given("blank"), filled.given("absent")), (None, None));
        assert!(filled.all("absent").is_empty());
    }

    #[test]
    fn a_password_is_not_sent_back() {
        let mut field = Field::line("password", "Password", 100).kind("password");
        field.take(&Filled::read(b"password=hunter2hunter2"));
        assert!(!field.render().unwrap().contains("hunter2"));
    }

    #[test]
    fn what_is_typed_stays_text() {
        let mut field = Field::line("title", "Title", 100).help("Help");
        field.id = "new-title".to_owned();
        let mut filled = Filled::read(b"title=%22%3E%3Cscript%3E");
        filled.reject("title", "<b>Wrong");
        field.take(&filled);
        let html = field.render().unwrap();
        assert!(!html.contains("<script>") && !html.contains("<b>"), "{html}");
        assert!(html.contains("aria-describedby=\"new-title-help new-title-error\""), "{html}");
        assert!(html.contains("aria-invalid=\"true\""), "{html}");
    }
}
