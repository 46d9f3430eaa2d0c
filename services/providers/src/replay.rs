//! Turns a recorded Google Cloud document, which keeps closed incidents with all that was written about them,
//! back into the documents that stood there while they went on. So a recording can be told as a story.

use std::time::Duration;

use contracts::providers::Reading;
use kit_base::Timestamp;
use serde_json::{Map, Value};

use crate::adapters;

const MINUTE: Duration = Duration::from_secs(60);

/// `document` as it stood at `moment`: without the incidents that nobody knew of yet and without what was
/// written later, and what ended later is open. `None` if it is no document of Google Cloud or Google
/// Workspace.
pub fn as_of(document: &[u8], moment: Timestamp) -> Option<Vec<u8>> {
    let then: Vec<Value> =
        incidents(document)?.into_iter().filter_map(|incident| rewind(incident, moment)).collect();
    serde_json::to_vec(&then).ok()
}

/// The moments at which `document` tells a story, in order: before anything happened, in the midst of each
/// incident that did harm, and after its end. Empty if there was none.
pub fn moments(document: &[u8]) -> Vec<Timestamp> {
    let incidents = incidents(document).unwrap_or_default();
    let mut moments: Vec<Timestamp> = incidents.iter().filter_map(midst_and_end).flatten().collect();
    if moments.is_empty() {
        return moments;
    }
    moments.extend(incidents.iter().filter_map(known_since).min().map(|first| first.minus(MINUTE)));
    moments.sort_unstable();
    moments.dedup();
    moments
}

/// The incidents in `document`, once the adapter says that they are some.
fn incidents(document: &[u8]) -> Option<Vec<Map<String, Value>>> {
    adapters::named("gcp")?.read(document).ok()?;
    let text = std::str::from_utf8(document).ok()?.trim_start_matches('\u{feff}');
    serde_json::from_str(text).ok()
}

/// One incident as it stood at `moment`, if it was known by then.
fn rewind(mut incident: Map<String, Value>, moment: Timestamp) -> Option<Value> {
    if known_since(&incident).is_none_or(|known| known > moment) {
        return None;
    }
    if ended(&incident).is_some_and(|end| end > moment) {
        incident.insert("end".to_owned(), Value::Null);
    }
    let mut updates = updates(&incident);
    updates.retain(|update| written(update).is_none_or(|when| when <= moment));
    // They come newest first, which decides where their times do not.
    let newest = updates.iter().rev().max_by_key(|update| written(update)).cloned().unwrap_or(Value::Null);
    incident.remove("most-recent-update");
    if let Some(when) = newest.get("when")
        && moment_of(incident.get("modified")).is_some_and(|modified| modified > moment)
    {
        incident.insert("modified".to_owned(), when.clone());
    }
    incident.insert("most_recent_update".to_owned(), newest);
    incident.insert("updates".to_owned(), Value::Array(updates));
    Some(Value::Object(incident))
}

/// When an incident came to be in the document: often hours after it had begun, when it was first written
/// about.
fn known_since(incident: &Map<String, Value>) -> Option<Timestamp> {
    let created = moment_of(incident.get("created"));
    let began = moment_of(incident.get("begin")).or(created)?;
    let first_told = updates(incident).iter().filter_map(written).min();
    Some(first_told.or(created).map_or(began, |told| told.max(began)))
}

/// When the middle one of the updates stood there that say that something is wrong, and when all was over.
fn midst_and_end(incident: &Map<String, Value>) -> Option<Vec<Timestamp>> {
    let told = updates(incident);
    let mut harmful: Vec<Timestamp> =
        told.iter().filter_map(written).filter(|at| does_harm(incident, *at)).collect();
    harmful.sort_unstable();
    let middle = *harmful.get(harmful.len() / 2)?;
    let over = ended(incident).map(|end| end.plus(MINUTE));
    Some([middle].into_iter().chain(over).collect())
}

fn does_harm(incident: &Map<String, Value>, moment: Timestamp) -> bool {
    let reading = || -> Option<Reading> {
        let then = serde_json::to_vec(&[rewind(incident.clone(), moment)?]).ok()?;
        adapters::named("gcp")?.read(&then).ok()
    };
    reading().is_some_and(|reading| reading.overall.is_trouble())
}

fn updates(incident: &Map<String, Value>) -> Vec<Value> {
    incident.get("updates").and_then(Value::as_array).cloned().unwrap_or_default()
}

fn written(update: &Value) -> Option<Timestamp> {
    moment_of(update.get("when"))
}

fn ended(incident: &Map<String, Value>) -> Option<Timestamp> {
    moment_of(incident.get("end"))
}

fn moment_of(field: Option<&Value>) -> Option<Timestamp> {
    adapters::parse_moment(field?.as_str()?)
}
