//! Maintenance on the pages: what runs before what comes, nothing of the team's own, nothing that is far away or over.

use contracts::maintenances::{Maintenance, MaintenanceState};
use frontend::Snapshot;
use frontend::render::{component_page, status_page, work_page};
use frontend::view::{component_view, status_view, work_view};

use crate::states::{self, now, work};

const SITE: &str = "Acme status";
const DAY: i64 = 1440;

fn page(works: Vec<Maintenance>) -> String {
    let snapshot = Snapshot { maintenances: works, ..states::quiet() };
    status_page(&status_view(&snapshot, now(), SITE)).unwrap()
}

#[test]
fn what_runs_comes_before_what_is_to_come_soonest_first() {
    let works = vec![
        work("MNT-AAAAAAAA", "In a week", &["search"], 7 * DAY, 60),
        work("MNT-BBBBBBBB", "Tomorrow", &["website"], DAY, 60),
        work("MNT-CCCCCCCC", "Now", &["search", "vault"], -10, 60),
    ];
    let html = page(works);
    let place = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text}: {html}"));
    assert!(place(">Now<") < place(">Tomorrow<") && place(">Tomorrow<") < place(">In a week<"));
    assert!(html.contains("In progress") && html.contains("Planned"));
    assert!(html.contains("22 Nov, 14:17 UTC"), "with the day, since it is another");
    assert!(html.contains("href=\"/maintenances/MNT-BBBBBBBB\""));
    assert!(!html.to_lowercase().contains("vault"), "what is the team's own is not named");
}

#[test]
fn what_is_far_away_over_or_the_teams_own_is_not_shown() {
    let over = Maintenance {
        state: MaintenanceState::Completed,
        ..work("MNT-DDDDDDDD", "Over", &["search"], -90, 60)
    };
    let html = page(vec![
        work("MNT-AAAAAAAA", "Far away", &["search"], 15 * DAY, 60),
        work("MNT-BBBBBBBB", "Keys", &["vault"], DAY, 60),
        work("MNT-CCCCCCCC", "Gone", &["removed"], DAY, 60),
        over,
    ]);
    for title in ["Far away", "Keys", "Gone", ">Over<", "id=\"maintenance\""] {
        assert!(!html.contains(title), "{title}");
    }
}

#[test]
fn a_component_shows_its_own_and_no_other() {
    let works = vec![
        work("MNT-AAAAAAAA", "Search moves", &["search"], DAY, 60),
        work("MNT-BBBBBBBB", "Website moves", &["website"], DAY, 60),
    ];
    let snapshot = Snapshot { maintenances: works, ..states::quiet() };
    let view = component_view(&snapshot, None, None, now(), SITE, "search").unwrap();
    let html = component_page(&view).unwrap();
    assert!(html.contains("Search moves") && !html.contains("Website moves"));
}

#[test]
fn its_page_tells_when_it_comes_again_and_what_it_is_about() {
    let snapshot = states::maintenance();
    let weekly = &snapshot.maintenances[1];
    let html = work_page(&work_view(&snapshot, weekly, now(), SITE).unwrap()).unwrap();
    for text in [
        "Weekly update of the database",
        "22 Nov, 14:17 UTC",
        "When it comes again",
        "29 Nov, 14:17 UTC",
        "2 h",
        "Website",
        "Checkout",
    ] {
        assert!(html.contains(text), "{text}: {html}");
    }
    assert!(!html.contains("When it came") && !html.contains("FREQ"));
    let keys = work("MNT-BBBBBBBB", "Keys", &["vault"], DAY, 60);
    assert!(work_view(&snapshot, &keys, now(), SITE).is_none());
}
