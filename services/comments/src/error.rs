//! What can go wrong here, and what the caller is told.

use kit_base::Problem;
use kit_store::StoreError;

use crate::model::MAX_DEPTH;

/// A failure of an operation of this service.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("not found")]
    NotFound,
    #[error("no such page")]
    NoSuchPage,
    #[error("somebody else's comment")]
    NotYours,
    #[error("it is too late to change it")]
    TooLate,
    #[error("the comment was deleted")]
    Deleted,
    #[error("there is nothing to answer")]
    NoParent,
    #[error("the thread is too deep")]
    TooDeep,
    #[error("there are too many comments about this")]
    Full,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) => error.into(),
            Error::NotFound => Problem::not_found(),
            Error::NoSuchPage => Problem::new(404, "Invalid page."),
            Error::NotYours => Problem::forbidden(),
            Error::TooLate => Problem::new(
                403,
                "It is too late to change this comment; a moderator can still remove it if you ask.",
            ),
            Error::Deleted => Problem::conflict("This comment was deleted; its words are gone."),
            Error::NoParent => Problem::invalid_field(
                "parent",
                "There is no comment with this id that can be answered here.",
            ),
            Error::TooDeep => Problem::invalid_field(
                "parent",
                format!("Threads are at most {MAX_DEPTH} answers deep; answer a comment further up."),
            ),
            Error::Full => Problem::conflict("There are too many comments about this already."),
        }
    }
}
