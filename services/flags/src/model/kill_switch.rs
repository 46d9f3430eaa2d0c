//! Which incidents pull which kill switches.

use contracts::flags::Link;

/// What is known of an incident here.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Incident {
    pub id: String,
    pub title: String,
    /// 1 is worst; an incident that is known by its id alone matches no severity.
    pub sev: i64,
    /// The components that it names.
    pub services: Vec<String>,
    /// Whether it is not resolved.
    pub active: bool,
}

/// Whether the incident pulls the link's flag: it names the component, and is at least as bad.
pub(crate) fn matches(link: &Link, incident: &Incident) -> bool {
    let named = link.component.as_ref().is_none_or(|component| incident.services.contains(component));
    let bad = link.min_severity.is_none_or(|least| incident.sev <= least);
    let asks = link.component.is_some() || link.min_severity.is_some();
    incident.active && asks && named && bad
}

/// Why a link pulls its flag, in one line.
pub(crate) fn reason(link: &Link) -> String {
    let severity = |least: i64| format!("severity {least} or worse");
    match (&link.component, link.min_severity) {
        (Some(component), Some(least)) => format!("component {component}, {}", severity(least)),
        (Some(component), None) => format!("component {component}"),
        (None, least) => severity(least.unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use contracts::flags::SwitchAction;
    use kit_base::Timestamp;

    use super::*;

    #[test]
    fn an_incident_matches_by_component_and_severity() {
        let link = |component: Option<&str>, min_severity| Link {
            id: String::new(),
            flag: String::new(),
            set: String::new(),
            component: component.map(str::to_owned),
            min_severity,
            action: SwitchAction::Disable,
            variant: None,
            created_at: Timestamp::from_micros(0),
        };
        let incident = |sev, active| Incident {
            id: String::new(),
            title: "It burns".to_owned(),
            sev,
            services: vec!["checkout".to_owned()],
            active,
        };
        for (component, severity, sev, expected) in [
            (Some("checkout"), None, 4, true),
            (Some("other"), None, 1, false),
            (None, Some(2), 2, true),
            (None, Some(2), 3, false),
            (Some("checkout"), Some(2), 1, true),
            (Some("checkout"), Some(2), 3, false),
            (Some("other"), Some(2), 1, false),
            (None, None, 1, false),
        ] {
            let link = link(component, severity);
            assert_eq!(matches(&link, &incident(sev, true)), expected, "{component:?} {severity:?} {sev}");
            assert!(!matches(&link, &incident(sev, false)), "what is over pulls nothing");
        }
        assert_eq!(reason(&link(Some("checkout"), Some(2))), "component checkout, severity 2 or worse");
    }
}
