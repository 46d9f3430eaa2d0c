//! The sweep against a slow reference, which asks at every boundary anew what lasts there.

use proptest::prelude::*;

use super::*;

/// The state at a moment, from the words of the rule alone.
pub(crate) fn state_at(story: &Story, at: i64) -> Option<Status> {
    let lasts = |piece: &&Piece| piece.from <= at && at < piece.to;
    if at < story.begins {
        return None;
    }
    if story.maintenance.iter().any(|span| lasts(&span)) {
        return Some(Status::UnderMaintenance);
    }
    let seen: Vec<Status> = story.seen.iter().filter(lasts).map(|piece| piece.status).collect();
    let seen = seen.into_iter().reduce(Status::worst).unwrap_or(Status::Unknown);
    Some(story.incidents.iter().filter(lasts).fold(seen, |worst, incident| worst.worst(incident.status)))
}

/// The sums from `from` to `to`: between two boundaries nothing changes, so one look at the first moment is enough.
pub(crate) fn slowly(story: &Story, from: i64, to: i64) -> Sums {
    let pieces = story.seen.iter().chain(&story.incidents).chain(&story.maintenance);
    let mut bounds: Vec<i64> = pieces.flat_map(|piece| [piece.from, piece.to]).collect();
    bounds.extend([story.begins, from, to]);
    bounds.retain(|bound| (from..=to).contains(bound));
    bounds.sort_unstable();
    let mut sums = Sums::default();
    for pair in bounds.windows(2) {
        sums.add(state_at(story, pair[0]), pair[1] - pair[0]);
    }
    sums
}

/// Boundaries lie on a coarse grid, so that many of them meet, and so do midnights; some are a microsecond off.
fn moment() -> impl Strategy<Value = i64> {
    (-2_i64..30, -1_i64..=1).prop_map(|(sixth, off)| sixth * DAY / 6 + off)
}

fn pieces(most: usize) -> impl Strategy<Value = Vec<Piece>> {
    let piece = (moment(), moment(), prop::sample::select(Status::ALL.to_vec()));
    let piece =
        piece.prop_map(|(one, other, status)| Piece { from: one.min(other), to: one.max(other), status });
    prop::collection::vec(piece, 0..most)
}

fn story() -> impl Strategy<Value = Story> {
    (moment(), pieces(8), pieces(5), pieces(3)).prop_map(|(begins, seen, incidents, maintenance)| Story {
        begins,
        seen,
        incidents,
        maintenance,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_sweep_is_the_slow_reference(story in story(), one in moment(), other in moment()) {
        let (from, to) = (one.min(other), one.max(other));
        let days = by_day(&story, from, to);
        let mut covered = from;
        for (day, sums) in &days {
            let (begin, end) = (from.max(day * DAY), to.min((day + 1) * DAY));
            prop_assert_eq!(begin, covered, "no day is left out");
            prop_assert_eq!(*sums, slowly(&story, begin, end));
            covered = end;
        }
        prop_assert_eq!(covered, to);
    }

    #[test]
    fn no_microsecond_is_lost(story in story(), one in moment(), other in moment()) {
        let (from, to) = (one.min(other), one.max(other));
        let mut all = Sums::default();
        by_day(&story, from, to).iter().for_each(|(_, sums)| all.join(sums));
        let whole = all.operational + all.degraded + all.partial + all.major + all.maintenance + all.unknown;
        prop_assert_eq!(whole + all.uncounted, to - from);
    }
}

#[test]
fn maintenance_goes_before_trouble_and_gaps_are_unknown() {
    let piece = |from, to, status| Piece { from, to, status };
    let story = Story {
        begins: 10,
        seen: vec![piece(20, 100, Status::Operational)],
        incidents: vec![piece(40, 60, Status::MajorOutage), piece(15, 18, Status::PartialOutage)],
        maintenance: vec![piece(50, 55, Status::Unknown)],
    };
    let days = by_day(&story, 0, 100);
    let sums = Sums {
        operational: 60,
        major: 15,
        maintenance: 5,
        partial: 3,
        unknown: 7,
        uncounted: 10,
        degraded: 0,
    };
    assert_eq!(days, [(0, sums)]);
}
