//! What signals lead to: a component's own rules or the default ones, and when an incident ends by itself.

use std::time::Duration;

use contracts::incidents::{Act, Damping, SignalPolicy, SignalRule};
use contracts::{Level, Status};
use kit_base::settings::{Kind, Settings};
use kit_base::{Setting, Timestamp};

pub(crate) const OPEN_AT_MAJOR_AFTER: Setting = Setting::new(
    "incidents.open_at_major_after",
    Kind::Duration,
    "0s",
    "how long a signal must stand at major_outage before it opens an incident",
);
pub(crate) const OPEN_AT_PARTIAL_AFTER: Setting = Setting::new(
    "incidents.open_at_partial_after",
    Kind::Duration,
    "2m",
    "how long a signal must stand at partial_outage before it opens an incident",
);
pub(crate) const MITIGATE_AFTER: Setting = Setting::new(
    "incidents.mitigate_after",
    Kind::Duration,
    "5m",
    "how long all signals of an incident must have been clear before it counts as mitigated",
);
pub(crate) const RESOLVE_AFTER: Setting = Setting::new(
    "incidents.resolve_after",
    Kind::Duration,
    "1h",
    "how long an incident that signals opened stays mitigated before it is resolved by itself",
);
pub(crate) const FLAPPING_TURNS: Setting = Setting::new(
    "incidents.flapping_turns",
    Kind::Count(2, 50),
    "6",
    "after how many turns (raised or cleared) a signal counts as flapping",
);
pub(crate) const FLAPPING_WITHIN: Setting =
    Setting::new("incidents.flapping_within", Kind::Duration, "15m", "within what time these turns must be");
pub(crate) const FLAPPING_CALM: Setting = Setting::new(
    "incidents.flapping_calm",
    Kind::Duration,
    "5m",
    "how long a flapping signal must be clear before it is cleared",
);

/// The rules by which signals act and incidents end, where a component has none of its own.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    rules: Vec<SignalRule>,
    damping: Damping,
    pub mitigate_after: Duration,
    pub resolve_after: Duration,
}

impl Policy {
    pub(crate) fn from_settings(settings: &Settings) -> Self {
        let seconds = |setting: &Setting| whole(settings.duration(setting).as_secs());
        let rule =
            |level, for_seconds, then| SignalRule { level, sources: vec![], at_least: 1, for_seconds, then };
        Self {
            rules: vec![
                rule(Level::DegradedPerformance, 0, Act::Propose),
                rule(Level::PartialOutage, seconds(&OPEN_AT_PARTIAL_AFTER), Act::Open),
                rule(Level::MajorOutage, seconds(&OPEN_AT_MAJOR_AFTER), Act::Open),
            ],
            damping: Damping {
                turns: whole(settings.count(&FLAPPING_TURNS) as u64),
                within_seconds: seconds(&FLAPPING_WITHIN),
                calm_seconds: seconds(&FLAPPING_CALM),
            },
            mitigate_after: settings.duration(&MITIGATE_AFTER),
            resolve_after: settings.duration(&RESOLVE_AFTER),
        }
    }

    /// The rules of a component that has this policy, or none.
    pub(crate) fn rules<'a>(&'a self, own: Option<&'a SignalPolicy>) -> &'a [SignalRule] {
        own.map(|own| own.rules.as_slice()).filter(|rules| !rules.is_empty()).unwrap_or(&self.rules)
    }

    /// When a component that has this policy, or none, holds signals that come and go.
    pub(crate) fn damping<'a>(&'a self, own: Option<&'a SignalPolicy>) -> &'a Damping {
        own.and_then(|own| own.damping.as_ref()).unwrap_or(&self.damping)
    }
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A signal that stands, as far as rules look at it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Standing {
    pub source: String,
    pub level: Level,
    /// Since when it stands at each level or worse, in the order of [`Level::ALL`].
    pub at: [Option<Timestamp>; 3],
}

/// What a signal leads to now, and when that may become more.
pub(crate) type Verdict = (Option<Act>, Option<Timestamp>);

/// Judges the signals that concern one component by its rules: a verdict for each, in their order.
pub(crate) fn judge(rules: &[SignalRule], signals: &[Standing], now: Timestamp) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = vec![(None, None); signals.len()];
    for rule in rules {
        let ripe: Vec<Option<Timestamp>> = signals.iter().map(|signal| ripe_at(rule, signal)).collect();
        let mut moments: Vec<Timestamp> = ripe.iter().flatten().copied().collect();
        moments.sort();
        // The rule fits from the moment at which enough of them are ripe.
        let enough =
            usize::try_from(rule.at_least.max(1) - 1).ok().and_then(|place| moments.get(place).copied());
        let Some(enough) = enough else { continue };
        for (verdict, ripe) in verdicts.iter_mut().zip(&ripe) {
            match ripe.map(|ripe| ripe.max(enough)) {
                Some(fits) if fits <= now => verdict.0 = verdict.0.max(Some(rule.then)),
                Some(fits) => verdict.1 = [verdict.1, Some(fits)].into_iter().flatten().min(),
                None => {}
            }
        }
    }
    verdicts
}

/// When the signal has stood long enough for the rule; `None` if the rule is not about it.
fn ripe_at(rule: &SignalRule, signal: &Standing) -> Option<Timestamp> {
    let believed = rule.sources.is_empty() || rule.sources.contains(&signal.source);
    let since =
        Level::ALL.iter().zip(&signal.at).find(|(level, _)| **level == rule.level).and_then(|(_, at)| *at);
    let wait = Duration::from_secs(u64::try_from(rule.for_seconds).unwrap_or_default());
    since.filter(|_| believed && signal.level >= rule.level).map(|since| since.plus(wait))
}

/// Whether a signal with these turns, the latest last, comes and goes too often to be followed.
pub(crate) fn flaps(damping: &Damping, turns: &[Timestamp], now: Timestamp) -> bool {
    let begin = now.minus(Duration::from_secs(u64::try_from(damping.within_seconds).unwrap_or_default()));
    let recent = turns.iter().filter(|turn| **turn > begin).count();
    i64::try_from(recent).unwrap_or(i64::MAX) >= damping.turns.max(1)
}

/// The severity of an incident opened by a signal of this level.
pub(crate) fn severity(level: Level) -> i64 {
    match level {
        Level::MajorOutage => 1,
        Level::PartialOutage => 2,
        Level::DegradedPerformance => 3,
    }
}

/// What an open incident of this severity says of the components it names. The least says nothing.
pub(crate) fn weight(sev: i64) -> Status {
    match sev {
        1 => Status::MajorOutage,
        2 => Status::PartialOutage,
        3 => Status::DegradedPerformance,
        _ => Status::Operational,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(second * 1_000_000)
    }

    /// A signal that was raised at its level at that second.
    fn standing(source: &str, level: Level, second: i64) -> Standing {
        let since = |one: Level| (one <= level).then(|| at(second));
        Standing { source: source.to_owned(), level, at: Level::ALL.map(since) }
    }

    fn rule(level: Level, sources: &[&str], at_least: i64, for_seconds: i64, then: Act) -> SignalRule {
        let sources = sources.iter().map(|source| (*source).to_owned()).collect();
        SignalRule { level, sources, at_least, for_seconds, then }
    }

    #[test]
    fn a_rule_waits_until_enough_signals_are_old_enough() {
        let rules = [rule(Level::PartialOutage, &[], 2, 60, Act::Open)];
        let both = [standing("probe", Level::PartialOutage, 0), standing("reports", Level::MajorOutage, 30)];
        assert_eq!(judge(&rules, &both[..1], at(100)), [(None, None)], "one is not enough");
        assert_eq!(judge(&rules, &both, at(80)), [(None, Some(at(90))), (None, Some(at(90)))]);
        assert_eq!(judge(&rules, &both, at(90)), [(Some(Act::Open), None), (Some(Act::Open), None)]);
    }

    #[test]
    fn only_the_sources_that_are_believed_count_and_the_rule_that_leads_to_most_decides() {
        let rules = [
            rule(Level::DegradedPerformance, &[], 1, 0, Act::Status),
            rule(Level::MajorOutage, &["probe"], 1, 0, Act::Open),
        ];
        let signals = [standing("reports", Level::MajorOutage, 0), standing("probe", Level::MajorOutage, 0)];
        assert_eq!(judge(&rules, &signals, at(1)), [(Some(Act::Status), None), (Some(Act::Open), None)]);
        let other = [rule(Level::DegradedPerformance, &["csp"], 1, 0, Act::Status)];
        assert_eq!(judge(&other, &signals, at(1)), [(None, None), (None, None)]);
    }

    #[test]
    fn time_at_a_worse_level_counts_for_the_lesser_one_and_not_the_other_way() {
        let rules = [
            rule(Level::MajorOutage, &[], 1, 60, Act::Open),
            rule(Level::PartialOutage, &[], 1, 120, Act::Open),
        ];
        let worse = Standing {
            source: "probe".to_owned(),
            level: Level::MajorOutage,
            at: [Some(at(0)), Some(at(0)), Some(at(100))],
        };
        assert_eq!(judge(&rules, std::slice::from_ref(&worse), at(119)), [(None, Some(at(120)))]);
        assert_eq!(judge(&rules, &[worse], at(120)), [(Some(Act::Open), Some(at(160)))]);
    }

    #[test]
    fn a_signal_flaps_after_so_many_turns_in_so_much_time() {
        let damping = Damping { turns: 3, within_seconds: 60, calm_seconds: 30 };
        assert!(flaps(&damping, &[at(10), at(20), at(30)], at(30)));
        assert!(!flaps(&damping, &[at(10), at(20), at(30)], at(70)), "the first is a minute ago");
        assert!(!flaps(&damping, &[at(20), at(30)], at(30)));
    }
}
