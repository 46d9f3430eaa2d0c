//! Whatever the order in which jobs meet, both databases end with the same rows, and with the rows that a plain
//! model of the jobs gives: no update is lost, no failed job leaves a trace.

use std::collections::BTreeMap;

use kit_store::{Db, Migration, StoreError, params};
use kit_testkit::{TestStore, both};
use proptest::prelude::*;

const TABLES: &[Migration] = &[Migration {
    name: "0001_accounts",
    sql: "CREATE TABLE accounts (id BIGINT NOT NULL PRIMARY KEY, balance BIGINT NOT NULL);",
}];

/// Jobs whose effects do not depend on their order, so that there is one right end.
#[derive(Clone, Copy, Debug)]
enum Job {
    /// Reads a balance and writes it back with this added: a lost update shows.
    Add { account: i64, amount: i64 },
    /// Moves an amount between two accounts by two such steps.
    Move { from: i64, to: i64, amount: i64 },
    /// Does the same and then fails.
    Fail { from: i64, to: i64, amount: i64 },
}

fn job() -> impl Strategy<Value = Job> {
    let (account, amount) = (0..4_i64, -50..50_i64);
    prop_oneof![
        (account.clone(), amount.clone()).prop_map(|(account, amount)| Job::Add { account, amount }),
        (account.clone(), account.clone(), amount.clone()).prop_map(|(from, to, amount)| Job::Move {
            from,
            to,
            amount
        }),
        (account.clone(), account, amount).prop_map(|(from, to, amount)| Job::Fail { from, to, amount }),
    ]
}

fn add(tx: &mut kit_store::Tx<'_>, account: i64, amount: i64) -> Result<(), StoreError> {
    let balance: Option<i64> =
        tx.query_opt("SELECT balance FROM accounts WHERE id = $1", params![account], |row| {
            row.get("balance")
        })?;
    match balance {
        Some(balance) => {
            tx.execute("UPDATE accounts SET balance = $2 WHERE id = $1", params![account, balance + amount])?
        }
        None => tx.execute("INSERT INTO accounts (id, balance) VALUES ($1, $2)", params![account, amount])?,
    };
    Ok(())
}

async fn run(db: &Db, job: Job) -> Result<(), StoreError> {
    db.write(move |tx| match job {
        Job::Add { account, amount } => add(tx, account, amount),
        Job::Move { from, to, amount } => add(tx, from, -amount).and_then(|()| add(tx, to, amount)),
        Job::Fail { from, to, amount } => {
            add(tx, from, -amount)?;
            add(tx, to, amount)?;
            Err(StoreError::NoRow)
        }
    })
    .await
}

fn model(jobs: &[Job]) -> BTreeMap<i64, i64> {
    let mut accounts = BTreeMap::new();
    for job in jobs {
        match *job {
            Job::Add { account, amount } => *accounts.entry(account).or_default() += amount,
            Job::Move { from, to, amount } => {
                *accounts.entry(from).or_default() -= amount;
                *accounts.entry(to).or_default() += amount;
            }
            Job::Fail { .. } => {}
        }
    }
    accounts
}

/// All jobs at once, from many tasks; the rows that are there afterwards.
async fn rows_after(db: Db, jobs: &[Job]) -> BTreeMap<i64, i64> {
    let tasks: Vec<_> = jobs
        .iter()
        .map(|job| {
            let (db, job) = (db.clone(), *job);
            tokio::spawn(async move { (job, run(&db, job).await) })
        })
        .collect();
    for task in tasks {
        let (job, result) = task.await.unwrap();
        match job {
            Job::Fail { .. } => assert_eq!(result, Err(StoreError::NoRow), "{job:?}"),
            _ => assert_eq!(result, Ok(()), "{job:?}"),
        }
    }
    let rows = db.read(|tx| -> Result<Vec<(i64, i64)>, StoreError> {
        tx.query("SELECT id, balance FROM accounts", params![], |row| {
            Ok((row.get("id")?, row.get("balance")?))
        })
    });
    rows.await.unwrap().into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_databases_end_with_the_rows_of_the_model(jobs in prop::collection::vec(job(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
        for engine in both() {
            let store = TestStore::new(engine);
            let rows = runtime.block_on(rows_after(store.open(TABLES), &jobs));
            prop_assert_eq!(&rows, &model(&jobs), "on {:?}", engine);
        }
    }
}
