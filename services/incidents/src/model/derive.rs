//! From everything known about a component to its one status, with the reasons for it.

use contracts::Status;
use contracts::incidents::Reason;

/// One thing known about a component.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Evidence {
    pub reason: Reason,
    /// Whether the status follows it. A dependency that was seen well and is out of sight now is only remarked on:
    /// a feed that breaks must not turn our page.
    pub counts: bool,
    /// What the machine alone sees of it: incidents that people opened are left out of the history of what was seen.
    pub seen: Status,
}

impl Evidence {
    /// Something that was seen, and that counts as bad as it says.
    pub(crate) fn of(reason: Reason) -> Self {
        Self { seen: reason.level, reason, counts: true }
    }
}

/// The status as the machine alone sees it.
pub(crate) fn seen(evidence: &[Evidence]) -> Status {
    let counting = evidence.iter().filter(|evidence| evidence.counts);
    counting.fold(Status::Operational, |worst, evidence| worst.worst(evidence.seen))
}

/// The status, which is the worst of all that counts, and the reasons, worst first; what is well is no reason.
pub(crate) fn derive(evidence: Vec<Evidence>) -> (Status, Vec<Reason>) {
    let counting = evidence.iter().filter(|evidence| evidence.counts);
    let status = counting.fold(Status::Operational, |worst, evidence| worst.worst(evidence.reason.level));
    let mut reasons: Vec<Reason> = evidence.into_iter().map(|evidence| evidence.reason).collect();
    reasons.retain(|reason| reason.level != Status::Operational || reason.source == "override");
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.level.rank()));
    (status, reasons)
}

#[cfg(test)]
mod tests {
    use kit_base::Timestamp;

    use super::*;

    fn evidence(level: Status, counts: bool) -> Evidence {
        let reason = Reason {
            source: "csp".to_owned(),
            level,
            title: level.as_str().to_owned(),
            component: "x:y".to_owned(),
            since: Timestamp::default(),
            evidence_url: None,
        };
        Evidence { seen: level, reason, counts }
    }

    #[test]
    fn the_worst_decides_and_comes_first() {
        let all = vec![
            evidence(Status::DegradedPerformance, true),
            evidence(Status::Operational, true),
            evidence(Status::MajorOutage, true),
            evidence(Status::Unknown, true),
        ];
        let (status, reasons) = derive(all);
        assert_eq!(status, Status::MajorOutage);
        let levels: Vec<Status> = reasons.iter().map(|reason| reason.level).collect();
        assert_eq!(levels, [Status::MajorOutage, Status::DegradedPerformance, Status::Unknown]);
    }

    #[test]
    fn what_people_say_is_not_seen() {
        let said = Evidence { seen: Status::Operational, ..evidence(Status::MajorOutage, true) };
        let all = [said, evidence(Status::DegradedPerformance, true), evidence(Status::Unknown, false)];
        assert_eq!(seen(&all), Status::DegradedPerformance);
        assert_eq!((seen(&all[..1]), seen(&all[2..])), (Status::Operational, Status::Operational));
    }

    #[test]
    fn nothing_known_to_be_wrong_is_well_and_never_seen_is_unknown() {
        assert_eq!(derive(vec![]), (Status::Operational, vec![]));
        assert_eq!(derive(vec![evidence(Status::Unknown, true)]).0, Status::Unknown);
        let (status, remarks) = derive(vec![evidence(Status::Unknown, false)]);
        assert_eq!((status, remarks.len()), (Status::Operational, 1));
    }
}
