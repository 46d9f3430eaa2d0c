//! What is usual follows from what was counted, and what is old is added up.

use std::time::Duration;

use kit_store::{StoreError, params};
use kit_testkit::both;
use serde_json::json;

use crate::stage::Stage;

const DAY: u64 = 24 * 60;

#[tokio::test(flavor = "multi_thread")]
async fn what_many_report_every_week_is_usual_and_a_storm_is_not_learnt_from() {
    for engine in both() {
        let mut stage = Stage::living(engine);
        stage.history_when("shop", |shop| shop["quarters"][95]["baseline"].is_object()).await;
        // For six weeks, ten visitors report in each quarter from 11:30 to 12:45 of this day of the week.
        let start = stage.world.clock.now().minus(Duration::from_secs(30 * 60));
        stage.remembers("shop", start, 5, 10).await;
        stage.later(6 * 7 * DAY);
        let shop = stage.history_when("shop", |shop| shop["quarters"][95]["baseline"]["usual"] == 10.0).await;
        let baseline = json!({ "usual": 10.0, "low": 3.4, "high": 16.6, "alarm": 29.9 });
        assert_eq!(shop["quarters"][95]["baseline"], baseline, "{engine:?}");
        stage.storm("shop", 0..29).await;
        assert_eq!(stage.history("shop").await["level"], json!(null), "{engine:?}");
        stage.storm("shop", 29..60).await;
        assert!(
            stage.signal().await.starts_with(
                "shop degraded_performance: 30 problem reports in 15 minutes, where 10 are usual"
            )
        );
        assert!(stage.signal().await.starts_with("shop partial_outage: 50 "), "{engine:?}");
        // An hour later nothing is usual any more.
        stage.later(120);
        let quiet = stage.history_when("shop", |shop| shop["quarters"][95]["baseline"].is_object()).await;
        assert_eq!(quiet["quarters"][95]["baseline"]["usual"], 0.0, "{engine:?}");
        assert_eq!(quiet["quarters"][87]["count"], 60, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_is_added_up_and_forgotten() {
    for engine in both() {
        let stage = Stage::living(engine);
        let body = json!({ "component": "shop", "message": "canary" }).to_string();
        stage.send(crate::stage::address(1), "application/json", body).await;
        let start = stage.world.clock.now();
        stage.remembers("shop", start, 8, 3).await;
        let rows = stage.counts().await;
        assert_eq!(rows.iter().map(|row| row.1).sum::<i64>(), 6 * 8 * 3 + 1, "{engine:?}");
        let stage = stage.restarted_after(Duration::from_secs(60 * 2 * DAY));
        stage.tables_when(|tables| tables.reporters == 0 && tables.reports == 1).await;
        let stage = stage.restarted_after(Duration::from_secs(60 * 6 * DAY));
        stage.tables_when(|tables| tables.reports == 0).await;
        let stage = stage.restarted_after(Duration::from_secs(60 * 80 * DAY));
        let all = stage.counts_when(|rows| rows.iter().all(|row| row.0 == 3600)).await;
        assert_eq!(
            all.iter().map(|row| row.1).collect::<Vec<_>>(),
            [13, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12],
            "{engine:?}"
        );
        let stage = stage.restarted_after(Duration::from_secs(60 * 200 * DAY));
        let all = stage.counts_when(|rows| rows.iter().all(|row| row.0 == 86_400)).await;
        assert_eq!(all.iter().map(|row| row.1).collect::<Vec<_>>(), [25, 24, 24, 24, 24, 24], "{engine:?}");
        let stage = stage.restarted_after(Duration::from_secs(60 * 800 * DAY));
        stage.counts_when(<[_]>::is_empty).await;
    }
}

/// How many rows there are.
#[derive(Debug)]
struct Tables {
    reports: i64,
    reporters: i64,
}

impl Stage {
    /// In each of six weeks, so many visitors were counted in each of so many quarters from `start` on.
    async fn remembers(
        &self,
        component: &'static str,
        start: kit_base::Timestamp,
        quarters: i64,
        count: i64,
    ) {
        let write = move |tx: &mut kit_store::Tx<'_>| -> Result<(), StoreError> {
            for week in 0..6 {
                for quarter in 0..quarters {
                    let at = start.micros() + week * 7 * 86_400_000_000 + quarter * 900_000_000;
                    tx.execute(
                        "INSERT INTO counts (component, grain, start, count, told) VALUES ($1, 900, $2, $3, $3)
                         ON CONFLICT (component, grain, start) DO UPDATE SET count = counts.count + excluded.count",
                        params![component, at, count],
                    )?;
                }
            }
            Ok(())
        };
        self.db.write(write).await.unwrap();
    }

    /// Grain and count of every row, oldest first.
    async fn counts(&self) -> Vec<(i64, i64)> {
        let rows = self.db.read(|tx| {
            tx.query("SELECT grain, count FROM counts ORDER BY start", params![], |row| {
                Ok((row.get("grain")?, row.get("count")?))
            })
        });
        rows.await.unwrap()
    }

    async fn counts_when(&self, like: impl Fn(&[(i64, i64)]) -> bool) -> Vec<(i64, i64)> {
        until(async || self.counts().await, |rows: &Vec<_>| like(rows)).await
    }

    async fn tables_when(&self, like: impl Fn(&Tables) -> bool) -> Tables {
        let look = async || {
            let counted = self.db.read(|tx| {
                let sql = "SELECT (SELECT COUNT(*) FROM reports) AS reports, (SELECT COUNT(*) FROM reporters) AS reporters";
                tx.query_one(sql, params![], |row| {
                    Ok(Tables { reports: row.get("reports")?, reporters: row.get("reporters")? })
                })
            });
            counted.await.unwrap()
        };
        until(look, like).await
    }

    /// Waits until the wait for the component's level to clear has begun at the present moment.
    pub async fn waiting_since_now(&self, component: &'static str) {
        let now = self.world.clock.now();
        until(async || self.below_since(component).await, |since| *since == Some(now)).await;
    }

    pub async fn is_waiting(&self, component: &'static str) -> bool {
        self.below_since(component).await.is_some()
    }

    async fn below_since(&self, component: &'static str) -> Option<kit_base::Timestamp> {
        let since = self.db.read(move |tx| {
            tx.query_one("SELECT below_since FROM components WHERE slug = $1", params![component], |row| {
                row.get("below_since")
            })
        });
        since.await.unwrap()
    }
}

async fn until<T: std::fmt::Debug>(look: impl AsyncFn() -> T, like: impl Fn(&T) -> bool) -> T {
    let mut last = look().await;
    let waiting = async {
        while !like(&last) {
            tokio::time::sleep(Duration::from_millis(20)).await;
            last = look().await;
        }
    };
    let done = tokio::time::timeout(Duration::from_secs(20), waiting).await;
    assert!(done.is_ok(), "it never became so: {last:?}");
    last
}
