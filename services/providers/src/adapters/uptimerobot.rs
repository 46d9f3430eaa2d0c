//! UptimeRobot: the list of monitors that a page loads, at most a page of it at a time, beside counts of all of them.

use contracts::Status;
use contracts::providers::ProviderComponent;
use serde::Deserialize;
use serde_json::Value;

use super::lenient::{id, or_default, text as lenient_text, whole};
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, PLAIN, Told, text};

/// The family of UptimeRobot.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "uptimerobot",
    title: "UptimeRobot",
    read: |document| read(document.body),
    recognises: |document| {
        document.pointer("/psp/monitors").is_some_and(Value::is_array)
            || ["/data/0/statusClass", "/monitor/statusClass"]
                .iter()
                .any(|path| document.pointer(path).is_some_and(Value::is_string))
    },
    paths: &["/api/getMonitorList/{slug}"],
    ..PLAIN
};

#[derive(Deserialize)]
#[serde(expecting = "a list of monitors")]
struct Document {
    #[serde(default, deserialize_with = "lenient_text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    message: Option<String>,
    psp: Option<Page>,
    data: Option<Vec<Monitor>>,
    /// A page of one monitor has it by itself.
    monitor: Option<Monitor>,
    #[serde(default, deserialize_with = "or_default")]
    statistics: Option<Statistics>,
}

#[derive(Deserialize)]
#[serde(expecting = "a page")]
struct Page {
    monitors: Option<Vec<Monitor>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a monitor")]
struct Monitor {
    #[serde(default, rename = "monitorId", alias = "id", deserialize_with = "id")]
    id: Option<String>,
    #[serde(default, alias = "friendlyName", deserialize_with = "lenient_text")]
    name: Option<String>,
    #[serde(default, rename = "statusClass", deserialize_with = "lenient_text")]
    status: Option<String>,
}

#[derive(Deserialize)]
struct Statistics {
    #[serde(default, deserialize_with = "or_default")]
    counts: Counts,
}

/// Counts of all monitors, also of those that are not on this page of the list.
#[derive(Default, Deserialize)]
struct Counts {
    #[serde(default, deserialize_with = "whole")]
    up: Option<i64>,
    #[serde(default, deserialize_with = "whole")]
    down: Option<i64>,
}

fn read(body: &[u8]) -> Result<Told, Unreadable> {
    let document: Document = json_rooted(body, Root::Object, "a list of monitors")?;
    let listed = document.psp.and_then(|page| page.monitors).or(document.data);
    let Some(monitors) = listed.or(document.monitor.map(|monitor| vec![monitor])) else {
        return Err(match document.message {
            Some(words) => Unreadable::Refused(text::line(&words, 200)),
            None => Unreadable::Shape(
                "UptimeRobot lists monitors in `psp.monitors` or `data`, this has neither".to_owned(),
            ),
        });
    };
    if document.status.as_deref().is_some_and(|word| word != "ok") {
        return Err(Unreadable::Refused("UptimeRobot says that the list is not in order".to_owned()));
    }
    let counts = document.statistics.map(|statistics| statistics.counts).unwrap_or_default();
    let components: Vec<ProviderComponent> = monitors.into_iter().filter_map(component).collect();
    Ok(Told { verdict: verdict(&counts), components: Some(components), up_or_down: true, ..Told::default() })
}

/// What is down counts also where it is on a later page of the list. That nothing is says less than the monitors do.
fn verdict(counts: &Counts) -> Option<Status> {
    let is_any_up = counts.up.unwrap_or(0) > 0;
    let down = counts.down.filter(|down| *down > 0);
    down.map(|_| if is_any_up { Status::PartialOutage } else { Status::MajorOutage })
}

/// A monitor that is paused is not shown: nobody looks how it is.
fn component(monitor: Monitor) -> Option<ProviderComponent> {
    let status = match monitor.status.as_deref() {
        Some("success") => Status::Operational,
        Some("warning") => Status::DegradedPerformance,
        Some("danger") => Status::MajorOutage,
        Some("black") => return None,
        _ => Status::Unknown,
    };
    let id = monitor.id.unwrap_or_default();
    let name = text::title(monitor.name.as_deref().unwrap_or(&id));
    Some(ProviderComponent { id, name, status, ..ProviderComponent::default() })
}
