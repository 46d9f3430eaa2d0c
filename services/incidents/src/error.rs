//! What can go wrong here, and what the caller is told.

use contracts::incidents::PastTaken;
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
    /// What was sent breaks a rule that only the store could tell: the field, and the rule.
    #[error("{0}: {1}")]
    Field(&'static str, String),
    #[error("{0}")]
    Refused(&'static str),
    #[error("another incident of the same cause goes on")]
    Succeeded,
    #[error("a status set by hand stands")]
    OverrideStands,
    #[error("a group {0} is already there")]
    GroupTaken(String),
    #[error("there is no group {0}")]
    NoSuchGroup(String),
    #[error("groups are nested once")]
    NestedTwice,
    #[error("it was merged into {0}")]
    Merged(String),
    /// Not a failure: what was done shall be undone, because it was only to be tried.
    #[error("it was only tried")]
    OnlyTried(Box<PastTaken>),
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
            Error::OverrideStands => Problem::invalid_field(
                "status",
                "A status set by hand stands; lift it before another is set.",
            ),
            Error::GroupTaken(name) => {
                Problem::invalid_field("name", format!("A group with the name {name} already exists."))
            }
            Error::NoSuchGroup(name) => {
                Problem::invalid_field("parent", format!("There is no group with the name {name}."))
            }
            Error::NestedTwice => Problem::invalid_field(
                "parent",
                "Groups are nested once: a group within another has no groups within it.",
            ),
            Error::Merged(into) => {
                Problem::conflict(format!("It was merged into {into}; change that one instead."))
            }
            // Its one caller takes it out before it could be told.
            Error::OnlyTried(_) => Problem::internal(),
            Error::Field(field, message) => Problem::invalid_field(field, message),
            Error::Refused(why) => Problem::conflict(why),
            Error::Succeeded => {
                Problem::conflict("Another incident of the same cause goes on; follow that one instead.")
            }
        }
    }
}
