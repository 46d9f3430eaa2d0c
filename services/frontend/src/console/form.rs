//! Forms: fields with a button; what was typed stays when it is refused.

use askama::Template;
use kit_base::Problem;

use super::desk::Desk;
pub(super) use super::field::{Choice, Field};
pub(super) use super::filled::{Filled, Sent};

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
