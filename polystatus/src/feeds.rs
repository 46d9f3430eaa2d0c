//! `polystatus providers`: feeds read, pages looked at and the catalogue searched from a terminal.

use std::path::{Path, PathBuf};

use providers::adapters::{self, Adapter};
use providers::{catalogue, read};
use serde_json::json;

use crate::cli::{Common, Providers};
use crate::settings;
use crate::terminal::{progress, say};

/// Does what is asked for.
pub async fn run(common: &Common, what: Providers) -> Result<(), String> {
    match what {
        Providers::Read { adapter, url, files, together } => {
            let adapter = adapter.as_deref().map(named).transpose()?;
            match url {
                Some(url) => {
                    let settings = settings::read(common)?;
                    let documents = providers::fetch_once(&settings, adapter, &url).await?;
                    say(read::line(&url, read::together(adapter, &documents)))
                }
                None if together => all_as_one(adapter, &files),
                None => each(adapter, &files),
            }
        }
        Providers::Detect { urls } => detect(common, &urls).await,
        Providers::List { words } => catalogue::search(&words.join(" ")).try_for_each(|entry| {
            let known = adapters::named(&entry.adapter).map_or("-", Adapter::name);
            say(format_args!("{:<32} {known:<18} {}", entry.slug, entry.page_url))
        }),
        Providers::Adapters => adapters::names()
            .filter_map(adapters::named)
            .try_for_each(|adapter| say(format_args!("{:<18} {}", adapter.name(), adapter.title()))),
    }
}

fn named(name: &str) -> Result<&'static Adapter, String> {
    adapters::named(name).ok_or_else(|| {
        let names: Vec<&str> = adapters::names().collect();
        format!("there is no adapter {name:?}; choose one of {}", names.join(", "))
    })
}

fn document(file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}

fn each(adapter: Option<&'static Adapter>, files: &[PathBuf]) -> Result<(), String> {
    files.iter().try_for_each(|file| {
        let body = document(file)?;
        say(read::line(&file.display().to_string(), read::together(adapter, &[body])))
    })
}

fn all_as_one(adapter: Option<&'static Adapter>, files: &[PathBuf]) -> Result<(), String> {
    let bodies: Vec<Vec<u8>> = files.iter().map(|file| document(file)).collect::<Result<_, _>>()?;
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    say(read::line(&names.join(", "), read::together(adapter, &bodies)))
}

/// One page that cannot be read is a line like the others; the command fails only where all are such.
async fn detect(common: &Common, urls: &[String]) -> Result<(), String> {
    let settings = settings::read(common)?;
    let mut is_any_found = false;
    for (done, url) in urls.iter().enumerate() {
        let line = match providers::detect_once(&settings, url).await {
            Ok(found) => {
                is_any_found = true;
                json!({ "url": url, "found": found })
            }
            Err(reason) => json!({ "url": url, "error": reason }),
        };
        say(line)?;
        if urls.len() > 1 {
            progress("pages", done + 1, urls.len());
        }
    }
    if is_any_found { Ok(()) } else { Err("nothing that can be read was found".to_owned()) }
}
