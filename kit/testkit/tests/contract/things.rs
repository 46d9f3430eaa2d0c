//! A service that keeps things: a list, a thing that its owner may rename, and something that only the team may do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{Path, State};
use kit_base::{Page, Problem, Role};
use kit_runtime::Service;
use kit_store::{Db, Migration, StoreError, Tx, params};
use kit_testkit::{Engine, TestApp, TestWorld};
use kit_web::{Answer, Fields, Member, Paging, Reply, Routes, Rule, Visitor, query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

const TABLES: &[Migration] = &[Migration {
    name: "0001_things",
    sql: "CREATE TABLE things (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, owner TEXT NOT NULL);
          CREATE TABLE others (id BIGINT NOT NULL PRIMARY KEY);",
}];

/// Something that has an owner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Thing {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Who looks at it, as the service knows them.
    pub seen_by: Option<String>,
}

/// What the handlers share.
#[derive(Clone)]
pub struct Things {
    pub db: Db,
    /// How often a handler has run.
    pub runs: Arc<AtomicUsize>,
}

/// The service behind an edge, in a world of its own.
pub fn start(world: &TestWorld, engine: Engine) -> (TestApp, Things) {
    let own = kit_base::Setting::new("things.database_url", kit_base::settings::Kind::Secret, "", "none");
    let db = world.context.open("things", &own, TABLES).unwrap_or_else(|error| panic!("{engine:?}: {error}"));
    let things = Things { db: db.clone(), runs: Arc::default() };
    let web = Routes::new(things.clone())
        .add(Rule::Anyone, routes!(list, create))
        .add(Rule::Anyone, routes!(show))
        .add(Rule::AtLeast(Role::Member), routes!(rename))
        .add(Rule::AtLeast(Role::Manager), routes!(other))
        .build();
    let service = Service { name: "things", web, db: Some(db), consumers: Vec::new(), tasks: Vec::new() };
    (world.start(vec![service]), things)
}

impl Things {
    pub async fn put(&self, id: i64, name: &str) {
        let name = name.to_owned();
        self.db
            .write(move |tx| -> Result<(), StoreError> {
                tx.execute(
                    "INSERT INTO things (id, name, owner) VALUES ($1, $2, 'test-member')
                     ON CONFLICT (id) DO UPDATE SET name = excluded.name",
                    params![id, name],
                )
                .map(drop)
            })
            .await
            .unwrap();
    }

    pub fn runs(&self) -> usize {
        self.runs.load(Ordering::SeqCst)
    }
}

fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<(String, String)>, StoreError> {
    tx.query_opt("SELECT name, owner FROM things WHERE id = $1", params![id], |row| {
        Ok((row.get("name")?, row.get("owner")?))
    })
}

/// Lists things.
#[utoipa::path(get, path = "/api/things", tag = "things", params(query::PageParameters),
    responses((status = 200, description = "A page.", body = Page<Thing>)))]
async fn list(State(things): State<Things>, visitor: Visitor, paging: Paging) -> Reply<Page<Thing>> {
    things.runs.fetch_add(1, Ordering::SeqCst);
    let who = visitor.0.map(|caller| caller.name);
    let all: Vec<Thing> = things
        .db
        .read(move |tx| -> Result<Vec<Thing>, StoreError> {
            tx.query("SELECT id, name FROM things ORDER BY id", params![], |row| {
                Ok(Thing { id: row.get("id")?, name: row.get("name")?, seen_by: who.clone() })
            })
        })
        .await?;
    let count = all.len() as u64;
    let window = paging.window(count).ok_or_else(|| Problem::new(404, "Invalid page."))?;
    let shown = all.into_iter().skip(window.offset as usize).take(window.limit as usize).collect();
    Ok(Answer::ok(paging.page(count, shown)))
}

/// Adds a thing.
#[utoipa::path(post, path = "/api/things", tag = "things", request_body = Thing,
    responses((status = 201, description = "It.", body = Thing)))]
async fn create(State(things): State<Things>, mut fields: Fields) -> Reply<Thing> {
    let (id, name) = (fields.must_integer("id", 1..=1000), fields.must_text("name", 100));
    let (id, name) = fields.finish((id, name))?;
    things.put(id, &name).await;
    Ok(Answer::created(Thing { id, name, seen_by: None }))
}

/// Shows a thing.
#[utoipa::path(get, path = "/api/things/{id}", tag = "things", params(("id" = i64, Path, description = "its number")),
    responses((status = 200, description = "It.", body = Thing)))]
async fn show(State(things): State<Things>, Path(id): Path<i64>, visitor: Visitor) -> Reply<Thing> {
    things.runs.fetch_add(1, Ordering::SeqCst);
    let (name, _) = things.db.read(move |tx| find(tx, id)).await?.ok_or_else(Problem::not_found)?;
    Ok(Answer::ok(Thing { id, name, seen_by: visitor.0.map(|caller| caller.name) }))
}

/// Renames a thing of one's own.
#[utoipa::path(put, path = "/api/things/{id}", tag = "things", params(("id" = i64, Path, description = "its number")),
    request_body = Thing, responses((status = 200, description = "It.", body = Thing)))]
async fn rename(
    State(things): State<Things>,
    member: Member,
    Path(id): Path<i64>,
    mut fields: Fields,
) -> Reply<Thing> {
    let (_, owner) = things.db.read(move |tx| find(tx, id)).await?.ok_or_else(Problem::not_found)?;
    if owner != member.0.user_id {
        return Err(Problem::forbidden().into());
    }
    let name = fields.must_text("name", 100);
    let name = fields.finish(name)?;
    things.put(id, &name).await;
    Ok(Answer::ok(Thing { id, name, seen_by: Some(member.0.name) }))
}

/// Does something else.
#[utoipa::path(post, path = "/api/other", tag = "things", responses((status = 204, description = "Done.")))]
async fn other(State(things): State<Things>) -> Result<http::StatusCode, kit_web::Failure> {
    things
        .db
        .write(|tx| -> Result<(), StoreError> {
            let count: i64 =
                tx.query_one("SELECT COUNT(*) AS n FROM others", params![], |row| row.get("n"))?;
            tx.execute("INSERT INTO others (id) VALUES ($1)", params![count]).map(drop)
        })
        .await?;
    Ok(http::StatusCode::NO_CONTENT)
}
