//! The words by which incidents are found: title, summary, timeline and published postmortem for everybody, and the notes
//! too for the team.

use contracts::incidents::{EntryType, Postmortem, PostmortemState};
use kit_store::{Result, Tx, params, search};

/// How many incidents without words are looked at in one go.
const AT_ONCE: i64 = 50;

/// The incident is found by what it says now.
pub(crate) fn index(tx: &mut Tx<'_>, incident: &str) -> Result<()> {
    let found = tx.query_opt(
        "SELECT title, summary, postmortem FROM incidents WHERE id = $1",
        params![incident],
        |row| {
            let postmortem: Option<String> = row.get("postmortem")?;
            Ok((row.get::<String>("title")?, row.get::<String>("summary")?, postmortem))
        },
    )?;
    let Some((title, summary, postmortem)) = found else { return Ok(()) };
    let entries: Vec<(bool, String)> =
        tx.query("SELECT type, message FROM timeline WHERE incident = $1", params![incident], |row| {
            Ok((row.word("type", EntryType::parse)? == EntryType::Note, row.get("message")?))
        })?;
    let (learned, is_published) = learned(postmortem.as_deref());
    let open = [incident, title.as_str(), summary.as_str()].into_iter();
    let open = open.chain(entries.iter().filter(|(is_note, _)| !is_note).map(|(_, text)| text.as_str()));
    let public =
        search::words(open.clone().chain(learned.iter().filter(|_| is_published).map(String::as_str)));
    let notes = entries.iter().filter(|(is_note, _)| *is_note).map(|(_, text)| text.as_str());
    let all = search::words(open.chain(notes).chain(learned.iter().map(String::as_str)));
    write(tx, incident, false, &public)?;
    write(tx, incident, true, &all)
}

/// The texts of a postmortem, and whether everybody may read them.
fn learned(postmortem: Option<&str>) -> (Vec<String>, bool) {
    let Some(postmortem) = postmortem.and_then(|text| serde_json::from_str::<Postmortem>(text).ok()) else {
        return (Vec::new(), false);
    };
    let is_published = postmortem.state == PostmortemState::Published;
    let texts = [postmortem.what_happened, postmortem.root_cause].into_iter().chain(postmortem.action_items);
    (texts.collect(), is_published)
}

fn write(tx: &mut Tx<'_>, incident: &str, internal: bool, words: &str) -> Result<()> {
    let known: Option<i64> = tx.query_opt(
        "SELECT n FROM incident_texts WHERE incident = $1 AND internal = $2",
        params![incident, internal],
        |row| row.get("n"),
    )?;
    let n = match known {
        Some(n) => {
            tx.execute("DELETE FROM incident_words WHERE rowid = $1", params![n])?;
            n
        }
        None => tx.query_one(
            "INSERT INTO incident_texts (incident, internal) VALUES ($1, $2) RETURNING n",
            params![incident, internal],
            |row| row.get("n"),
        )?,
    };
    tx.execute("INSERT INTO incident_words (rowid, words) VALUES ($1, INDEXED($2))", params![n, words])
        .map(drop)
}

/// Whether there are incidents without words, from before there was a search.
pub(crate) fn is_any_without(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(!without(tx, 1)?.is_empty())
}

/// Gives some of these their words.
pub(crate) fn index_some(tx: &mut Tx<'_>) -> Result<()> {
    without(tx, AT_ONCE)?.iter().try_for_each(|incident| index(tx, incident))
}

fn without(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<String>> {
    tx.query(
        "SELECT id FROM incidents i
         WHERE NOT EXISTS (SELECT 1 FROM incident_texts t WHERE t.incident = i.id) LIMIT $1",
        params![limit],
        |row| row.get("id"),
    )
}

#[cfg(test)]
mod tests {
    use kit_testkit::{TestStore, both};

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn incidents_from_before_there_was_a_search_get_their_words() {
        for engine in both() {
            let store = TestStore::new(engine);
            let db = store.open(crate::MIGRATIONS);
            let written = db.write(|tx| {
                for n in 0..AT_ONCE + 1 {
                    tx.execute(
                        "INSERT INTO incidents (id, title, sev, summary, status, source, started_at)
                         VALUES ($1, 'Old trouble', 3, '', 'open', 'manual', $2)",
                        params![format!("INC-{n}"), n],
                    )?;
                }
                Ok::<_, kit_store::StoreError>(())
            });
            written.await.unwrap();
            let mut rounds = 0;
            while db.read(is_any_without).await.unwrap() {
                db.write(index_some).await.unwrap();
                rounds += 1;
            }
            assert_eq!(rounds, 2, "{engine:?}");
            let found = db.read(|tx| {
                let asked = search::query("TROUB");
                tx.query_one(
                    "SELECT COUNT(*) AS n FROM incident_texts WHERE internal AND n IN (SEARCHED(incident_words, $1))",
                    params![asked],
                    |row| row.get::<i64>("n"),
                )
            });
            assert_eq!(found.await.unwrap(), AT_ONCE + 1, "{engine:?}");
        }
    }
}
