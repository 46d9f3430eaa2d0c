//! The story: one provider after the other runs into trouble and out of it again.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::feeds::Feeds;
use super::library::Library;

/// How long each document stands.
const SCENE: Duration = Duration::from_secs(5);
/// How long all is calm between two providers: long enough for the incident to be resolved.
const CALM: Duration = Duration::from_secs(14);

/// Tells it again and again, until `stop`.
pub async fn tell(library: &Library, feeds: &Feeds, stop: CancellationToken) {
    let changing = library.providers.iter().filter(|provider| provider.scenes.len() > 1);
    if wait(SCENE, &stop).await {
        return;
    }
    for provider in changing.cycle() {
        for scene in provider.scenes.iter().skip(1) {
            feeds.show(&provider.slug, scene);
            if wait(SCENE, &stop).await {
                return;
            }
        }
        if let Some(calm) = provider.scenes.first() {
            feeds.show(&provider.slug, calm);
        }
        if wait(CALM, &stop).await {
            return;
        }
    }
    stop.cancelled().await;
}

/// True if it is time to stop.
async fn wait(span: Duration, stop: &CancellationToken) -> bool {
    tokio::time::timeout(span, stop.cancelled()).await.is_ok()
}
