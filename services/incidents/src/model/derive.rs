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
        Evidence { reason, counts }
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
    fn nothing_known_to_be_wrong_is_well_and_never_seen_is_unknown() {
        assert_eq!(derive(vec![]), (Status::Operational, vec![]));
        assert_eq!(derive(vec![evidence(Status::Unknown, true)]).0, Status::Unknown);
        let (status, remarks) = derive(vec![evidence(Status::Unknown, false)]);
        assert_eq!((status, remarks.len()), (Status::Operational, 1));
    }
}
