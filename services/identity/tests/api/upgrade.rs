//! Users of the first version get what people have now.

use identity::MIGRATIONS;
use kit_store::{StoreError, params};
use kit_testkit::{TestStore, both};

/// Id, number, username, and whether they are active and may write.
type Person = (String, i64, String, bool, bool);

#[tokio::test]
async fn users_of_before_get_numbers_and_usernames_in_the_order_in_which_they_came() {
    for engine in both() {
        let store = TestStore::new(engine);
        let before = store.open(&MIGRATIONS[..2]);
        before
            .write(|tx| -> Result<(), StoreError> {
                for (id, at) in [("c", 20_i64), ("b", 10), ("a", 20)] {
                    tx.execute(
                        "INSERT INTO users (id, name, email, email_key, role, password_hash, created_at)
                         VALUES ($1, $1, $1, $1, 'admin', '', $2)",
                        params![id, at],
                    )?;
                }
                Ok(())
            })
            .await
            .unwrap();
        drop(before);
        let now = store.open(MIGRATIONS);
        let people = now.read(|tx| -> Result<Vec<Person>, StoreError> {
            tx.query(
                "SELECT id, pk, username, is_active, can_write FROM users ORDER BY pk",
                params![],
                |row| {
                    let (id, pk, username) = (row.get("id")?, row.get("pk")?, row.get("username")?);
                    Ok((id, pk, username, row.get("is_active")?, row.get("can_write")?))
                },
            )
        });
        let person = |id: &str, pk: i64| (id.to_owned(), pk, format!("user{pk}"), true, true);
        assert_eq!(people.await.unwrap(), [person("b", 1), person("a", 2), person("c", 3)], "{engine:?}");
        let used =
            now.read(|tx| tx.query_one("SELECT used FROM numbers", params![], |row| row.get::<i64>("used")));
        assert_eq!(used.await, Ok(3), "{engine:?}");
    }
}
