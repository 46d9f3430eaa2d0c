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
    #[error("a component {0} is already there")]
    SlugTaken(String),
    #[error("{0} is needed by {1}")]
    Needed(String, String),
    #[error("the dependencies go in a circle: {0}")]
    Circle(String),
    #[error("there is no component {0}")]
    NoSuchComponent(String),
    #[error("{0}: {1}")]
    Field(&'static str, String),
    #[error("{0}")]
    Refused(&'static str),
    #[error("another incident of the same cause goes on")]
    Succeeded,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) => error.into(),
            Error::NotFound => Problem::not_found(),
            Error::NoSuchPage => Problem::new(404, "Invalid page."),
            Error::SlugTaken(slug) => {
                Problem::invalid_field("slug", format!("A component with the slug {slug} already exists."))
            }
            Error::Needed(slug, by) => Problem::conflict(format!(
                "{slug} cannot be removed, because {by} depends on it; change that first."
            )),
            Error::Circle(path) => Problem::invalid_field(
                "depends_on",
                format!("The dependencies would go in a circle: {path}."),
            ),
            Error::NoSuchComponent(slug) => {
                Problem::invalid_field("depends_on", format!("There is no component with the slug {slug}."))
            }
            Error::Field(field, message) => Problem::invalid_field(field, message),
            Error::Refused(why) => Problem::conflict(why),
            Error::Succeeded => {
                Problem::conflict("Another incident of the same cause goes on; follow that one instead.")
            }
        }
    }
}
