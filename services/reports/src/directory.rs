//! Which components there are: asked of the incidents service, once for each and again when one has changed.

use std::collections::HashSet;

use contracts::AskError;
use contracts::incidents::Visibility;
use kit_store::StoreError;

use crate::Reports;
use crate::error::Error;
use crate::store::components::{self, Known};

/// How long a slug may be.
pub(crate) const LONGEST_SLUG: usize = 100;

/// Why nothing was learnt.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unlearnt {
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Unlearnt> for Error {
    fn from(error: Unlearnt) -> Self {
        match error {
            Unlearnt::Ask(_) => Error::NobodyToAsk,
            Unlearnt::Store(error) => Error::Store(error),
        }
    }
}

impl Reports {
    /// Whether nobody has heard of the component yet, or not since it was last changed.
    pub(crate) async fn is_unheard(&self, slug: &str) -> Result<bool, Error> {
        Ok(self.known(slug).await?.is_none_or(|known| known.changed > known.asked))
    }

    /// Asks for one component, and keeps the answer: whether everybody may see it.
    pub(crate) async fn ask_for(&self, slug: &str) -> Result<bool, Error> {
        if !is_slug(slug) {
            return Ok(false);
        }
        let known = self.known(slug).await?;
        Ok(self.ask(slug, known.map_or(0, |known| known.changed)).await?)
    }

    async fn known(&self, slug: &str) -> Result<Option<Known>, StoreError> {
        let slug = slug.to_owned();
        self.db.read(move |tx| components::known(tx, &slug)).await
    }

    async fn ask(&self, slug: &str, changed: i64) -> Result<bool, Unlearnt> {
        let found = self.peers.find_component(slug).await?;
        let is_public = found.is_some_and(|component| component.visibility == Visibility::Public);
        let slug = slug.to_owned();
        self.db.write(move |tx| components::learn(tx, &slug, changed, is_public)).await?;
        Ok(is_public)
    }

    /// Asks for what has changed.
    pub(crate) async fn catch_up(&self) -> Result<(), Unlearnt> {
        for (slug, changed) in self.db.read(components::unasked).await? {
            self.ask(&slug, changed).await?;
        }
        Ok(())
    }

    /// Asks for all there are: what was changed while nobody listened is found so.
    pub(crate) async fn learn_all(&self) -> Result<(), Unlearnt> {
        let there: HashSet<String> =
            self.peers.components().await?.into_iter().map(|component| component.slug).collect();
        let learn = move |tx: &mut kit_store::Tx<'_>| -> Result<(), StoreError> {
            let known: HashSet<String> = components::all_public(tx)?.into_iter().collect();
            // Each is asked for by itself then.
            for slug in there.symmetric_difference(&known) {
                components::changed(tx, slug)?;
            }
            Ok(())
        };
        Ok(self.db.write(learn).await?)
    }
}

/// What could be the slug of a component, as the incidents service has it.
fn is_slug(text: &str) -> bool {
    let plain = |letter: char| (letter.is_alphanumeric() && !letter.is_uppercase()) || "-_.".contains(letter);
    text.chars().count() <= LONGEST_SLUG && text.chars().all(plain)
}
