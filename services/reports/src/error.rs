//! What can go wrong here, and what the caller is told.

use kit_base::Problem;
use kit_store::StoreError;

/// A failure of an operation of this service.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("not found")]
    NotFound,
    #[error("no such page")]
    NoSuchPage,
    #[error("there is no such component")]
    NoSuchComponent,
    #[error("nobody can say whether there is such a component")]
    NobodyToAsk,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) => error.into(),
            Error::NotFound => Problem::not_found(),
            Error::NoSuchPage => Problem::new(404, "Invalid page."),
            Error::NoSuchComponent => {
                Problem::invalid_field("component", "There is no component with this slug.")
            }
            Error::NobodyToAsk => Problem::unavailable(
                "Whether there is such a component cannot be checked at the moment; please try again.",
            ),
        }
    }
}
