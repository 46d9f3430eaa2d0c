//! `polystatus import`: another tool's history, taken over through the API in parts.

use std::path::PathBuf;

use contracts::incidents::{Past, PastIncident, PastTaken, Taken};
use http::Method;
use incidents::import::{Reading, Tool, read};
use kit_base::settings::Settings;
use kit_store::DataDir;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::compose::House;
use crate::crew::Crew;
use crate::inside::Inside;
use crate::terminal::{progress, say};
use crate::{documents, settings};

/// Incidents that are sent at once.
const PART: usize = 100;
/// Lines of what was left out that are shown; of the rest there is the number.
const MOST_SHOWN: usize = 20;

/// Reads the files and takes over what they tell, or says what would be.
pub async fn run(settings: Settings, tool: &str, files: Vec<PathBuf>, dry_run: bool) -> Result<(), String> {
    let Some(tool) = Tool::named(tool) else {
        let names = Tool::ALL.map(Tool::name).join(", ");
        return Err(format!("{tool:?} is no tool whose history can be read; choose one of {names}"));
    };
    let documents: Result<Vec<(String, Value)>, String> =
        files.iter().map(|file| Ok((file.display().to_string(), documents::read(file)?))).collect();
    let Reading { history, passed_over } = read(tool, &documents?)?;
    let folder = DataDir::take(&settings::data_dir(&settings))?;
    let house = House::build(Crew::all(), settings, folder.path(), CancellationToken::new()).await?;
    let api = Inside::enter(house).await?;
    let taken = send(&api, &history, dry_run).await;
    api.leave().await?;
    tell(taken?, passed_over)
}

/// Sends the history in parts. Each names the components of its incidents, so that a part can be tried by itself.
async fn send(api: &Inside, history: &Past, dry_run: bool) -> Result<PastTaken, String> {
    let path = format!("/api/v1/incidents/import?dry_run={dry_run}");
    let all = history.incidents.len();
    let mut total = PastTaken { dry_run, ..PastTaken::default() };
    let parts: Vec<&[PastIncident]> = history.incidents.chunks(PART).collect();
    let first = parts.first().copied().unwrap_or_default();
    for (n, part) in [first].into_iter().chain(parts.into_iter().skip(1)).enumerate() {
        let named = |slug: &String| part.iter().any(|incident| incident.services.contains(slug));
        let components = history.components.iter().filter(|component| n == 0 || named(&component.slug));
        let body = Past {
            origin: history.origin.clone(),
            components: components.cloned().collect(),
            incidents: part.to_vec(),
        };
        let body = serde_json::to_value(body).map_err(|error| error.to_string())?;
        let (status, answer) = api.send(Method::POST, &path, Some(&body)).await?;
        if !status.is_success() {
            return Err(format!("{status} {answer}; what came before it is taken over"));
        }
        let taken: PastTaken = serde_json::from_value(answer).map_err(|error| error.to_string())?;
        if n == 0 {
            total.components = taken.components;
        }
        add(&mut total.incidents, taken.incidents);
        add(&mut total.updates, taken.updates);
        total.left_out.extend(taken.left_out);
        progress("incidents", (n * PART + part.len()).min(all), all);
    }
    Ok(total)
}

fn add(total: &mut Taken, more: Taken) {
    total.created += more.created;
    total.changed += more.changed;
    total.unchanged += more.unchanged;
}

fn tell(taken: PastTaken, passed_over: Vec<String>) -> Result<(), String> {
    if taken.dry_run {
        say("nothing was stored; this is what would be:")?;
    }
    for (what, Taken { created, changed, unchanged }) in
        [("components", taken.components), ("incidents", taken.incidents), ("updates", taken.updates)]
    {
        say(format_args!("{what}: {created} created, {changed} changed, {unchanged} unchanged"))?;
    }
    let refused = taken.left_out.into_iter().map(|one| format!("{}: {}", one.what, one.reason));
    let left_out: Vec<String> = passed_over.into_iter().chain(refused).collect();
    for line in left_out.iter().take(MOST_SHOWN) {
        say(format_args!("left out: {line}"))?;
    }
    match left_out.len().checked_sub(MOST_SHOWN) {
        Some(more) if more > 0 => say(format_args!("left out: {more} more")),
        _ => Ok(()),
    }
}
