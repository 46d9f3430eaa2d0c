//! The providers service behind the server that the program has, with its poller; whoever has a token may do anything.

use std::path::Path;
use std::sync::Arc;

use kit_base::Settings;
use kit_runtime::Context;

use crate::http::server::{context, in_words, put_up, until_the_end};
use crate::uptime::Everybody;

/// Serves until the standard input ends, on the store in this folder.
pub fn serve(words: &[String]) -> Result<(), String> {
    let folder = words.first().ok_or("a folder is missing")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(in_words)?;
    runtime.block_on(until_the_end(poller(Path::new(folder))))
}

async fn poller(folder: &Path) -> Result<(), String> {
    let (context, transport) = context(folder)?;
    let settings = Settings::clone(&context.settings).with(&kit_web::outbound::ALLOW, "127.0.0.1");
    let context = Context { settings: Arc::new(settings), authenticator: Arc::new(Everybody), ..context };
    let service = providers::build(&context).map_err(in_words)?;
    for task in service.tasks {
        tokio::spawn(task.run(context.stop.clone()));
    }
    put_up(service.web, context, &transport, "anybody").await
}
