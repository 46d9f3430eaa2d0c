//! Keeps the copy of what the incidents service shows to everybody: what events tell of is asked for, and now and then
//! all of it, in case something was missed. Asked as nobody in particular, so what is internal never comes here.

use std::time::Duration;

use contracts::AskError;
use contracts::maintenances::MaintenanceFilter;
use kit_base::Timestamp;
use kit_runtime::Task;
use kit_store::Tx;

use crate::store::copies::{self, Kind};
use crate::store::maintenances;
use crate::{Communications, Error};

/// How often it is looked for questions, beside being woken.
const LOOK: Duration = Duration::from_millis(250);
/// The wait when nobody answers.
const SILENCE: Duration = Duration::from_secs(1);
/// How often all is asked for anew.
const ALL: Duration = Duration::from_secs(60);
/// The incidents service may be silent for so long before what it said last counts for nothing: as on the page.
const STALE_AFTER: Duration = Duration::from_secs(5 * 60);
/// In microseconds.
const HOUR: i64 = 3_600_000_000;
/// Questions asked in one round.
const ROUND: i64 = 100;

/// Asks, until `stop`.
pub(crate) fn asking(state: Communications) -> Task {
    Task::new("communications copy", move |stop| async move {
        let mut next_look = Timestamp::default();
        loop {
            let pause = match round(&state, &mut next_look).await {
                Ok(()) => LOOK,
                Err(error) => {
                    tracing::debug!(%error, "the copy of incidents and components waits");
                    SILENCE
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = state.questions.notified() => {}
                () = stop.cancelled() => return,
            }
        }
    })
}

async fn round(state: &Communications, next_look: &mut Timestamp) -> Result<(), Error> {
    let now = state.clock.now();
    let asked = match now >= *next_look {
        true => everything(state).await.map(|()| *next_look = now.plus(ALL)),
        false => questions(state).await,
    };
    if asked.is_err() {
        // What was missed meanwhile is found by asking for all of it.
        *next_look = now;
        if state.db.read(move |tx| copies::would_be_stale(tx, now.minus(STALE_AFTER))).await? {
            state.db.write(copies::set_stale).await?;
            tracing::warn!("the incidents service is silent; what it said last is shown as unknown");
        }
    }
    asked
}

/// Asks for all there is.
async fn everything(state: &Communications) -> Result<(), Error> {
    let components = state.peers.components().await?;
    let mut incidents = state.peers.incidents("open").await?;
    incidents.extend(state.peers.incidents("mitigated").await?);
    incidents.extend(state.peers.newest_incidents("resolved").await?);
    // In whole hours, so that the question is the same for as long, and its answer is at hand.
    let hour = Timestamp::from_micros(state.clock.now().micros().div_euclid(HOUR) * HOUR);
    let to_come = MaintenanceFilter { from: hour.to_string(), ..Default::default() };
    let mut works = state.peers.maintenances(&to_come).await?;
    let over = MaintenanceFilter { state: "completed".to_owned(), ..Default::default() };
    works.extend(state.peers.list_maintenances(&over, 1, 100).await?.results);
    let replace = move |tx: &mut Tx<'_>| {
        maintenances::replace(tx, &works)?;
        copies::replace(tx, &components, &incidents)
    };
    Ok(state.db.write(replace).await?)
}

/// Asks what events have told of. A question is gone when it was answered and nothing was told meanwhile.
async fn questions(state: &Communications) -> Result<(), Error> {
    for question in state.db.read(|tx| copies::questions(tx, ROUND)).await? {
        match question.kind {
            Kind::Component => {
                let answer = state.peers.component(&question.id).await?;
                state.db.write(move |tx| copies::answer_component(tx, &question, answer.as_ref())).await?;
            }
            Kind::Maintenance => {
                let answer = state.peers.maintenance(&question.id).await?;
                let now = state.clock.now();
                let write = move |tx: &mut Tx<'_>| maintenances::answer(tx, &question, answer.as_ref(), now);
                if state.db.write(write).await? {
                    state.post.ring();
                }
            }
            Kind::Incident => {
                let answer = match state.peers.incident(&question.id).await {
                    // What cannot be an incident's id is none.
                    Err(AskError::Refused { status, .. }) if status.is_client_error() => None,
                    answer => answer?,
                };
                state.db.write(move |tx| copies::answer_incident(tx, &question, answer.as_ref())).await?;
            }
        }
    }
    Ok(())
}
