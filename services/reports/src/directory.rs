//! Which components there are: asked of the incidents service, once for each and again when one has changed.

use std::collections::HashSet;

use contracts::AskError;
use contracts::incidents::Visibility;
use kit_store::StoreError;

use crate::Reports;
use crate::error::Error;
use crate::store::components;

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
    /// Asks for one component, and keeps the answer: whether everybody may see it.
    pub(crate) async fn ask_for(&self, slug: &str) -> Result<bool, Unlearnt> {
        let owned = slug.to_owned();
        let known = self.db.read(move |tx| components::known(tx, &owned)).await?;
        self.ask(slug, known.map_or(0, |(changed, _)| changed)).await
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
