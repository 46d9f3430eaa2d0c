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
    #[error("there is no flag set {0}")]
    NoSuchSet(String),
    #[error("there is no flag {0}")]
    NoSuchFlag(String),
    #[error("a flag {0} is already there")]
    KeyTaken(String),
    #[error("there are {0} flags already")]
    SetFull(u64),
    #[error("there are {0} links already")]
    TooManyLinks(u64),
    #[error("a link forces the variant {0}")]
    VariantNeeded(String),
    #[error("{0} is none of the variants")]
    NoSuchVariant(String),
    #[error("the default set stays")]
    DefaultStays,
    #[error("no kill switch is pulled")]
    NotSwitched,
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// A definition that cannot be taken.
#[derive(Debug, thiserror::Error)]
#[error("the definition cannot be taken")]
pub(crate) struct Refused(pub Box<Problem>);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) => error.into(),
            Error::NotFound => Problem::not_found(),
            Error::NoSuchPage => Problem::new(404, "Invalid page."),
            Error::NoSuchSet(set) => {
                Problem::invalid_field("set", format!("There is no flag set \"{set}\"."))
            }
            Error::NoSuchFlag(key) => {
                Problem::invalid_field("flag", format!("There is no flag \"{key}\" in that set."))
            }
            Error::KeyTaken(key) => {
                Problem::invalid_field("key", format!("A flag with the key {key} already exists."))
            }
            Error::SetFull(most) => {
                Problem::conflict(format!("A flag set has at most {most} flags; remove some first."))
            }
            Error::TooManyLinks(most) => {
                Problem::conflict(format!("There are at most {most} links; remove some first."))
            }
            Error::VariantNeeded(variant) => Problem::conflict(format!(
                "A kill switch forces the variant \"{variant}\"; change that link first."
            )),
            Error::NoSuchVariant(variant) => {
                Problem::invalid_field("variant", format!("\"{variant}\" is none of the flag's variants."))
            }
            Error::DefaultStays => {
                Problem::conflict("The default flag set stays; it can be emptied by an import.")
            }
            Error::NotSwitched => Problem::conflict("No incident holds this flag."),
            Error::Refused(refused) => *refused.0,
        }
    }
}
