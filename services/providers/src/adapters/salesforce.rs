//! Salesforce's status API, which Heroku, Tableau and `MuleSoft` are on too: instances with what is wrong with each, and
//! lists of incidents and of maintenances that name instances.

mod wire;

use std::collections::{HashMap, HashSet};

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderMaintenance, ProviderUpdate};
use kit_base::Timestamp;
use serde_json::Value;

use self::wire::{Instance, Notice, Probe, Product};
use super::told::SCHEDULED;
use super::unreadable::{Root, Unreadable, begins_with, json_rooted};
use super::{Adapter, Document, PLAIN, Told, text};

/// The family of Salesforce's status page.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "salesforce",
    title: "Salesforce Trust",
    read,
    recognises,
    hosts: &[
        (
            "status.salesforce.com/products/Heroku",
            "https://api.status.salesforce.com/v1/instances?products=Heroku",
        ),
        ("status.salesforce.com/products/Tableau", "https://api.status.salesforce.com/v1/products/Tableau"),
        ("status.salesforce.com", "https://api.status.salesforce.com/v1/incidents/active"),
    ],
    companions: maintenances_beside,
    ages: true,
    ..PLAIN
};

/// The instances of one product do not name what is announced for them.
fn maintenances_beside(url: &str) -> Vec<String> {
    let product = url.split_once("/v1/instances?products=");
    let beside = product.map(|(host, product)| format!("{host}/v1/maintenances?product={product}"));
    beside.into_iter().collect()
}

fn recognises(document: &Value) -> bool {
    let is_instance = |value: &Value| value.get("key").is_some() && value.get("environment").is_some();
    let is_notice = |value: &Value| value.get("instanceKeys").is_some_and(Value::is_array);
    let first = document.get(0).unwrap_or(document);
    document.get("Instances").is_some_and(Value::is_array) || is_instance(first) || is_notice(first)
}

fn read(document: &Document<'_>) -> Result<Told, Unreadable> {
    if begins_with(document.body, '{') {
        let product: Product = json_rooted(document.body, Root::Object, "a product")?;
        let instances = match product.instances {
            Some(instances) => instances,
            None => vec![json_rooted(document.body, Root::Object, "an instance")?],
        };
        return of_instances(instances, document.fetched_at);
    }
    let listed: Vec<Probe> = json_rooted(document.body, Root::List, "a list of instances or incidents")?;
    // No incident is no instance either, so that an empty list does not say what there is none of.
    let Some(first) = listed.first() else { return Ok(Told::default()) };
    if first.environment.is_some() {
        return of_instances(
            json_rooted(document.body, Root::List, "a list of instances")?,
            document.fetched_at,
        );
    }
    of_notices(json_rooted(document.body, Root::List, "a list of incidents")?, document.fetched_at)
}

/// The instances that count: those in use for production, by their places.
fn of_instances(instances: Vec<Instance>, fetched_at: Option<Timestamp>) -> Result<Told, Unreadable> {
    if instances.is_empty() || !instances.iter().all(Instance::is_one) {
        let why =
            "instances of Salesforce have a `key`, a `status` and an `environment`, this has none of them";
        return Err(Unreadable::Shape(why.to_owned()));
    }
    let counting: Vec<Instance> = instances.into_iter().filter(Instance::counts).collect();
    let notices = |pick: fn(&Instance) -> &Vec<Notice>| {
        let listed =
            counting.iter().flat_map(move |i| pick(i).iter().map(|notice| (notice, i.key.as_deref())));
        gathered(listed)
    };
    let works = notices(|instance| &instance.maintenances);
    let incidents = notices(|instance| &instance.incidents);
    let now = fetched_at.or_else(|| newest(works.iter().chain(&incidents).map(|(notice, _)| *notice)));
    Ok(Told {
        incidents: Some(open_incidents(&incidents)),
        maintenances: counting
            .iter()
            .any(|instance| instance.tells_maintenances)
            .then(|| open_maintenances(&works, now)),
        components: Some(counting.iter().map(component).collect()),
        ..Told::default()
    })
}

/// Incidents, or maintenances, by themselves, each with the instances that it is about.
fn of_notices(listed: Vec<Notice>, fetched_at: Option<Timestamp>) -> Result<Told, Unreadable> {
    if !listed.iter().all(Notice::is_one) {
        let why = "incidents of Salesforce have an `id` and `instanceKeys`, this has none or something else";
        return Err(Unreadable::Shape(why.to_owned()));
    }
    let now = fetched_at.or_else(|| newest(listed.iter()));
    let is_maintenance = listed.iter().any(Notice::is_maintenance);
    let gathered = gathered(listed.iter().map(|notice| (notice, None)));
    Ok(if is_maintenance {
        Told { maintenances: Some(open_maintenances(&gathered, now)), ..Told::default() }
    } else {
        let names =
            listed.iter().flat_map(|notice| notice.instance_keys.iter().map(|k| (k.clone(), k.clone())));
        Told { incidents: Some(open_incidents(&gathered)), names: names.collect(), ..Told::default() }
    })
}

fn newest<'a>(notices: impl Iterator<Item = &'a Notice>) -> Option<Timestamp> {
    notices.flat_map(|notice| [notice.updated_at, notice.created_at]).flatten().max()
}

/// Each notice once, with all the instances that list it or that it names.
fn gathered<'a>(
    listed: impl Iterator<Item = (&'a Notice, Option<&'a str>)>,
) -> Vec<(&'a Notice, Vec<String>)> {
    let mut gathered: Vec<(&Notice, Vec<String>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (notice, instance) in listed {
        let known =
            notice.id.as_deref().and_then(|id| places.get(id)).and_then(|place| gathered.get_mut(*place));
        if let Some((_, instances)) = known {
            instances.extend(instance.map(str::to_owned));
            continue;
        }
        if let Some(id) = notice.id.as_deref() {
            places.insert(id, gathered.len());
        }
        // Where an instance lists it, the others that it names may be no part of this document.
        let instances = instance.map_or_else(|| notice.instance_keys.clone(), |key| vec![key.to_owned()]);
        gathered.push((notice, instances));
    }
    for (_, instances) in &mut gathered {
        let mut seen = HashSet::new();
        instances.retain(|key| seen.insert(key.clone()));
    }
    gathered
}

fn component(instance: &Instance) -> ProviderComponent {
    let key = instance.key.clone().unwrap_or_default();
    ProviderComponent {
        name: text::title(&key),
        region: instance.location.as_deref().map(text::title),
        status: instance.status.as_deref().map_or(Status::Unknown, status),
        id: key,
        ..ProviderComponent::default()
    }
}

/// The words for instances. What touches the core is worse than what does not.
fn status(word: &str) -> Status {
    match word {
        "OK" | "INFORMATIONAL" | "INFORMATIONAL_CORE" | "INFORMATIONAL_NONCORE" => Status::Operational,
        "MAINTENANCE" | "MAINTENANCE_CORE" | "MAINTENANCE_NONCORE" => Status::UnderMaintenance,
        "MINOR_INCIDENT" | "MINOR_INCIDENT_CORE" | "MINOR_INCIDENT_NONCORE" => Status::DegradedPerformance,
        "MAJOR_INCIDENT_NONCORE" => Status::PartialOutage,
        "MAJOR_INCIDENT" | "MAJOR_INCIDENT_CORE" => Status::MajorOutage,
        _ => Status::Unknown,
    }
}

fn open_incidents(gathered: &[(&Notice, Vec<String>)]) -> Vec<ProviderIncident> {
    let open = gathered.iter().filter(|(notice, _)| !notice.is_over());
    open.map(|(notice, instances)| incident(notice, instances)).collect()
}

fn incident(notice: &Notice, instances: &[String]) -> ProviderIncident {
    let mut updates: Vec<ProviderUpdate> = notice
        .events
        .iter()
        .map(|event| ProviderUpdate {
            at: event.created_at,
            state: event.kind.as_deref().map(text::state),
            body: text::markdown_body(event.message.as_deref().unwrap_or_default()),
        })
        .collect();
    updates.sort_by_key(|update| std::cmp::Reverse(update.at));
    let newest = updates.first();
    ProviderIncident {
        id: notice.id.clone().unwrap_or_default(),
        title: notice.title(),
        state: newest.and_then(|update| update.state.clone()).unwrap_or_else(|| "open".to_owned()),
        impact: notice.impact(),
        components: instances.to_vec(),
        started_at: notice.began(),
        updated_at: newest.and_then(|update| update.at).or(notice.updated_at),
        message: newest.map(|update| update.body.clone()).unwrap_or_default(),
        url: notice.url("incidents"),
        updates,
    }
}

fn open_maintenances(
    gathered: &[(&Notice, Vec<String>)],
    now: Option<Timestamp>,
) -> Vec<ProviderMaintenance> {
    let open = gathered.iter().filter(|(notice, _)| !notice.is_past(now));
    open.map(|(notice, instances)| ProviderMaintenance {
        id: notice.id.clone().unwrap_or_default(),
        title: notice.title(),
        state: if notice.has_begun(now) { "in_progress" } else { SCHEDULED }.to_owned(),
        components: instances.clone(),
        starts_at: notice.planned_start,
        ends_at: notice.planned_end,
        url: notice.url("maintenances"),
    })
    .collect()
}
