//! What Alertmanager and Grafana send as a webhook, as signals: both send groups of alerts of one form (Prometheus
//! Alertmanager, Configuration, `<webhook_config>`; Grafana, Alerting, Webhook notifier).

use contracts::Level;
use contracts::signals::{AlertLeftOut, NewSignal, SignalState};
use kit_base::Timestamp;
use kit_web::is_web_address;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Reference;

const LONGEST_TITLE: usize = 300;
const LONGEST_KEY: usize = 300;
/// The moment that stands for none: the zero of Go's clock.
const NO_MOMENT: &str = "0001-";

/// How the alerts of one address are to be understood.
pub(crate) struct Reading {
    /// Who says it: `alertmanager` or `grafana`.
    pub source: &'static str,
    /// The label that names the component.
    pub label: String,
    /// The component of alerts without that label.
    pub component: Option<String>,
}

/// One alert, with as much of it as matters here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Alert {
    status: Option<String>,
    #[serde(default)]
    labels: Map<String, Value>,
    #[serde(default)]
    annotations: Map<String, Value>,
    starts_at: Option<String>,
    ends_at: Option<String>,
    #[serde(rename = "generatorURL")]
    generator_url: Option<String>,
    fingerprint: Option<String>,
}

impl Reading {
    /// The signal that an alert is, or why it is none.
    pub(crate) fn signal(&self, alert: &Value) -> Result<NewSignal, AlertLeftOut> {
        let alert = Alert::deserialize(alert).map_err(|error| AlertLeftOut {
            alert: String::new(),
            reason: format!("It has another form than alerts have: {error}."),
        })?;
        self.understand(&alert).map_err(|reason| AlertLeftOut { alert: alert.name().to_owned(), reason })
    }

    fn understand(&self, alert: &Alert) -> Result<NewSignal, String> {
        let component = alert.label(&self.label).or(self.component.as_deref()).ok_or_else(|| {
            format!("No label \"{}\" names its component, and the address names none either.", self.label)
        })?;
        if Reference::parse(component).is_none() {
            return Err(format!("\"{component}\" is neither a component's slug nor provider:component."));
        }
        let level = alert.level().ok_or("Its severity is for information only.")?;
        let state = match alert.status.as_deref() {
            Some("firing") => SignalState::Raised,
            Some("resolved") => SignalState::Cleared,
            _ => return Err("Its status is neither firing nor resolved.".to_owned()),
        };
        let key =
            alert.fingerprint.as_deref().filter(|key| !key.is_empty() && key.chars().count() <= LONGEST_KEY);
        let since = if state == SignalState::Raised { &alert.starts_at } else { &alert.ends_at };
        Ok(NewSignal {
            source: self.source.to_owned(),
            key: key.ok_or("It has no fingerprint by which it could be told from others.")?.to_owned(),
            component: component.to_owned(),
            level,
            title: alert.title(),
            state: Some(state),
            evidence_url: alert.generator_url.clone().filter(|url| is_web_address(url)),
            since: since.as_deref().filter(|at| !at.starts_with(NO_MOMENT)).and_then(Timestamp::parse),
            expires_at: None,
        })
    }
}

impl Alert {
    fn label(&self, name: &str) -> Option<&str> {
        self.labels.get(name)?.as_str().filter(|value| !value.is_empty())
    }

    fn name(&self) -> &str {
        self.label("alertname").unwrap_or_default()
    }

    /// How bad it is: by the label `level` in our words, or else by `severity` in those that are usual.
    fn level(&self) -> Option<Level> {
        if let Some(level) = self.label("level").and_then(Level::parse) {
            return Some(level);
        }
        match self.label("severity").unwrap_or_default().to_ascii_lowercase().as_str() {
            "critical" | "emergency" | "fatal" | "page" | "disaster" => Some(Level::MajorOutage),
            "error" | "high" | "major" => Some(Level::PartialOutage),
            "info" | "informational" | "information" | "none" | "ok" | "debug" => None,
            _ => Some(Level::DegradedPerformance),
        }
    }

    /// What is wrong, in one line: the summary that somebody wrote, or else the name of the rule.
    fn title(&self) -> String {
        let written = |name: &str| self.annotations.get(name).and_then(Value::as_str);
        let words = written("summary").or(written("description")).unwrap_or(self.name());
        let line =
            words.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("An alert without a name");
        line.chars().filter(|letter| !letter.is_control()).take(LONGEST_TITLE).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reading() -> Reading {
        Reading { source: "alertmanager", label: "component".to_owned(), component: None }
    }

    fn alert(change: impl FnOnce(&mut Value)) -> Value {
        let mut alert = json!({
            "status": "firing",
            "labels": { "alertname": "HighErrors", "severity": "critical", "component": "checkout" },
            "annotations": { "summary": "Half of all payments fail" },
            "startsAt": "2026-11-22T10:00:00.123456789Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "https://prometheus.example/graph?g0.expr=up",
            "fingerprint": "2cc8b5b5a5c5a8fc",
        });
        change(&mut alert);
        alert
    }

    #[test]
    fn an_alert_is_a_signal() {
        let signal = reading().signal(&alert(|_| {})).unwrap();
        assert_eq!((signal.source.as_str(), signal.key.as_str()), ("alertmanager", "2cc8b5b5a5c5a8fc"));
        assert_eq!((signal.component.as_str(), signal.level), ("checkout", Level::MajorOutage));
        assert_eq!(
            (signal.title.as_str(), signal.state),
            ("Half of all payments fail", Some(SignalState::Raised))
        );
        assert_eq!(signal.since, Timestamp::parse("2026-11-22T10:00:00.123456789Z"));
        assert_eq!(signal.evidence_url.as_deref(), Some("https://prometheus.example/graph?g0.expr=up"));
        let resolved = alert(|alert| {
            alert["status"] = "resolved".into();
            alert["endsAt"] = "2026-11-22T11:00:00Z".into();
        });
        let signal = reading().signal(&resolved).unwrap();
        assert_eq!(
            (signal.state, signal.since),
            (Some(SignalState::Cleared), Timestamp::parse("2026-11-22T11:00:00Z"))
        );
    }

    #[test]
    fn severities_are_levels() {
        for (labels, level) in [
            (json!({ "severity": "page" }), Some(Level::MajorOutage)),
            (json!({ "severity": "Error" }), Some(Level::PartialOutage)),
            (json!({ "severity": "warning" }), Some(Level::DegradedPerformance)),
            (json!({ "severity": "whatever" }), Some(Level::DegradedPerformance)),
            (json!({}), Some(Level::DegradedPerformance)),
            (json!({ "severity": "info" }), None),
            (json!({ "severity": "info", "level": "partial_outage" }), Some(Level::PartialOutage)),
        ] {
            let mut given = alert(|_| {});
            given["labels"] = labels.clone();
            given["labels"]["component"] = "checkout".into();
            let found = reading().signal(&given);
            assert_eq!(found.as_ref().ok().map(|signal| signal.level), level, "{labels} {found:?}");
        }
    }

    #[test]
    fn components_are_named_by_a_label_or_by_the_address() {
        let by_address =
            Reading { component: Some("shop".to_owned()), label: "service".to_owned(), ..reading() };
        let named = |alert: &Value| by_address.signal(alert).unwrap().component;
        assert_eq!(named(&alert(|_| {})), "shop");
        assert_eq!(named(&alert(|alert| alert["labels"]["service"] = "search".into())), "search");
    }

    #[test]
    fn what_is_no_alert_is_left_out_with_the_reason() {
        type Change = fn(&mut Value);
        let cases: [(Change, &str); 6] = [
            (
                |alert| drop(alert["labels"].as_object_mut().unwrap().remove("component")),
                "No label \"component\"",
            ),
            (|alert| alert["labels"]["component"] = "Check Out".into(), "neither a component's slug"),
            (|alert| alert["status"] = "pending".into(), "neither firing nor resolved"),
            (|alert| alert["fingerprint"] = "".into(), "no fingerprint"),
            (|alert| alert["labels"] = 3.into(), "another form"),
            (|alert| *alert = Value::Null, "another form"),
        ];
        for (change, reason) in cases {
            let left_out = reading().signal(&alert(change)).unwrap_err();
            assert!(left_out.reason.contains(reason), "{left_out:?}");
        }
    }

    #[test]
    fn a_title_is_one_line_that_somebody_can_read() {
        let titled = |annotations: Value| {
            reading().signal(&alert(|alert| alert["annotations"] = annotations)).unwrap().title
        };
        assert_eq!(titled(json!({ "summary": "\n  two\u{7} \nlines" })), "two");
        assert_eq!(titled(json!({ "description": "described" })), "described");
        assert_eq!(titled(json!({})), "HighErrors");
        assert_eq!(titled(json!({ "summary": "é".repeat(500) })).chars().count(), LONGEST_TITLE);
    }
}
