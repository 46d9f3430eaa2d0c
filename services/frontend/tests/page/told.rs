//! The pages beside the status page: what they tell of a component, an incident, a provider, and what they keep inside.

use contracts::Status;
use contracts::reports::{Baseline, ReportHistory, ReportQuarter};
use frontend::view::{
    Asked, ComponentView, IncidentView, Neighbour, Place, component_view, history_view, incident_view,
    provider_view, status_view,
};
use frontend::{Missing, Service, Snapshot};

use crate::states::{self, ago, component, incident, now};

fn of_component(snapshot: &Snapshot, slug: &str) -> Option<ComponentView> {
    component_view(snapshot, None, None, now(), "Acme", slug)
}

fn of_incident(snapshot: &Snapshot, id: &str) -> Option<IncidentView> {
    let incident = snapshot.incidents.iter().find(|incident| incident.id == id).unwrap();
    incident_view(snapshot, incident, now(), "Acme")
}

fn told(neighbours: &[Neighbour]) -> Vec<(&str, Status)> {
    neighbours.iter().map(|one| (one.name.as_str(), one.status)).collect()
}

#[test]
fn a_component_stands_between_what_it_needs_and_what_needs_it() {
    let mut snapshot = states::outage();
    snapshot.components.push(component("Shadow", "", &["deployments"]));
    snapshot.components[0].depends_on.push("vault".to_owned());
    let website = of_component(&snapshot, "website").unwrap();
    let needs = [("Cloudflare", Status::Operational), ("Deployments", Status::PartialOutage)];
    assert_eq!(told(&website.needs), needs, "what is the team's own is left out");
    let deployments = of_component(&snapshot, "deployments").unwrap();
    // GitHub is in trouble and does not name this part: nobody can tell.
    assert_eq!(told(&deployments.needs), [("actions", Status::Unknown)]);
    assert_eq!(deployments.needs[0].of, "GitHub");
    let by = [("Website", Status::DegradedPerformance), ("Shadow", Status::Operational)];
    assert_eq!(told(&deployments.needed_by), by);
    assert_eq!(deployments.incidents.len(), 1);
    assert!(of_component(&snapshot, "vault").is_none() && of_component(&snapshot, "nope").is_none());
}

#[test]
fn a_part_of_a_provider_is_unknown_while_nobody_reads_it() {
    let mut snapshot = states::quiet();
    let need = |snapshot: &Snapshot| of_component(snapshot, "payments").unwrap().needs[0].status;
    assert_eq!(need(&snapshot), Status::Operational);
    snapshot.missing = vec![Missing { what: Service::Providers, since: ago(3) }];
    assert_eq!(need(&snapshot), Status::Unknown);
    let mut snapshot = states::quiet();
    snapshot.providers.iter_mut().for_each(|provider| provider.stale_since = Some(ago(3)));
    assert_eq!(need(&snapshot), Status::Unknown);
    assert_eq!(
        provider_view(&snapshot, "stripe", Asked::default(), now(), "Acme").unwrap().cell.status,
        Status::Unknown
    );
}

#[test]
fn old_good_news_are_unknown_on_the_page_of_a_component_too() {
    let view = of_component(&states::missing(), "search").unwrap();
    assert_eq!((view.status, view.was), (Status::Unknown, Some("Operational")));
    assert_eq!(view.frame.title, "○ Search: Unknown · Acme");
    assert_eq!(view.missing.len(), 1);
}

#[test]
fn what_was_announced_stands_once_and_by_its_word() {
    let view = of_incident(&states::outage(), "INC-3HJ8KD2V").unwrap();
    let words: Vec<&str> = view.entries.iter().map(|entry| entry.word).collect();
    assert_eq!(words, ["Monitoring", "Noticed", "Identified", "Update", "Noticed"]);
    assert!(view.entries.iter().all(|entry| !entry.text.contains("second runner")), "notes stay inside");
    let page = status_view(&states::outage(), now(), "Acme");
    let newest = page.incidents[0].newest.clone().unwrap();
    assert_eq!(newest.text, "The first builds go through again. We are watching the queue.");
    assert_eq!(page.banners[0].word, "Good to know");
}

#[test]
fn an_incident_of_the_teams_own_has_no_page() {
    let mut snapshot = states::quiet();
    snapshot.incidents.push(incident("INC-AAAAAAAA", "The vault is open", 1, &["vault"]));
    assert!(of_incident(&snapshot, "INC-AAAAAAAA").is_none());
    let place = Place { page: 1, component: None };
    let history = history_view(&snapshot, None, &place, now(), "Acme");
    let months: Vec<(&str, usize)> =
        history.months.iter().map(|month| (month.name.as_str(), month.days.len())).collect();
    assert_eq!(months, [("November 2026", 2)]);
    let days = history.months[0].days.iter().flat_map(|day| &day.incidents);
    let titles: Vec<&str> = days.map(|incident| incident.title.as_str()).collect();
    assert_eq!(titles, ["Search results were up to an hour old", "Some card payments were declined"]);
}

#[test]
fn a_chart_is_drawn_to_its_height() {
    let baseline = Baseline { usual: 2.0, low: 0.0, high: 5.0, alarm: 11.0 };
    let quarter = |nth: u64, count| ReportQuarter {
        start: ago((95 - nth) * 15),
        count,
        baseline: (nth >= 48).then_some(baseline),
    };
    let reports = ReportHistory {
        component: "website".to_owned(),
        level: None,
        since: Some(ago(4000)),
        recent: 3,
        quarters: (0..96).map(|nth| quarter(nth, if nth == 95 { 8 } else { 0 })).collect(),
        changes: Vec::new(),
    };
    let view = component_view(&states::quiet(), Some(&reports), None, now(), "Acme", "website").unwrap();
    let chart = view.reports.unwrap();
    assert_eq!((chart.top, chart.total, chart.recent), (10, 8, 3));
    assert_eq!((chart.area.as_str(), chart.edge.as_str()), ("M0 100V100H95V20H96V100Z", "M0 100H95V20H96"));
    assert_eq!(chart.band, "M48 50H96V100H48Z");
    assert_eq!(chart.peak.map(|(count, at)| (count, at.clock)), Some((8, "14:17 UTC".to_owned())));
    assert_eq!((chart.usual.as_deref(), chart.rows.len(), chart.since), (Some("0 to 5"), 1, None));
}
