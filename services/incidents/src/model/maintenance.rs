//! What a maintenance must be like to be announced: from what was written to a plan, or to what is wrong with it.

use contracts::maintenances::{Maintenance, NewMaintenance};
use jiff::tz::TimeZone;
use kit_base::Timestamp;

use super::recurrence::{self, Exception, Plan, Rule, Window};

/// How many minutes beforehand people are told, unless said: a day.
pub(crate) const NOTIFY_BEFORE: i64 = 1440;
/// The zone of those who name none.
pub(crate) const USUAL_ZONE: &str = "UTC";
/// Longer windows and windows farther away, in either direction, are taken for a slip of the pen, in microseconds.
const LONGEST: i64 = 90 * 86_400_000_000;
const FARTHEST: i64 = 10 * 366 * 86_400_000_000;
const LONG_AGO: i64 = -FARTHEST;
const TOO_LONG: &str = "A maintenance may be at most 90 days long.";
/// As many times of a rule are held against each other: some years of a daily one.
const COMPARED: usize = 1_500;
const MOST_EXCEPTIONS: usize = 500;

/// What is said of a text that is no time.
pub(crate) const NO_TIME: &str =
    "Enter a moment such as 2026-11-21T20:15:00Z, or a time in time_zone such as 2026-11-21T20:15.";

/// What is wrong, by field.
type Faults = Vec<(&'static str, String)>;

/// The plan of what was written, or all that is wrong with it. Where its times are those of `old` they may be over.
pub(crate) fn plan(new: &NewMaintenance, old: Option<&Maintenance>, now: Timestamp) -> Result<Plan, Faults> {
    let mut faults = Faults::new();
    let zone = recurrence::zone(new.time_zone.as_deref().unwrap_or(USUAL_ZONE));
    if zone.is_none() {
        faults.push(("time_zone", "There is no such time zone; name one as Europe/Paris.".to_owned()));
    }
    let zone = zone.unwrap_or(TimeZone::UTC);
    let mut read = |field, text: &str| {
        let time = time(&zone, text);
        if time.is_none() && !text.is_empty() {
            faults.push((field, NO_TIME.to_owned()));
        }
        time
    };
    let (starts_at, ends_at) = (read("starts_at", &new.starts_at), read("ends_at", &new.ends_at));
    let rule = rule(new, &mut faults);
    let exceptions = exceptions(new, rule.is_some(), &mut faults);
    let (Some(starts_at), Some(ends_at)) = (starts_at, ends_at) else { return Err(faults) };
    let plan = Plan { first: Window { starts_at, ends_at }, zone, rule, exceptions };
    let now = old.is_none_or(|old| !is_as_before(new, old, plan.first)).then_some(now);
    check_window(plan.first, now, &mut faults);
    if faults.is_empty() {
        check_times(&plan, new, now, &mut faults);
    }
    if faults.is_empty() { Ok(plan) } else { Err(faults) }
}

/// The plan as it is kept: it was good when it was written.
pub(crate) fn stored(first: Window, time_zone: &str, rule: Option<Rule>, exceptions: &[String]) -> Plan {
    let zone = recurrence::zone(time_zone).unwrap_or(TimeZone::UTC);
    let exceptions = exceptions.iter().filter_map(|text| Exception::parse(text)).collect();
    Plan { first, zone, rule, exceptions }
}

/// A moment, or a time on the clocks of the zone; in whole seconds, as it will be shown.
pub(crate) fn time(zone: &TimeZone, text: &str) -> Option<Timestamp> {
    let wall = || recurrence::wall_time(text).and_then(|wall| recurrence::moment(zone, wall));
    let time = Timestamp::parse(text).or_else(wall)?;
    Some(Timestamp::from_micros(time.micros().div_euclid(1_000_000) * 1_000_000))
}

/// What is wrong with another end of a window that runs.
pub(crate) fn wrong_end(starts_at: Timestamp, ends_at: Timestamp, now: Timestamp) -> Option<&'static str> {
    match ends_at.micros().saturating_sub(starts_at.micros()) {
        _ if ends_at <= now => Some("It must end after now; to end it at once, say that it is completed."),
        length if length > LONGEST => Some(TOO_LONG),
        _ => None,
    }
}

fn is_as_before(new: &NewMaintenance, old: &Maintenance, first: Window) -> bool {
    let exceptions = new.exceptions.as_deref().unwrap_or_default();
    (first.starts_at, first.ends_at) == (old.starts_at, old.ends_at)
        && new.time_zone.as_deref() == Some(&old.time_zone)
        && new.rrule.as_deref().unwrap_or_default() == old.rrule.as_deref().unwrap_or_default()
        && exceptions == old.exceptions
}

fn rule(new: &NewMaintenance, faults: &mut Faults) -> Option<Rule> {
    let text = new.rrule.as_deref().filter(|text| !text.is_empty())?;
    let read = Rule::parse(text);
    read.map_err(|wrong| faults.push(("rrule", wrong))).ok()
}

fn exceptions(new: &NewMaintenance, recurs: bool, faults: &mut Faults) -> Vec<Exception> {
    let given = new.exceptions.as_deref().unwrap_or_default();
    let has_rule = recurs || new.rrule.as_deref().is_some_and(|text| !text.is_empty());
    if !given.is_empty() && !has_rule {
        faults.push(("exceptions", "Only what comes again, by an rrule, can have exceptions.".to_owned()));
    }
    if given.len() > MOST_EXCEPTIONS {
        faults.push(("exceptions", format!("There may be at most {MOST_EXCEPTIONS} exceptions.")));
        return Vec::new();
    }
    let mut read = Vec::new();
    for text in given {
        match Exception::parse(text) {
            Some(exception) => read.push(exception),
            None => faults.push((
                "exceptions",
                format!(
                    "\"{text}\" is neither a day such as 2026-12-24 nor the time at which it would begin."
                ),
            )),
        }
    }
    read
}

fn check_window(window: Window, now: Option<Timestamp>, faults: &mut Faults) {
    if window.ends_at <= window.starts_at {
        faults.push(("ends_at", "It must end after it begins.".to_owned()));
    } else if window.ends_at.micros() - window.starts_at.micros() > LONGEST {
        faults.push(("ends_at", TOO_LONG.to_owned()));
    }
    match now.map(|now| window.starts_at.micros().saturating_sub(now.micros())) {
        Some(FARTHEST..) => faults.push(("starts_at", "This is more than ten years ahead.".to_owned())),
        Some(..=LONG_AGO) => faults.push(("starts_at", "This is more than ten years ago.".to_owned())),
        _ => {}
    }
}

/// What can only be said of all times together.
fn check_times(plan: &Plan, new: &NewMaintenance, now: Option<Timestamp>, faults: &mut Faults) {
    let bare = Plan { exceptions: Vec::new(), ..plan.clone() };
    let compared: Vec<Window> = bare.windows().take(COMPARED).collect();
    if let Some(rule) = &plan.rule {
        let comes_again = compared.len() > 1 || rule.count == Some(1) || rule.until.is_some();
        if !comes_again {
            faults.push(("rrule", "This rule gives no time after the first.".to_owned()));
        }
        if bare.ends_before_it_begins() {
            faults.push(("rrule", "UNTIL is before starts_at.".to_owned()));
        }
        let overlap =
            compared.iter().zip(compared.iter().skip(1)).find(|(one, next)| one.ends_at > next.starts_at);
        if let Some((one, next)) = overlap {
            let (from, again) = (one.starts_at, next.starts_at);
            faults.push((
                "rrule",
                format!("The time that begins at {from} is not over when it comes again at {again}."),
            ));
        }
    }
    if let Some(text) = plan.idle_exception().and_then(|place| new.exceptions.as_ref()?.get(place)) {
        faults.push(("exceptions", format!("It does not come at {text} anyway.")));
    }
    if !faults.is_empty() {
        return;
    }
    let mut left = plan.windows().filter(|window| now.is_none_or(|now| window.ends_at > now));
    if left.next().is_none() {
        faults.push(match (plan.windows().next(), &plan.rule) {
            (None, _) => ("exceptions", "They leave out every time.".to_owned()),
            (Some(_), None) => ("ends_at", "It would be over already.".to_owned()),
            (Some(_), Some(_)) => ("rrule", "All of its times are over already.".to_owned()),
        });
    }
}
