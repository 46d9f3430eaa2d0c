//! A past that changes, one that is too old to change, and one that began before there was a history.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_incident_counts_again_only_the_days_that_it_touches() {
    for engine in both() {
        let (_store, clock, db) = world(engine);
        let hours = |hours: u64| Duration::from_secs(hours * 3600);
        let begun = db.write(|tx| {
            components::create(tx, &component("a", &[]))?;
            let services = Some(vec!["a".to_owned()]);
            let new = NewIncident { title: "said".to_owned(), sev: 1, services, ..NewIncident::default() };
            incidents::create(tx, &new, "ada").map(|incident| incident.id)
        });
        let id: String = begun.await.map_err(|error: Error| error.to_string()).unwrap();
        clock.advance(hours(24 * 5));
        let (closed, kept) = db
            .write(|tx| {
                while close_days(tx, KEEP)? {}
                Ok::<_, Error>((tx.now(), rows(tx)?))
            })
            .await
            .map_err(|error| error.to_string())
            .unwrap();
        assert_eq!(kept.len(), 5, "{engine:?}: five days of an incident that goes on");

        clock.advance(hours(1));
        let moved = db.write(move |tx| {
            let before = weight(tx, &id)?;
            let start = Timestamp::from_micros(tx.now().micros() - 3 * DAY);
            tx.execute("UPDATE incidents SET started_at = $2 WHERE id = $1", params![id, start])?;
            incident_changed(tx, &id, before)?;
            Ok::<_, Error>((tx.now(), rows(tx)?))
        });
        let (changed, after) = moved.await.map_err(|error| error.to_string()).unwrap();
        let counted: Vec<Timestamp> = after.values().map(|(_, at)| *at).collect();
        assert_eq!(
            counted,
            [changed, changed, closed, closed],
            "{engine:?}: the second day is whole again, the others stand"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_older_than_the_intervals_stays_as_it_was_counted() {
    for engine in both() {
        let (_store, clock, db) = world(engine);
        let day = Duration::from_secs(86_400);
        let signal = |level| Event::Signal(0, level);
        let begin = db.write(|tx| components::create(tx, &component("a", &[])).map(drop));
        begin.await.map_err(|error: Error| error.to_string()).unwrap();
        for event in [signal(Some(Level::MajorOutage)), signal(None), Event::Open(0, 2)] {
            clock.advance(day);
            db.write(move |tx| happen(tx, &event)).await.map_err(|error| error.to_string()).unwrap();
        }
        clock.advance(day * 10);
        let shortly = day * 2;
        let look = db.write(move |tx| {
            while close_days(tx, shortly)? {}
            let before = rows(tx)?;
            // The incident began before everything; only days whose intervals are there can hear of it.
            happen(tx, &Event::Start(0, 24 * 300))?;
            let intervals: i64 =
                tx.query_one("SELECT COUNT(*) AS n FROM intervals", params![], |row| row.get("n"))?;
            Ok::<_, Error>((before, rows(tx)?, intervals))
        });
        let (before, after, intervals) = look.await.map_err(|error| error.to_string()).unwrap();
        assert!(before.len() > 3 && before == after, "{engine:?}");
        assert_eq!(intervals, 1, "{engine:?}: only the present one is left");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stores_of_before_begin_with_what_they_know() {
    for engine in both() {
        let clock = TestClock::default();
        let store = TestStore::new(engine).with(clock.clock(), test_ids(clock.clock()));
        let old = store.open(&MIGRATIONS[..2]);
        let fill = old.write(|tx| {
            let since = tx.now();
            for (slug, status) in [("a", "major_outage"), ("b", "operational")] {
                tx.execute(
                    "INSERT INTO components (slug, name, description, group_name, position, visibility, status, since, because)
                     VALUES ($1, $1, '', 'all', 0, 'public', $2, $3, '[]')",
                    params![slug, status, since],
                )?;
            }
            tx.execute("INSERT INTO dependencies (component, needs, scope, place) VALUES ('b', 'a', NULL, 0)", params![])?;
            tx.execute("INSERT INTO dependencies (component, needs, scope, place) VALUES ('x', 'b', NULL, 0)", params![])?;
            tx.execute(
                "INSERT INTO incidents (id, title, sev, summary, status, source, started_at)
                 VALUES ('INC-1', 'Old', 1, '', 'open', 'manual', $1)",
                params![since],
            )?;
            tx.execute("INSERT INTO incident_components (incident, component, place) VALUES ('INC-1', 'a', 0)", params![])
        });
        fill.await.map_err(|error: kit_store::StoreError| error.to_string()).unwrap();
        drop(old);
        clock.advance(Duration::from_secs(3600));
        let db = store.open(MIGRATIONS);
        let look = db.write(|tx| {
            while close_days(tx, KEEP)? {}
            let reached =
                tx.query("SELECT component FROM incident_reach ORDER BY component", params![], |row| {
                    row.get::<String>("component")
                })?;
            let window = Window { at: tx.now(), span: Span::Days(1), weights: WEIGHTS };
            Ok::<_, Error>((reached, raw(tx, "a")?, of_component(tx, "b", true, &window)?))
        });
        let (reached, a, b) = look.await.map_err(|error| error.to_string()).unwrap();
        assert_eq!(reached, ["a", "b", "x"], "{engine:?}");
        let statuses: Vec<Status> = a.seen.iter().map(|piece| piece.status).collect();
        assert_eq!(
            statuses,
            [Status::MajorOutage, Status::Operational],
            "{engine:?}: the outage was an incident's"
        );
        assert_eq!(
            (b.seconds.major_outage, b.uptime),
            (3600.0, Some(0.0)),
            "{engine:?}: it reaches what needs it"
        );
    }
}
