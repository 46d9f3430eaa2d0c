//! The sentence at the top: plain words, the worst first, and never more than is known.

use contracts::Status;
use contracts::incidents::IncidentStatus;
use frontend::snapshot::STALE_AFTER;
use frontend::view::{StatusView, status_view};
use frontend::{Missing, Service, Snapshot};

use crate::states::{self, ago, incident, now, reason, set};

fn view(snapshot: &Snapshot) -> StatusView {
    status_view(snapshot, now(), "Acme status")
}

fn sentence(snapshot: &Snapshot) -> String {
    view(snapshot).verdict.sentence
}

#[test]
fn every_state_has_its_sentence() {
    let said: Vec<(&str, String)> =
        states::all().iter().map(|(name, s)| (*name, view(s).verdict.sentence)).collect();
    let expected = [
        ("quiet", "All systems operational"),
        ("outage", "New versions of customer sites are not going live"),
        ("major", "Payments is down"),
        ("unknown", "We cannot tell how Mail is"),
        ("maintenance", "Search is under maintenance"),
        ("many", "3 components have problems"),
        ("empty", "There are no components yet"),
        ("missing", "Some of what we know is missing"),
    ];
    for ((name, said), expected) in said.iter().zip(expected) {
        assert_eq!((*name, said.as_str()), expected);
    }
}

#[test]
fn the_title_carries_the_state() {
    assert_eq!(view(&states::outage()).frame.title, "▲ Partial outage · Acme status");
    assert_eq!(view(&states::quiet()).frame.title, "● Operational · Acme status");
    assert_eq!(view(&states::empty()).frame.title, "○ No components yet · Acme status");
}

#[test]
fn an_incident_names_the_trouble_only_where_it_is_the_worst() {
    let mut snapshot = states::major();
    snapshot.incidents.push(incident("INC-AAAAAAAA", "Invoices are late", 4, &["invoices"]));
    set(&mut snapshot, "invoices", Status::DegradedPerformance, 50, &[]);
    let verdict = view(&snapshot).verdict;
    assert_eq!((verdict.status, verdict.sentence.as_str()), (Status::MajorOutage, "Payments is down"));
    assert_eq!(verdict.also, ["1 more component has problems"]);

    snapshot.incidents.push(incident("INC-BBBBBBBB", "Cards are declined", 1, &["payments"]));
    let verdict = view(&snapshot).verdict;
    assert_eq!(verdict.sentence, "Cards are declined");
    assert_eq!(verdict.also, ["1 more incident is open"]);
}

#[test]
fn an_incident_without_components_still_counts() {
    let mut snapshot = states::quiet();
    snapshot.incidents.push(incident("INC-AAAAAAAA", "The office has no power", 2, &[]));
    let verdict = view(&snapshot).verdict;
    assert_eq!(
        (verdict.status, verdict.sentence.as_str()),
        (Status::PartialOutage, "The office has no power")
    );
}

#[test]
fn a_mitigated_incident_is_mentioned_beside_the_verdict() {
    let mut snapshot = states::quiet();
    let mut over = incident("INC-AAAAAAAA", "It was slow", 2, &["search"]);
    over.status = IncidentStatus::Mitigated;
    snapshot.incidents.push(over);
    let verdict = view(&snapshot).verdict;
    assert_eq!(verdict.sentence, "All systems operational");
    assert_eq!(verdict.also, ["1 incident has stopped doing harm, and we are watching it"]);
}

#[test]
fn an_incident_that_watchers_opened_is_no_headline_once_its_components_are_well() {
    let mut snapshot = states::quiet();
    let mut opened = incident("INC-AAAAAAAA", "GitHub: delays", 1, &["search"]);
    opened.source = "csp".to_owned();
    snapshot.incidents = vec![opened];
    let seen = view(&snapshot);
    assert_eq!(seen.verdict.sentence, "All systems operational");
    assert_eq!(seen.verdict.also, ["1 incident has stopped doing harm, and we are watching it"]);
    assert_eq!((seen.incidents[0].word, seen.incidents[0].status), ("Recovering", None));

    snapshot.incidents[0].source = "manual".to_owned();
    assert_eq!(view(&snapshot).verdict.sentence, "GitHub: delays", "only people end what people opened");
}

#[test]
fn what_is_missing_or_old_is_no_peace() {
    let mut snapshot = states::quiet();
    snapshot.missing = Service::ALL.map(|what| Missing { what, since: ago(2) }).to_vec();
    assert_eq!(sentence(&snapshot), "We cannot tell how things are right now");

    let later = status_view(&states::quiet(), now().plus(STALE_AFTER * 2), "Acme status").verdict;
    assert_eq!((later.status, later.missing.len()), (Status::Unknown, 3));

    let mut trouble = states::major();
    trouble.missing = vec![Missing { what: Service::Incidents, since: ago(2) }];
    let verdict = view(&trouble).verdict;
    assert_eq!((verdict.sentence.as_str(), verdict.missing.len()), ("Payments is down", 1));
}

#[test]
fn a_missing_reading_is_said_beside_all_is_well() {
    let mut snapshot = states::quiet();
    let remark = reason("csp", Status::Unknown, "GitHub: no reading", "github:actions", 9);
    set(&mut snapshot, "deployments", Status::Operational, 900, &[remark]);
    assert_eq!(view(&snapshot).verdict.also, ["For 1 component, a reading is missing"]);
}

#[test]
fn what_is_internal_does_not_speak() {
    let mut snapshot = states::quiet();
    snapshot.components.retain(|component| component.slug == "vault");
    assert_eq!(sentence(&snapshot), "There are no components yet");
}
