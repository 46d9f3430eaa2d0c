//! From two readings of a provider to what is told to the others: which of its components got into trouble or out of it.

use contracts::providers::{ProviderIncident, Reading};
use contracts::signals::{NewSignal, SignalState};
use contracts::{Level, Status};

/// The source of every signal of this service.
pub(crate) const SOURCE: &str = "csp";

/// Who is read, for the titles of signals.
pub(crate) struct Subject<'a> {
    pub slug: &'a str,
    pub name: &'a str,
    pub page_url: Option<&'a str>,
}

/// The signals that stand according to a reading: one for each component in trouble, and one (`*`) for the whole.
pub(crate) fn standing(subject: &Subject<'_>, reading: &Reading) -> Vec<NewSignal> {
    let whole = Level::of(reading.overall).map(|level| {
        let incident = reading.incidents.first();
        signal(subject, "*", level, title(subject, None, reading.overall, incident), incident)
    });
    let components = reading.components.iter().filter_map(|component| {
        let level = Level::of(component.status)?;
        let incident = reading.incidents.iter().find(|incident| incident.components.contains(&component.key));
        let title = title(subject, Some(&component.name), component.status, incident);
        Some(signal(subject, &component.key, level, title, incident))
    });
    whole.into_iter().chain(components).collect()
}

/// What is to be told: signals that are new or not as they were, and those that stand no longer.
pub(crate) fn news(before: Vec<NewSignal>, now: Vec<NewSignal>) -> Vec<NewSignal> {
    let cleared = before.iter().filter(|old| now.iter().all(|new| new.key != old.key));
    let cleared: Vec<NewSignal> =
        cleared.map(|old| NewSignal { state: Some(SignalState::Cleared), ..old.clone() }).collect();
    now.into_iter().filter(|new| !before.contains(new)).chain(cleared).collect()
}

/// The components that the provider tells about; `None` where it names only those in trouble. One whose state is
/// told in words that nobody knows is not told about.
pub(crate) fn covered(reading: &Reading, open_ended: bool) -> Option<Vec<String>> {
    let known = reading.components.iter().filter(|component| component.status != Status::Unknown);
    (!open_ended).then(|| known.map(|component| component.key.clone()).collect())
}

fn signal(
    subject: &Subject<'_>,
    key: &str,
    level: Level,
    title: String,
    incident: Option<&ProviderIncident>,
) -> NewSignal {
    let component = format!("{}:{key}", subject.slug);
    let url = incident.and_then(|incident| incident.url.as_deref()).or(subject.page_url);
    NewSignal {
        source: SOURCE.to_owned(),
        key: component.clone(),
        component,
        level,
        title,
        state: Some(SignalState::Raised),
        evidence_url: url.map(str::to_owned),
        since: None,
        expires_at: None,
    }
}

/// In the provider's own words where it has an incident for it, or else what is plain to see.
fn title(
    subject: &Subject<'_>,
    component: Option<&str>,
    status: Status,
    incident: Option<&ProviderIncident>,
) -> String {
    let title = match (incident, component) {
        (Some(incident), _) => format!("{}: {}", subject.name, incident.title),
        (None, Some(component)) => format!("{} {component}: {}", subject.name, status.as_str().replace('_', " ")),
        (None, None) => format!("{}: {}", subject.name, status.as_str().replace('_', " ")),
    };
    title.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use contracts::providers::ProviderComponent;

    use super::*;

    const GITHUB: Subject<'_> = Subject { slug: "github", name: "GitHub", page_url: None };

    fn reading(actions: Status, incident: Option<&str>) -> Reading {
        let component = ProviderComponent {
            key: "actions".to_owned(),
            id: "1".to_owned(),
            name: "Actions".to_owned(),
            group: None,
            status: actions,
        };
        let incident = incident.map(|title| ProviderIncident {
            id: "i".to_owned(),
            title: title.to_owned(),
            state: "investigating".to_owned(),
            impact: actions,
            components: vec!["actions".to_owned()],
            started_at: None,
            updated_at: None,
            message: String::new(),
            url: Some("https://stspg.io/1".to_owned()),
        });
        Reading {
            overall: actions,
            components: vec![component],
            incidents: incident.into_iter().collect(),
            ..Reading::default()
        }
    }

    #[test]
    fn trouble_is_told_once_and_its_end_too() {
        let well = standing(&GITHUB, &reading(Status::Operational, None));
        let ill = standing(&GITHUB, &reading(Status::PartialOutage, Some("Delays")));
        let told = news(well.clone(), ill.clone());
        assert_eq!(told.iter().map(|s| s.component.as_str()).collect::<Vec<_>>(), ["github:*", "github:actions"]);
        assert_eq!((told[1].title.as_str(), told[1].level), ("GitHub: Delays", Level::PartialOutage));
        assert!(news(ill.clone(), ill.clone()).is_empty());
        let worse = standing(&GITHUB, &reading(Status::MajorOutage, None));
        assert_eq!(news(ill.clone(), worse)[1].title, "GitHub Actions: major outage");
        let over = news(ill, well);
        assert!(over.len() == 2 && over.iter().all(|s| s.state == Some(SignalState::Cleared)));
    }

    #[test]
    fn what_nobody_knows_is_not_covered() {
        assert_eq!(covered(&reading(Status::Unknown, None), false), Some(vec![]));
        assert_eq!(covered(&reading(Status::Unknown, None), true), None);
    }
}
