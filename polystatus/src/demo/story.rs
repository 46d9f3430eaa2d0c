//! The story: one provider after the other runs into trouble and out of it again.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::feeds::Feeds;
use super::library::Library;

/// How long all is calm between two providers, in scenes: long enough for the incident to be resolved.
const CALM: u32 = 3;

/// Tells it again and again, until `stop`; each document stands for the time of a `scene`.
pub async fn tell(library: &Library, feeds: &Feeds, scene: Duration, stop: CancellationToken) {
    let changing = library.providers.iter().filter(|provider| provider.scenes.len() > 1);
    if wait(scene, &stop).await {
        return;
    }
    for provider in changing.cycle() {
        for document in provider.scenes.iter().skip(1) {
            feeds.show(&provider.slug, document);
            if wait(scene, &stop).await {
                return;
            }
        }
        if let Some(calm) = provider.scenes.first() {
            feeds.show(&provider.slug, calm);
        }
        if wait(CALM * scene, &stop).await {
            return;
        }
    }
    stop.cancelled().await;
}

/// True if it is time to stop.
async fn wait(span: Duration, stop: &CancellationToken) -> bool {
    tokio::time::timeout(span, stop.cancelled()).await.is_ok()
}
