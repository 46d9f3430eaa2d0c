//! From everything known of a component's past to the time in each state, day by day, exact to the microsecond.

use contracts::Status;

use super::days::DAY;
use super::sums::Sums;

/// A time in which something said this status, in microseconds; the end is the first moment that is no part of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Piece {
    pub from: i64,
    pub to: i64,
    pub status: Status,
}

/// What is known of one component.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Story {
    /// Time before this is not counted.
    pub begins: i64,
    /// What the machine saw. Where it has gaps nobody knows.
    pub seen: Vec<Piece>,
    /// Incidents that weigh on it by themselves.
    pub incidents: Vec<Piece>,
    /// When it was worked on, as announced; the status of these is of no matter.
    pub maintenance: Vec<Piece>,
}

/// The sums of every day from `from` to `to`, first day first. The first and the last may be parts of days.
pub(crate) fn by_day(story: &Story, from: i64, to: i64) -> Vec<(i64, Sums)> {
    let mut days = Days::new(from, to);
    let mut running = Running::default();
    let mut at = from;
    for turn in turns(story, from, to) {
        days.add(at, turn.at, running.state());
        at = turn.at;
        running.take(turn);
    }
    days.add(at, to, running.state());
    days.sums
}

/// What begins or ends.
#[derive(Clone, Copy)]
enum What {
    Counting,
    Seen(Status),
    Incident(Status),
    Maintenance,
}

#[derive(Clone, Copy)]
struct Turn {
    at: i64,
    what: What,
    begins: bool,
}

/// Every beginning and end within the time asked for, in order.
fn turns(story: &Story, from: i64, to: i64) -> Vec<Turn> {
    let mut turns = Vec::with_capacity(2 * (story.seen.len() + story.incidents.len()) + 2);
    let mut piece = |begun: i64, ended: i64, what: What| {
        let (begun, ended) = (begun.max(from), ended.min(to));
        if begun < ended {
            turns.push(Turn { at: begun, what, begins: true });
            turns.push(Turn { at: ended, what, begins: false });
        }
    };
    piece(story.begins, i64::MAX, What::Counting);
    story.seen.iter().for_each(|seen| piece(seen.from, seen.to, What::Seen(seen.status)));
    story.incidents.iter().for_each(|one| piece(one.from, one.to, What::Incident(one.status)));
    story.maintenance.iter().for_each(|span| piece(span.from, span.to, What::Maintenance));
    turns.sort_unstable_by_key(|turn| turn.at);
    turns
}

/// How many of each kind last at a moment.
#[derive(Default)]
struct Running {
    counting: i32,
    seen: i32,
    maintenance: i32,
    statuses: [i32; Status::ALL.len()],
}

impl Running {
    fn take(&mut self, turn: Turn) {
        let step = if turn.begins { 1 } else { -1 };
        match turn.what {
            What::Counting => self.counting += step,
            What::Maintenance => self.maintenance += step,
            What::Incident(status) => self.count(status, step),
            What::Seen(status) => {
                self.seen += step;
                self.count(status, step);
            }
        }
    }

    fn count(&mut self, status: Status, step: i32) {
        let places = self.statuses.iter_mut().zip(Status::ALL);
        places.filter(|(_, each)| *each == status).for_each(|(count, _)| *count += step);
    }

    /// Maintenance is what it is called; else the worst that anything says. `None` is not counted.
    fn state(&self) -> Option<Status> {
        if self.counting == 0 {
            return None;
        }
        if self.maintenance > 0 {
            return Some(Status::UnderMaintenance);
        }
        let least = if self.seen == 0 { Status::Unknown } else { Status::Operational };
        let lasting = self.statuses.iter().zip(Status::ALL).filter(|(count, _)| **count > 0);
        Some(lasting.fold(least, |worst, (_, status)| worst.worst(status)))
    }
}

/// The sums of days, one after the other.
struct Days {
    first: i64,
    sums: Vec<(i64, Sums)>,
}

impl Days {
    fn new(from: i64, to: i64) -> Self {
        let first = from.div_euclid(DAY);
        let end = if to > from { (to - 1).div_euclid(DAY) + 1 } else { first };
        Self { first, sums: (first..end).map(|day| (day, Sums::default())).collect() }
    }

    fn add(&mut self, from: i64, to: i64, state: Option<Status>) {
        let mut at = from;
        while at < to {
            let day = at.div_euclid(DAY);
            let end = to.min((day + 1) * DAY);
            let place = usize::try_from(day - self.first).ok().and_then(|place| self.sums.get_mut(place));
            if let Some((_, sums)) = place {
                sums.add(state, end - at);
            }
            at = end;
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
