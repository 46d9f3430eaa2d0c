//! Every setting of the program in one list, and where their values are read.

use std::path::{Path, PathBuf};

use kit_base::Setting;
use kit_base::settings::{Kind, Settings, Sources};

use crate::cli::Common;
use crate::demo;
use crate::targets::TARGETS;

const DATA_DIR: Setting =
    Setting::new("data_dir", Kind::Path, "data", "the folder for everything that is kept")
        .also(&["DATA_DIR"]);

const FILE: &str = "polystatus.toml";
const DOTENV: &str = ".env";

/// Reads the settings, or tells every mistake in them, one a line.
pub fn read(common: &Common) -> Result<Settings, String> {
    let mut declared = vec![DATA_DIR, demo::SCENE];
    declared.extend(kit_web::SETTINGS);
    declared.extend(kit_runtime::SETTINGS);
    declared.extend(kit_mail::SETTINGS);
    declared.extend(TARGETS.iter().flat_map(|target| target.settings));
    declared.extend(TARGETS.iter().map(|target| target.peer));

    let flags = [
        ("web.listen", common.listen.clone()),
        (DATA_DIR.name, common.data_dir.as_ref().map(|path| path.display().to_string())),
    ];
    let sources = Sources {
        file: text_of(FILE)?,
        dotenv: text_of(DOTENV)?,
        environment: std::env::vars_os()
            .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)))
            .collect(),
        flags: flags.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
    };
    Settings::load(&declared, &sources).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(|error| format!("\n  {error}")).collect();
        format!("the settings cannot be used:{}", lines.concat())
    })
}

/// The data folder that the settings name.
pub fn data_dir(settings: &Settings) -> PathBuf {
    settings.path(&DATA_DIR)
}

fn text_of(file: &str) -> Result<Option<(String, String)>, String> {
    if !Path::new(file).exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(file).map_err(|error| format!("{file} cannot be read: {error}"))?;
    Ok(Some((file.to_owned(), text)))
}
