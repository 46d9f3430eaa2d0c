//! From two readings of a provider to what is told to the others: which of its components got into trouble or
//! out of it.

use contracts::providers::{ProviderIncident, Reading};
use contracts::signals::{NewSignal, SignalState};
use contracts::{Level, Status};

use crate::doubt;

/// The source of every signal of this service.
pub(crate) const SOURCE: &str = "csp";

/// Who is read, for the titles of signals.
pub(crate) struct Subject<'a> {
    pub slug: &'a str,
    pub name: &'a str,
    pub page_url: Option<&'a str>,
}

/// The signals that stand after a reading: one for each component in trouble, and one (`*`) for the whole.
/// What the reading tells in words that nobody knows stands as it stood `before`.
pub(crate) fn standing(subject: &Subject<'_>, reading: &Reading, before: &[NewSignal]) -> Vec<NewSignal> {
    let stands = |key: &str, name: Option<&str>, status: Status, incident: Option<&ProviderIncident>| {
        let component = format!("{}:{key}", subject.slug);
        match Level::of(status) {
            Some(level) => {
                Some(signal(component, level, title(subject, name, status, incident), subject, incident))
            }
            None if status == Status::Unknown => before.iter().find(|old| old.key == component).cloned(),
            None => None,
        }
    };
    let is_over = doubt::is_history(reading) && reading.incidents.is_empty();
    let whole = stands("*", None, reading.overall, reading.incidents.first()).filter(|_| !is_over);
    let components = reading.components.iter().filter_map(|component| {
        let incident = reading.incidents.iter().find(|incident| incident.components.contains(&component.key));
        stands(&component.key, Some(&component.name), component.status, incident)
    });
    whole.into_iter().chain(components).collect()
}

/// What is to be told: signals that are new or not as they were, and those that stand no longer.
pub(crate) fn news(before: &[NewSignal], now: &[NewSignal]) -> Vec<NewSignal> {
    let raised = now.iter().filter(|new| !before.contains(new)).cloned();
    let cleared = before.iter().filter(|old| now.iter().all(|new| new.key != old.key));
    raised.chain(cleared.map(|old| NewSignal { state: Some(SignalState::Cleared), ..old.clone() })).collect()
}

fn signal(
    component: String,
    level: Level,
    title: String,
    subject: &Subject<'_>,
    incident: Option<&ProviderIncident>,
) -> NewSignal {
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
        (None, Some(component)) => {
            format!("{} {component}: {}", subject.name, status.as_str().replace('_', " "))
        }
        (None, None) => format!("{}: {}", subject.name, status.as_str().replace('_', " ")),
    };
    title.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use contracts::providers::{Part, ProviderComponent};

    use super::*;

    const GITHUB: Subject<'_> = Subject { slug: "github", name: "GitHub", page_url: None };

    fn reading(actions: Status, incident: Option<&str>) -> Reading {
        let component = ProviderComponent {
            key: "actions".to_owned(),
            id: "1".to_owned(),
            name: "Actions".to_owned(),
            status: actions,
            ..ProviderComponent::default()
        };
        let incident = incident.map(|title| ProviderIncident {
            id: "i".to_owned(),
            title: title.to_owned(),
            state: "investigating".to_owned(),
            impact: actions,
            components: vec!["actions".to_owned()],
            url: Some("https://stspg.io/1".to_owned()),
            ..ProviderIncident::default()
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
        let well = standing(&GITHUB, &reading(Status::Operational, None), &[]);
        let ill = standing(&GITHUB, &reading(Status::PartialOutage, Some("Delays")), &well);
        let told = news(&well, &ill);
        assert_eq!(
            told.iter().map(|s| s.component.as_str()).collect::<Vec<_>>(),
            ["github:*", "github:actions"]
        );
        assert_eq!((told[1].title.as_str(), told[1].level), ("GitHub: Delays", Level::PartialOutage));
        assert!(news(&ill, &ill).is_empty());
        let worse = standing(&GITHUB, &reading(Status::MajorOutage, None), &ill);
        assert_eq!(news(&ill, &worse)[1].title, "GitHub Actions: major outage");
        let over = news(&ill, &well);
        assert!(over.len() == 2 && over.iter().all(|s| s.state == Some(SignalState::Cleared)));
    }

    #[test]
    fn what_a_history_had_open_is_over_when_it_is_not_any_more() {
        let not_told = vec![Part::Overall, Part::Components];
        let open =
            Reading { components: Vec::new(), not_told, ..reading(Status::PartialOutage, Some("Delays")) };
        let ill = standing(&GITHUB, &open, &[]);
        assert_eq!(ill.len(), 1);
        let over = Reading { overall: Status::Unknown, incidents: Vec::new(), ..open };
        assert!(standing(&GITHUB, &over, &ill).is_empty());
    }

    #[test]
    fn words_that_nobody_knows_change_nothing() {
        let ill = standing(&GITHUB, &reading(Status::PartialOutage, Some("Delays")), &[]);
        assert_eq!(standing(&GITHUB, &reading(Status::Unknown, None), &ill), ill);
        assert!(standing(&GITHUB, &reading(Status::Unknown, None), &[]).is_empty());
        let gone = Reading { components: Vec::new(), ..reading(Status::Unknown, None) };
        assert_eq!(
            standing(&GITHUB, &gone, &ill),
            ill[..1],
            "a component that is no longer there is not in trouble"
        );
    }
}
