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
    #[error("a provider {0} is already there")]
    NameTaken(String),
    #[error("there is no provider {0}")]
    UnknownProvider(String),
    /// The way round.
    #[error("a circle: {0}")]
    Circle(String),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) => error.into(),
            Error::NotFound => Problem::not_found(),
            Error::NoSuchPage => Problem::new(404, "Invalid page."),
            Error::NameTaken(slug) => {
                Problem::invalid_field("name", format!("A provider with the name {slug} already exists."))
            }
            Error::Circle(way) => Problem::invalid_field(
                "runs_on",
                format!("Providers would run on each other in a circle: {way}."),
            ),
            Error::UnknownProvider(name) => {
                Problem::invalid_field("provider", format!("There is no provider named \"{name}\"."))
            }
        }
    }
}
