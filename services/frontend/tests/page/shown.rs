//! What is shown and what is not: the rules that keep the page honest and the team's own things inside.

use contracts::Status;
use contracts::incidents::{Component, IncidentStatus};
use frontend::render::status_page;
use frontend::view::{ProviderCell, Row, StatusView, status_view};
use frontend::{Missing, Service, Snapshot};

use crate::states::{self, ago, component, incident, now, provider, reason, set};

fn view(snapshot: &Snapshot) -> StatusView {
    status_view(snapshot, now(), "Acme status")
}

fn page(snapshot: &Snapshot) -> String {
    status_page(&view(snapshot)).unwrap()
}

fn row(view: &StatusView, name: &str) -> Row {
    view.groups.iter().flat_map(|group| &group.rows).find(|row| row.name == name).unwrap().clone()
}

fn names(cells: &[ProviderCell]) -> Vec<&str> {
    cells.iter().map(|cell| cell.name.as_str()).collect()
}

#[test]
fn notes_authors_and_severities_stay_inside() {
    let html = page(&states::outage());
    assert!(html.contains("GitHub has confirmed"));
    assert!(!html.contains("second runner") && !html.contains("0198-ana"));
    assert!(!html.to_lowercase().contains("sev"));
}

#[test]
fn internal_components_stay_inside() {
    let mut snapshot = states::quiet();
    snapshot.incidents.push(incident("INC-AAAAAAAA", "The vault is open", 1, &["vault"]));
    let mut behind = reason("dependency", Status::DegradedPerformance, "Vault: major outage", "vault", 4);
    behind.evidence_url = Some("https://internal.example/vault".to_owned());
    set(&mut snapshot, "api", Status::DegradedPerformance, 4, &[behind]);
    let html = page(&snapshot);
    assert!(!html.to_lowercase().contains("vault"));
    assert!(html.contains("Something it depends on has problems"));

    snapshot.incidents.push(incident("INC-BBBBBBBB", "Keys are slow", 3, &["vault", "api"]));
    let told = view(&snapshot).incidents;
    assert_eq!((told.len(), told[0].affects.as_str()), (1, "API"));
}

#[test]
fn the_worst_reason_comes_first_and_unknown_is_a_remark() {
    let mut snapshot = states::quiet();
    let unread = reason("csp", Status::Unknown, "GitHub: no reading", "github:actions", 9);
    let slow = reason("reports", Status::DegradedPerformance, "It is slow", "api", 5);
    let broken = reason("probe", Status::PartialOutage, "It fails", "api", 3);
    set(&mut snapshot, "api", Status::PartialOutage, 5, &[unread, slow, broken]);
    let row = row(&view(&snapshot), "API");
    assert_eq!(row.reason.unwrap().text, "It fails");
    assert_eq!(row.more.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["It is slow"]);
    assert_eq!(row.remarks.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["GitHub: no reading"]);
}

#[test]
fn groups_fold_when_all_is_well() {
    let view = view(&states::outage());
    let open: Vec<(&str, bool)> = view.groups.iter().map(|g| (g.name.as_deref().unwrap(), g.open)).collect();
    assert_eq!(open, [("Shop", true), ("Money", false), ("Accounts", false), ("Platform", true)]);
}

#[test]
fn components_without_a_group_come_first_and_positions_count() {
    let placed = |name: &str, group: &str, position| Component { position, ..component(name, group, &[]) };
    let components = vec![placed("B", "G", 0), placed("C", "", 2), placed("D", "", 1)];
    let view = view(&Snapshot { components, ..states::quiet() });
    let rows: Vec<&str> =
        view.groups.iter().flat_map(|group| &group.rows).map(|row| row.name.as_str()).collect();
    assert_eq!((rows, view.groups[0].name.clone()), (vec!["D", "C", "B"], None));
}

#[test]
fn a_group_within_another_is_called_after_both() {
    let within = Component { parent_group: "Europe".to_owned(), ..component("API", "Paris", &[]) };
    let view =
        view(&Snapshot { components: vec![component("Web", "Europe", &[]), within], ..states::quiet() });
    let names: Vec<&str> = view.groups.iter().map(|group| group.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["Europe", "Europe: Paris"]);
}

#[test]
fn old_good_news_of_components_are_unknown_and_old_bad_news_stay() {
    let mut snapshot = states::major();
    snapshot.missing = vec![Missing { what: Service::Incidents, since: ago(3) }];
    let view = view(&snapshot);
    let (search, payments) = (row(&view, "Search"), row(&view, "Payments"));
    assert_eq!((search.status, search.was), (Status::Unknown, Some("Operational")));
    assert_eq!(search.since.unwrap().clock, "14:14 UTC");
    assert_eq!(payments.status, Status::MajorOutage);
}

#[test]
fn a_stale_provider_is_unknown_whatever_it_says() {
    let mut snapshot = states::quiet();
    let mut liar = provider("Liar");
    liar.stale_since = Some(ago(12));
    liar.read_at = Some(ago(13));
    let mut new = provider("New");
    (new.status, new.read_at, new.last_good) = (Status::Unknown, None, None);
    snapshot.providers = vec![liar, new];
    let view = view(&snapshot);
    let [liar, new] = view.providers.attention.as_slice() else { panic!("{:?}", view.providers) };
    assert_eq!((liar.status, liar.since.clone().unwrap().clock.as_str()), (Status::Unknown, "14:05 UTC"));
    let old = liar.old.clone().unwrap();
    assert_eq!((old.word, old.at.clock.as_str()), ("Operational", "14:04 UTC"));
    assert_eq!((new.since.clone(), new.old.is_none()), (None, true));
    assert!(page(&snapshot).contains("Old reading, "));
}

#[test]
fn providers_are_unknown_while_their_service_is_silent() {
    let mut snapshot = states::quiet();
    snapshot.missing = vec![Missing { what: Service::Providers, since: ago(3) }];
    let view = view(&snapshot);
    assert!(view.providers.calm.is_empty() && view.providers.others.is_empty());
    assert!(view.providers.attention.iter().all(|cell| cell.status == Status::Unknown && cell.old.is_some()));
}

#[test]
fn providers_stand_in_the_order_of_their_weight() {
    let mut snapshot = states::quiet();
    let with = |name: &str, status| contracts::providers::Provider { status, ..provider(name) };
    snapshot.providers = vec![
        provider("Zulu"),
        provider("Stripe"),
        with("Vercel", Status::MajorOutage),
        with("GitHub", Status::DegradedPerformance),
        with("Linear", Status::Unknown),
        with("SendGrid", Status::Unknown),
        with("Docker", Status::UnderMaintenance),
    ];
    let providers = view(&snapshot).providers;
    assert_eq!(names(&providers.attention), ["GitHub", "Vercel", "SendGrid", "Linear", "Docker"]);
    assert_eq!((names(&providers.calm), names(&providers.others)), (vec!["Stripe"], vec!["Zulu"]));
    assert_eq!(providers.attention[0].needed_by, "Deployments");
}

#[test]
fn the_past_is_two_weeks_by_day() {
    let mut snapshot = states::quiet();
    for (id, minutes) in [("INC-AAAAAAAA", 60), ("INC-BBBBBBBB", 1440), ("INC-CCCCCCCC", 15 * 1440)] {
        let mut over = incident(id, id, 3, &[]);
        over.status = IncidentStatus::Resolved;
        over.started_at = ago(minutes + 88);
        over.resolved_at = Some(ago(minutes));
        snapshot.incidents.push(over);
    }
    let past = view(&snapshot).past;
    let days: Vec<&str> = past.days.iter().map(|day| day.name.as_str()).collect();
    assert_eq!(days, ["Today", "Yesterday", "19 November", "12 November"]);
    assert_eq!(
        (past.first_day.as_str(), past.days[0].incidents[0].lasted.as_str()),
        ("7 November", "1 h 28 min")
    );
}
