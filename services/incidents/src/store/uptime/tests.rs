//! Random lives of a few components on both databases: after each event what is kept, and what is told, is what a slow
//! reference makes of the raw rows; and no day is written that came out as it was.

use std::collections::BTreeMap;
use std::time::Duration;

use contracts::incidents::{IncidentStatus, NewComponent, NewIncident};
use contracts::signals::{NewSignal, SignalState};
use contracts::{Level, Status};
use kit_base::Timestamp;
use kit_base::settings::Settings;
use kit_store::{Db, Result, Tx, params};
use kit_testkit::{Engine, TestClock, TestStore, both, test_ids};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Runtime;

use super::*;
use crate::MIGRATIONS;
use crate::error::Error;
use crate::model::{DAY, Piece, Policy, Story, Sums, Weights, day_of, slowly};
use crate::store::{components, hearing, incidents, life};

mod examples;

const NAMES: [&str; 3] = ["a", "b", "c"];
const KEEP: Duration = Duration::from_secs(400 * 86_400);
const WEIGHTS: Weights = Weights { major: 1.0, partial: 0.5, degraded: 0.0 };

/// Something that happens. Numbers choose among what is there; times are in hours.
#[derive(Clone, Debug)]
enum Event {
    Signal(usize, Option<Level>),
    Open(usize, i64),
    Start(usize, i64),
    End(usize, i64),
    Severity(usize, i64),
    Status(usize, IncidentStatus),
    Drop(usize),
    Depend(bool),
    Maintain(usize, i64, Option<i64>),
    Close,
}

fn event() -> impl Strategy<Value = Event> {
    let level = prop::option::of(prop::sample::select(Level::ALL.to_vec()));
    let (one, sev, back) = (0..NAMES.len(), 1_i64..5, 0_i64..100);
    prop_oneof![
        3 => (one.clone(), level).prop_map(|(one, level)| Event::Signal(one, level)),
        2 => (one.clone(), sev.clone()).prop_map(|(one, sev)| Event::Open(one, sev)),
        2 => (one.clone(), back.clone()).prop_map(|(one, back)| Event::Start(one, back)),
        2 => (one.clone(), back.clone()).prop_map(|(one, back)| Event::End(one, back)),
        1 => (one.clone(), sev).prop_map(|(one, sev)| Event::Severity(one, sev)),
        3 => (one.clone(), prop::sample::select(IncidentStatus::ALL.to_vec())).prop_map(|(one, to)| Event::Status(one, to)),
        1 => one.clone().prop_map(Event::Drop),
        1 => any::<bool>().prop_map(Event::Depend),
        1 => (one, back, prop::option::of(0_i64..60)).prop_map(|(one, back, long)| Event::Maintain(one, back, long)),
        3 => Just(Event::Close),
    ]
}

fn component(slug: &str, depends_on: &[&str]) -> NewComponent {
    NewComponent {
        slug: slug.to_owned(),
        name: slug.to_owned(),
        group: Some("all".to_owned()),
        depends_on: Some(depends_on.iter().map(|slug| (*slug).to_owned()).collect()),
        ..NewComponent::default()
    }
}

fn happen(tx: &mut Tx<'_>, event: &Event) -> Result<(), Error> {
    let all = tx.query("SELECT id FROM incidents ORDER BY id", params![], |row| row.get::<String>("id"))?;
    let nth = |n: usize| all.get(n % all.len().max(1)).cloned();
    let now = tx.now();
    let back = |hours: i64| Timestamp::from_micros(now.micros() - hours * DAY / 24);
    match event {
        Event::Signal(one, level) => {
            let signal = NewSignal {
                source: "test".to_owned(),
                key: NAMES[*one].to_owned(),
                component: NAMES[*one].to_owned(),
                level: level.unwrap_or(Level::MajorOutage),
                title: "seen".to_owned(),
                state: Some(if level.is_some() { SignalState::Raised } else { SignalState::Cleared }),
                evidence_url: None,
                since: None,
                expires_at: None,
            };
            hearing::hear(tx, &Policy::from_settings(&Settings::default()), &signal)?;
        }
        Event::Open(one, sev) => {
            let services = Some(vec![NAMES[*one].to_owned()]);
            let new = NewIncident { title: "said".to_owned(), sev: *sev, services, ..NewIncident::default() };
            incidents::create(tx, &new, "ada")?;
        }
        Event::Start(n, hours) => {
            if let Some(id) = nth(*n) {
                let before = weight(tx, &id)?;
                tx.execute("UPDATE incidents SET started_at = $2 WHERE id = $1", params![id, back(*hours)])?;
                incident_changed(tx, &id, before)?;
            }
        }
        Event::End(n, hours) => {
            if let Some(id) = nth(*n) {
                let before = weight(tx, &id)?;
                tx.execute(
                    "UPDATE incidents SET mitigated_at = $2 WHERE id = $1",
                    params![id, back(*hours)],
                )?;
                incident_changed(tx, &id, before)?;
            }
        }
        Event::Severity(n, sev) => {
            if let Some(id) = nth(*n) {
                let before = weight(tx, &id)?;
                tx.execute("UPDATE incidents SET sev = $2 WHERE id = $1", params![id, *sev])?;
                incident_changed(tx, &id, before)?;
            }
        }
        Event::Status(n, to) => {
            // One that signals opened may not be opened again beside another of its cause.
            if let Some(id) = nth(*n)
                && weight(tx, &id)?.is_some()
            {
                life::set_status(tx, &id, *to, "so", None)?;
            }
        }
        Event::Drop(n) => {
            if let Some(id) = nth(*n) {
                let before = weight(tx, &id)?;
                tx.execute("DELETE FROM incidents WHERE id = $1", params![id])?;
                tx.execute("DELETE FROM incident_reach WHERE incident = $1", params![id])?;
                incident_changed(tx, &id, before)?;
            }
        }
        Event::Depend(yes) => {
            components::update(tx, &component("c", if *yes { &["a"] } else { &[] }))?;
        }
        Event::Maintain(one, hours, long) => {
            let (began, maintenance) = (back(*hours), tx.ids().code(8));
            let ended = long.map(|long| Timestamp::from_micros(began.micros() + long * DAY / 24));
            tx.execute(
                "INSERT INTO maintenance_spans (component, maintenance, began_at, ended_at) VALUES ($1, $2, $3, $4)",
                params![NAMES[*one], maintenance, began, ended],
            )?;
            recount(tx, NAMES[*one], began, ended)?;
        }
        Event::Close => while close_days(tx, KEEP)? {},
    }
    Ok(())
}

type Rows = BTreeMap<(String, i64), (Sums, Timestamp)>;

fn rows(tx: &mut Tx<'_>) -> Result<Rows> {
    let rows = tx.query(
        "SELECT component, day, operational, degraded, partial, major, maintenance, unknown, uncounted, counted_at
         FROM uptime_days",
        params![],
        |row| {
            let sums = Sums {
                operational: row.get("operational")?,
                degraded: row.get("degraded")?,
                partial: row.get("partial")?,
                major: row.get("major")?,
                maintenance: row.get("maintenance")?,
                unknown: row.get("unknown")?,
                uncounted: row.get("uncounted")?,
            };
            Ok(((row.get("component")?, row.get("day")?), (sums, row.get("counted_at")?)))
        },
    )?;
    Ok(rows.into_iter().collect())
}

/// Everything that the tables say of a component, whatever the time.
fn raw(tx: &mut Tx<'_>, slug: &str) -> Result<Story> {
    let end = |at: Option<i64>| at.unwrap_or(i64::MAX);
    let begins = tx.query_one("SELECT created_at FROM components WHERE slug = $1", params![slug], |row| {
        row.get("created_at")
    })?;
    let seen = tx.query(
        "SELECT from_at, to_at, status FROM intervals WHERE component = $1 ORDER BY from_at",
        params![slug],
        |row| {
            Ok(Piece {
                from: row.get("from_at")?,
                to: end(row.get("to_at")?),
                status: row.word("status", Status::parse)?,
            })
        },
    )?;
    let incidents = tx.query(
        "SELECT i.sev, i.started_at, i.mitigated_at, i.resolved_at FROM incidents i
         JOIN incident_reach r ON r.incident = i.id WHERE r.component = $1 AND i.cause IS NULL",
        params![slug],
        |row| {
            let (mitigated, resolved): (Option<i64>, Option<i64>) =
                (row.get("mitigated_at")?, row.get("resolved_at")?);
            let status = crate::model::weight(row.get("sev")?);
            Ok(Piece { from: row.get("started_at")?, to: end(mitigated.or(resolved)), status })
        },
    )?;
    let maintenance = tx.query(
        "SELECT began_at, ended_at FROM maintenance_spans WHERE component = $1",
        params![slug],
        |row| {
            let status = Status::UnderMaintenance;
            Ok(Piece { from: row.get("began_at")?, to: end(row.get("ended_at")?), status })
        },
    )?;
    Ok(Story { begins, seen, incidents, maintenance })
}

/// What is wrong with what is kept and told, if anything is.
fn fault(tx: &mut Tx<'_>, before: &Rows) -> Result<Option<String>, Error> {
    let after = rows(tx)?;
    for (place, (sums, counted_at)) in &after {
        if before.get(place).is_some_and(|(known, at)| known == sums && at != counted_at) {
            return Ok(Some(format!("{place:?} was written though it came out as it was")));
        }
    }
    let mark = kept::mark(tx)?;
    let (now, plain) = (tx.now(), Sums::whole_days(Some(Status::Operational), 1));
    let window = Window { at: now, span: Span::Days(30), weights: WEIGHTS };
    let mut told = of_all(tx, false, &window)?.components.into_iter();
    let mut together = Sums::default();
    for slug in NAMES {
        let story = raw(tx, slug)?;
        let begin_day = story.begins.div_euclid(DAY);
        for day in mark.map_or(0..0, |mark| begin_day - 3..mark.closed_to) {
            let slow = slowly(&story, day * DAY, (day + 1) * DAY);
            let known = after.get(&(slug.to_owned(), day)).map(|(sums, _)| *sums);
            let meant = known.unwrap_or(if day < begin_day { Sums::whole_days(None, 1) } else { plain });
            if slow != meant {
                return Ok(Some(format!("{slug} on day {day}: kept {meant:?}, slowly {slow:?}")));
            }
        }
        let history = of_component(tx, slug, false, &window)?;
        let mut total = Sums::default();
        for (day, shown) in (day_of(now) - 29..=day_of(now)).zip(&history.days) {
            let slow = slowly(&story, day * DAY, now.micros().min((day + 1) * DAY));
            total.join(&slow);
            let expected = (slow.uptime(&WEIGHTS), slow.worst());
            if (shown.uptime, shown.worst) != expected
                || shown.seconds.major_outage != slow.major as f64 / 1e6
            {
                return Ok(Some(format!("{slug} on {}: told {shown:?}, slowly {slow:?}", shown.date)));
            }
        }
        let among = told.next();
        if history.days.len() != 30
            || history.uptime != total.uptime(&WEIGHTS)
            || among.as_ref().and_then(|one| one.uptime) != history.uptime
        {
            return Ok(Some(format!("{slug}: told {history:?} and {among:?}, slowly {total:?}")));
        }
        let named: Vec<_> = among.map(|one| one.days).unwrap_or_default();
        let quiet = history.days.iter().filter(|day| !named.contains(day));
        if let Some(day) =
            quiet.into_iter().find(|day| day.worst.is_some_and(|worst| worst != Status::Operational))
        {
            return Ok(Some(format!("{slug}: {day:?} is not named among all")));
        }
        together.join(&total);
    }
    let group = of_group(tx, "all", false, &window)?;
    Ok((group.uptime != together.uptime(&WEIGHTS))
        .then(|| format!("the group: {group:?}, slowly {together:?}")))
}

fn world(engine: Engine) -> (TestStore, TestClock, Db) {
    let clock = TestClock::default();
    let store = TestStore::new(engine).with(clock.clock(), test_ids(clock.clock()));
    let db = store.open(MIGRATIONS);
    (store, clock, db)
}

/// Lives through the events; between them time passes, in quarters of an hour and some microseconds.
async fn live(engine: Engine, events: Vec<(Event, u64)>) -> Option<String> {
    let (_store, clock, db) = world(engine);
    let begun = db.write(|tx| {
        components::create(tx, &component("a", &[]))?;
        components::create(tx, &component("b", &["a"]))?;
        components::create(tx, &component("c", &[])).map(drop)
    });
    begun.await.map_err(|error: Error| error.to_string()).err().map_or(Ok(()), Err).ok()?;
    for (event, quarters) in events {
        clock.advance(Duration::from_micros(quarters * 900_000_000 + 1));
        let happened = event.clone();
        let looked = db.write(move |tx| {
            let before = rows(tx)?;
            happen(tx, &happened)?;
            fault(tx, &before)
        });
        match looked.await {
            Ok(None) => {}
            Ok(Some(fault)) => return Some(format!("after {event:?}: {fault}")),
            Err(error) => return Some(format!("{event:?}: {error}")),
        }
    }
    None
}

#[test]
fn what_is_kept_and_told_is_what_the_raw_rows_say() {
    let runtime = Runtime::new().unwrap();
    for (engine, cases) in both().into_iter().zip([100, 15]) {
        let mut runner = TestRunner::new(Config {
            cases,
            max_shrink_iters: 300,
            failure_persistence: None,
            ..Config::default()
        });
        let lives = prop::collection::vec((event(), 0_u64..200), 10..40);
        let outcome = runner.run(&lives, |events| {
            let fault = runtime.block_on(live(engine, events));
            prop_assert!(fault.is_none(), "{}", fault.unwrap_or_default());
            Ok(())
        });
        assert!(outcome.is_ok(), "{engine:?}: {}", outcome.unwrap_err());
    }
}
