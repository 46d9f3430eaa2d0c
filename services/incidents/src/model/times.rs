//! The times of an incident, and their order.

use contracts::incidents::IncidentStatus;
use kit_base::Timestamp;

/// When an incident began, when its harm stopped, and when it was over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Times {
    pub started_at: Timestamp,
    pub mitigated_at: Option<Timestamp>,
    pub resolved_at: Option<Timestamp>,
}

impl Times {
    /// Where an incident with these times is in its life.
    pub(crate) fn status(&self) -> IncidentStatus {
        match (self.mitigated_at, self.resolved_at) {
            (_, Some(_)) => IncidentStatus::Resolved,
            (Some(_), None) => IncidentStatus::Mitigated,
            (None, None) => IncidentStatus::Open,
        }
    }

    /// Refuses what cannot be: the field, and the rule that it breaks.
    pub(crate) fn check(&self, now: Timestamp) -> Result<(), (&'static str, String)> {
        let all = [
            ("started_at", Some(self.started_at)),
            ("mitigated_at", self.mitigated_at),
            ("resolved_at", self.resolved_at),
        ];
        let mut before: Option<(&str, Timestamp)> = None;
        for (field, at) in all {
            let Some(at) = at else { continue };
            if at > now {
                return Err((field, "It lies in the future.".to_owned()));
            }
            if let Some((earlier, moment)) = before.filter(|(_, moment)| *moment > at) {
                return Err((field, format!("It lies before {earlier}, which is {moment}.")));
            }
            before = Some((field, at));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(second * 1_000_000)
    }

    #[test]
    fn times_follow_each_other_and_are_not_to_come() {
        let times = |started, mitigated: Option<i64>, resolved: Option<i64>| Times {
            started_at: at(started),
            mitigated_at: mitigated.map(at),
            resolved_at: resolved.map(at),
        };
        let field = |times: Times| times.check(at(100)).err().map(|(field, _)| field);
        assert_eq!(field(times(10, Some(10), Some(20))), None);
        assert_eq!(field(times(10, None, Some(20))), None);
        assert_eq!(field(times(101, None, None)), Some("started_at"));
        assert_eq!(field(times(10, Some(9), Some(20))), Some("mitigated_at"));
        assert_eq!(field(times(10, Some(15), Some(14))), Some("resolved_at"));
        assert_eq!(field(times(10, None, Some(9))), Some("resolved_at"));
        assert_eq!(field(times(10, None, Some(101))), Some("resolved_at"));
        assert_eq!(times(1, None, Some(3)).status(), IncidentStatus::Resolved);
        assert_eq!(times(1, Some(2), None).status(), IncidentStatus::Mitigated);
    }
}
