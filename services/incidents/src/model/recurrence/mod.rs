//! When a maintenance comes: its first window, the rule by which it comes again, and the times at which it does not.
//! Rules hold on the clocks of a place; windows are moments.

mod expand;
mod reading;
mod rule;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use kit_base::Timestamp;

use expand::Times;
pub(crate) use rule::Rule;
use rule::Until;

/// So many times are looked at for those that exceptions name: some centuries of a daily rule.
const SEARCHED: usize = 100_000;

/// One time of a maintenance, from its begin to its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Window {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

/// A time at which a maintenance does not come after all, by when it would begin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Exception {
    Day(Date),
    Wall(DateTime),
    Moment(Timestamp),
}

impl Exception {
    /// `2026-12-24`, `2026-12-24T02:00` or `2026-12-24T01:00:00Z`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let moment = || Timestamp::parse(text).map(Exception::Moment);
        let wall = || text.contains('T').then(|| wall_time(text).map(Exception::Wall)).flatten();
        let day = || (text.len() == 10).then(|| text.parse().ok().map(Exception::Day)).flatten();
        moment().or_else(wall).or_else(day)
    }

    fn names(self, wall: DateTime, moment: Timestamp) -> bool {
        match self {
            Exception::Day(day) => day == wall.date(),
            Exception::Wall(time) => time == wall,
            Exception::Moment(time) => time == moment,
        }
    }
}

/// All that says when a maintenance comes.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub first: Window,
    pub zone: TimeZone,
    pub rule: Option<Rule>,
    pub exceptions: Vec<Exception>,
}

impl Plan {
    /// Every window, the first one first, without the exceptions. It ends: a rule is followed for a hundred years.
    pub(crate) fn windows(&self) -> impl Iterator<Item = Window> {
        self.with_walls().filter(|(wall, window)| !self.is_left_out(*wall, *window)).map(|(_, window)| window)
    }

    /// The first exception that names nothing, by its place in the list.
    pub(crate) fn idle_exception(&self) -> Option<usize> {
        let mut idle: Vec<usize> = (0..self.exceptions.len()).collect();
        for (wall, window) in self.with_walls().take(SEARCHED) {
            if idle.is_empty() {
                break;
            }
            let names = |place: &usize| {
                self.exceptions.get(*place).is_some_and(|one| one.names(wall, window.starts_at))
            };
            idle.retain(|place| !names(place));
        }
        idle.into_iter().next()
    }

    /// Whether the rule is over before the first time.
    pub(crate) fn ends_before_it_begins(&self) -> bool {
        !self.is_within(wall(&self.zone, self.first.starts_at), self.first.starts_at)
    }

    fn is_left_out(&self, wall: DateTime, window: Window) -> bool {
        self.exceptions.iter().any(|exception| exception.names(wall, window.starts_at))
    }

    fn with_walls(&self) -> impl Iterator<Item = (DateTime, Window)> {
        let first = wall(&self.zone, self.first.starts_at);
        let again = self.rule.as_ref().map(|rule| Times::new(rule, first).skip(1));
        let again = again.into_iter().flatten().map_while(move |time| {
            let window = self.window(first, time)?;
            self.is_within(time, window.starts_at).then_some((time, window))
        });
        std::iter::once((first, self.first)).chain(again)
    }

    /// Both ends keep their time on the clocks. A time that the clocks leap over is meant by the offset before the leap, and
    /// one that they show twice is the first of the two (RFC 5545 3.3.5). Where nothing would be left of the window,
    /// it is as long as the first one.
    fn window(&self, first: DateTime, time: DateTime) -> Option<Window> {
        let starts_at = moment(&self.zone, time)?;
        let length = self.first.ends_at.since(self.first.starts_at);
        let on_clocks = wall(&self.zone, self.first.ends_at).duration_since(first);
        let end = time.checked_add(on_clocks).ok().and_then(|end| moment(&self.zone, end));
        let ends_at = end.filter(|end| *end > starts_at).unwrap_or(starts_at.plus(length));
        Some(Window { starts_at, ends_at })
    }

    fn is_within(&self, time: DateTime, starts_at: Timestamp) -> bool {
        match self.rule.as_ref().and_then(|rule| rule.until) {
            None => true,
            Some(Until::Day(day)) => time.date() <= day,
            Some(Until::Wall(last)) => time <= last,
            Some(Until::Moment(last)) => starts_at <= last,
        }
    }
}

/// The time zone of that IANA name.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// What the clocks of the zone show at that moment.
pub(crate) fn wall(zone: &TimeZone, at: Timestamp) -> DateTime {
    jiff::Timestamp::from_microsecond(at.micros()).map(|at| zone.to_datetime(at)).unwrap_or_default()
}

/// The moment at which the clocks of the zone show that time.
pub(crate) fn moment(zone: &TimeZone, wall: DateTime) -> Option<Timestamp> {
    let moment = zone.to_ambiguous_timestamp(wall).compatible().ok()?;
    Some(Timestamp::from_micros(moment.as_microsecond()))
}

/// A time on a clock without a zone, such as `2026-12-01T02:00`.
pub(crate) fn wall_time(text: &str) -> Option<DateTime> {
    let plain =
        text.bytes().all(|byte| byte.is_ascii_digit() || b"-:T".contains(&byte)) && text.contains('T');
    text.parse().ok().filter(|_| plain && (16..=19).contains(&text.len()))
}
