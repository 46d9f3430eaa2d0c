//! What a form sent, and what was said to it.

use std::collections::HashMap;
use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use contracts::AskError;
use http::StatusCode;
use kit_base::{FieldErrors, Problem};
use kit_web::Failure;

/// What a form sent, and what was said to it. Empty where nothing was sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Filled {
    pub(super) sent: bool,
    values: HashMap<String, Vec<String>>,
    pub(super) errors: FieldErrors,
    pub(super) refused: Option<Problem>,
}

impl Filled {
    pub(super) fn read(body: &[u8]) -> Self {
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
}
