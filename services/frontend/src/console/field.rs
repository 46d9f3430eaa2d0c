//! The fields of forms: each with its label, its help and what is wrong with it.

use askama::Template;

use super::filled::Filled;

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
    pub(super) id: String,
    pub(super) name: &'static str,
    label: &'static str,
    help: String,
    must: bool,
    /// The browser puts the cursor here.
    pub(super) first: bool,
    autocomplete: &'static str,
    pub(super) errors: Vec<String>,
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
    pub(super) fn take(&mut self, filled: &Filled) {
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

#[cfg(test)]
mod tests {
    use super::*;

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
