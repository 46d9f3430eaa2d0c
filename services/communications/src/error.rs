//! What can go wrong here, and what the caller is told.

use contracts::AskError;
use kit_base::Problem;
use kit_store::StoreError;

/// A failure of an operation of this service, or of building it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A setting cannot be used.
    #[error("{0}")]
    Setting(String),
    /// The incidents service was needed, and does not answer.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// There is no such thing.
    #[error("not found")]
    NotFound,
    /// The list has no such page.
    #[error("no such page")]
    NoSuchPage,
    /// There is no incident that the public may hear of.
    #[error("no such incident")]
    NoSuchIncident,
    /// There is no component that the public may hear of.
    #[error("no component {0}")]
    NoSuchComponent(String),
    /// Another webhook has this address.
    #[error("the address is taken")]
    UrlTaken,
    /// The webhook is disabled, so nothing can be sent to it.
    #[error("the webhook is disabled")]
    Disabled,
    /// There are as many webhooks as there may be.
    #[error("too many webhooks")]
    TooMany,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) => error.into(),
            Error::Setting(_) => Problem::internal(),
            Error::Ask(_) => Problem::unavailable(
                "Whether there is such an incident cannot be found out at the moment; please try again.",
            ),
            Error::NotFound => Problem::not_found(),
            Error::NoSuchPage => Problem::new(404, "Invalid page."),
            Error::NoSuchIncident => Problem::invalid_field(
                "incident_id",
                "There is no such incident, or it concerns internal components alone, which the public does not see.",
            ),
            Error::NoSuchComponent(slug) => {
                Problem::invalid_field("components", format!("There is no component with the slug {slug}."))
            }
            Error::UrlTaken => Problem::invalid_field("url", "A webhook with this address already exists."),
            Error::Disabled => {
                Problem::conflict("The webhook is disabled, so nothing is sent to it; enable it first.")
            }
            Error::TooMany => {
                Problem::conflict("There are as many webhooks as there may be; remove one first.")
            }
        }
    }
}
