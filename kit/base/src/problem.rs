//! What went wrong, in words for the caller: one shape for every error of the API.

use indexmap::IndexMap;

/// Messages by field name, in the order in which the fields are described, as Django REST framework shapes them:
/// `{"title": ["This field is required."]}`.
pub type FieldErrors = IndexMap<String, Vec<String>>;

/// An error that may be shown to the caller. It never carries the text of an internal fault.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The HTTP status code.
    pub status: u16,
    /// What happened and what to do, in one or two sentences.
    pub detail: String,
    /// What is wrong with which field, where fields are at fault.
    pub fields: FieldErrors,
    /// Seconds after which to try again, where waiting helps.
    pub retry_after: Option<u32>,
}

impl Problem {
    /// A problem with this status and detail.
    pub fn new(status: u16, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), fields: FieldErrors::new(), retry_after: None }
    }

    /// 400: the request as a whole cannot be read.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(400, detail)
    }

    /// 400: these fields cannot be accepted.
    pub fn invalid(fields: FieldErrors) -> Self {
        Self { fields, ..Self::new(400, "Some fields cannot be accepted.") }
    }

    /// 400: one field cannot be accepted.
    pub fn invalid_field(field: &str, message: impl Into<String>) -> Self {
        Self::invalid(FieldErrors::from([(field.to_owned(), vec![message.into()])]))
    }

    /// 401: nobody, or nobody we know, is asking.
    pub fn unauthenticated() -> Self {
        Self::new(401, "Authentication credentials were not provided.")
    }

    /// 403: the caller may not do this.
    pub fn forbidden() -> Self {
        Self::new(403, "You do not have permission to perform this action.")
    }

    /// 404: there is no such thing, or none that the caller may know of.
    pub fn not_found() -> Self {
        Self::new(404, "Not found.")
    }

    /// 409: what is asked contradicts what is there.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(409, detail)
    }

    /// 500: a fault of ours. The cause goes to the log, never to the caller.
    pub fn internal() -> Self {
        Self::new(500, "Something went wrong on our side. It has been noted; please try again.")
    }

    /// 503: cannot be done now; `reason` says why in words for the caller.
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self { retry_after: Some(5), ..Self::new(503, reason) }
    }
}
