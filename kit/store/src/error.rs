//! What can go wrong in the store, and what the caller of the API is told of it.

use kit_base::Problem;

/// A failure of the store.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached or written at the moment: full disk, read-only folder, server gone.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// Too many jobs are waiting.
    #[error("the store has too much to do")]
    Busy,
    /// The transaction lost against others again and again.
    #[error("the transaction met others on the same rows too often")]
    Conflict,
    /// A unique key or a reference was violated.
    #[error("a constraint was violated: {0}")]
    Constraint(String),
    /// A column does not hold what the code expects.
    #[error("column {column} does not hold {expected}")]
    Column {
        /// The column's name.
        column: String,
        /// The type that was asked for.
        expected: &'static str,
    },
    /// A query that must give a row gave none.
    #[error("no row")]
    NoRow,
    /// The statement itself is at fault.
    #[error("statement failed: {0}")]
    Statement(String),
    /// The job panicked; its changes were rolled back.
    #[error("the job panicked")]
    Panicked,
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Unavailable(_) | StoreError::Busy | StoreError::Conflict => {
                tracing::warn!(%error, "the store refused");
                Problem::unavailable(
                    "This cannot be stored or read at the moment; nothing was changed. Please try again.",
                )
            }
            _ => {
                tracing::error!(%error, "the store failed");
                Problem::internal()
            }
        }
    }
}
