//! The incidents service behind the server that the program has, with its timers; whoever has a token may do anything.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use kit_base::{Authenticator, Caller, Problem, Role, Setting, Settings};
use kit_runtime::Context;

use crate::http::server::{context, in_words, put_up, until_the_end};

/// Believes whoever asks.
pub struct Everybody;

#[async_trait]
impl Authenticator for Everybody {
    async fn authenticate(&self, _: &str) -> Result<Option<Caller>, Problem> {
        Ok(Some(Caller::new("bench", "Bench", Role::Admin)))
    }
}

/// Serves until the standard input ends, on the store in this folder.
pub fn serve(words: &[String]) -> Result<(), String> {
    let folder = words.first().ok_or("a folder is missing")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(in_words)?;
    runtime.block_on(until_the_end(incidents(Path::new(folder))))
}

async fn incidents(folder: &Path) -> Result<(), String> {
    let (context, transport) = context(folder)?;
    let context = for_years(context);
    let service = incidents::build(&context).map_err(in_words)?;
    for task in service.tasks {
        tokio::spawn(task.run(context.stop.clone()));
    }
    put_up(service.web, context, &transport, "anybody").await
}

/// Whoever asks is believed, and five years of intervals stay.
pub(super) fn for_years(context: Context) -> Context {
    let keep = |setting: &&Setting| setting.name == "incidents.keep_intervals";
    let settings = incidents::SETTINGS.iter().filter(keep);
    let settings =
        settings.fold(Settings::clone(&context.settings), |settings, keep| settings.with(keep, "2200d"));
    Context { authenticator: Arc::new(Everybody), settings: Arc::new(settings), ..context }
}
