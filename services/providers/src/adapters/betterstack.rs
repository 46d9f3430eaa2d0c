//! Better Stack: one JSON:API document in which the page, its sections, resources, reports and their updates refer to
//! one another, now by text and now by number, and at times to what is not there.

mod wire;

use std::collections::HashMap;

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderMaintenance, ProviderUpdate};
use kit_base::Timestamp;
use serde_json::Value;

use self::wire::{Attributes, Item, Whole};
use super::told::SCHEDULED;
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, Document, PLAIN, Told, text};

/// The family of Better Stack, formerly Better Uptime.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "betterstack",
    title: "Better Stack",
    read,
    recognises: |document| document.pointer("/data/type").and_then(Value::as_str) == Some("status_page"),
    paths: &["/index.json"],
    ages: true,
    ..PLAIN
};

/// The family's words for pages, resources and reports.
fn status(word: &str) -> Option<Status> {
    match word {
        "operational" | "resolved" => Some(Status::Operational),
        "degraded" => Some(Status::DegradedPerformance),
        "downtime" => Some(Status::MajorOutage),
        "maintenance" => Some(Status::UnderMaintenance),
        _ => None,
    }
}

fn read(document: &Document<'_>) -> Result<Told, Unreadable> {
    let Whole { data, included } = json_rooted(document.body, Root::Object, "the document of a page")?;
    let page = data.filter(|page| page.kind.as_deref() == Some("status_page")).ok_or_else(|| {
        Unreadable::Shape("a page of Better Stack has `data` of the type `status_page`, this has none".into())
    })?;
    let state = page.attributes.aggregate_state.as_deref();
    let Some(included) = included else {
        return Ok(Told { verdict: Some(verdict(state)), ..Told::default() });
    };
    let parts = Parts::of(&included, page.attributes.updated_at, document.fetched_at);
    let (works, incidents): (Vec<&Item>, Vec<&Item>) =
        parts.of_kind("status_report").filter(|report| !parts.is_over(report)).partition(is_maintenance);
    Ok(Told {
        verdict: Some(verdict(state)),
        components: Some(parts.components()),
        incidents: Some(incidents.into_iter().map(|report| parts.incident(report)).collect()),
        maintenances: Some(works.into_iter().map(|report| parts.maintenance(report)).collect()),
        ..Told::default()
    })
}

fn verdict(word: Option<&str>) -> Status {
    word.and_then(status).unwrap_or(Status::Unknown)
}

fn is_maintenance(report: &&Item) -> bool {
    report.attributes.report_type.as_deref() == Some("maintenance")
}

/// What a page includes, found again by id.
struct Parts<'a> {
    included: &'a [Item],
    updates: HashMap<&'a str, &'a Item>,
    /// The moment of the reading, or the newest that the document knows of.
    now: Option<Timestamp>,
}

impl<'a> Parts<'a> {
    fn of(included: &'a [Item], page_updated: Option<Timestamp>, fetched_at: Option<Timestamp>) -> Self {
        let updates: HashMap<&str, &Item> = included
            .iter()
            .filter(|item| item.kind.as_deref() == Some("status_update"))
            .filter_map(|update| Some((update.id.as_deref()?, update)))
            .collect();
        let written = updates.values().filter_map(|update| update.attributes.published_at);
        let now = fetched_at.or_else(|| written.chain(page_updated).max());
        Self { included, updates, now }
    }

    fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &'a Item> {
        self.included.iter().filter(move |item| item.kind.as_deref() == Some(kind))
    }

    /// What nobody monitors is not shown: it can be said neither that it is well nor that it is not.
    fn components(&self) -> Vec<ProviderComponent> {
        let sections: HashMap<&str, (&Item, usize)> = self
            .of_kind("status_page_section")
            .enumerate()
            .filter_map(|(place, section)| Some((section.id.as_deref()?, (section, place))))
            .collect();
        let section = |item: &Item| sections.get(item.attributes.status_page_section_id.as_deref()?).copied();
        let mut resources: Vec<&Item> = self
            .of_kind("status_page_resource")
            .filter(|resource| resource.attributes.status.as_deref() != Some("not_monitored"))
            .collect();
        resources.sort_by_key(|resource| {
            let place =
                section(resource).map(|(s, place)| (s.attributes.position.unwrap_or(i64::MAX), place));
            (place.unwrap_or((i64::MAX, usize::MAX)), resource.attributes.position.unwrap_or(i64::MAX))
        });
        let component = |resource: &&Item| {
            let id = resource.id.clone().unwrap_or_default();
            ProviderComponent {
                name: text::title(resource.attributes.public_name.as_deref().unwrap_or(&id)),
                group: section(resource).and_then(|(s, _)| s.attributes.name.as_deref()).map(text::title),
                status: resource.attributes.status.as_deref().and_then(status).unwrap_or(Status::Unknown),
                id,
                ..ProviderComponent::default()
            }
        };
        resources.iter().map(component).collect()
    }

    /// A report that is written by hand has no end even when it is over: its state tells. A maintenance may be left
    /// as it was announced, so that its end tells too.
    fn is_over(&self, report: &Item) -> bool {
        let has_ended = || report.attributes.ends_at.zip(self.now).is_some_and(|(end, now)| end <= now);
        match report.attributes.aggregate_state.as_deref() {
            Some("resolved") => true,
            Some("degraded" | "downtime") => false,
            _ => has_ended(),
        }
    }

    fn updates(&self, report: &Item) -> Vec<ProviderUpdate> {
        let linked = report.relationships.status_updates.data.iter().filter_map(|link| link.id.as_deref());
        let found = linked.filter_map(|id| self.updates.get(id));
        let mut updates: Vec<ProviderUpdate> = found
            .map(|update| ProviderUpdate {
                at: update.attributes.published_at,
                state: None,
                body: text::markdown_body(update.attributes.message.as_deref().unwrap_or_default()),
            })
            .collect();
        updates.sort_by_key(|update| std::cmp::Reverse(update.at));
        updates
    }

    fn incident(&self, report: &Item) -> ProviderIncident {
        let said = &report.attributes;
        let updates = self.updates(report);
        let worst =
            said.affected_resources.iter().map(|a| verdict(a.status.as_deref())).reduce(Status::worst);
        let state = said.aggregate_state.as_deref();
        ProviderIncident {
            id: report.id.clone().unwrap_or_default(),
            title: text::title(said.title.as_deref().unwrap_or("Untitled")),
            state: text::state(state.unwrap_or("unknown")),
            impact: state.and_then(status).or(worst).unwrap_or(Status::Unknown),
            components: affected_ids(said),
            started_at: said.starts_at,
            updated_at: updates.first().and_then(|newest| newest.at).or(said.starts_at),
            message: updates.first().map(|newest| newest.body.clone()).unwrap_or_default(),
            updates,
            url: None,
        }
    }

    fn maintenance(&self, report: &Item) -> ProviderMaintenance {
        let said = &report.attributes;
        let has_begun = said.starts_at.zip(self.now).is_some_and(|(start, now)| start <= now);
        ProviderMaintenance {
            id: report.id.clone().unwrap_or_default(),
            title: text::title(said.title.as_deref().unwrap_or("Untitled")),
            state: if has_begun { "in_progress" } else { SCHEDULED }.to_owned(),
            components: affected_ids(said),
            starts_at: said.starts_at,
            ends_at: said.ends_at,
            url: None,
        }
    }
}

fn affected_ids(said: &Attributes) -> Vec<String> {
    said.affected_resources.iter().filter_map(|affected| affected.status_page_resource_id.clone()).collect()
}
