//! The answer to "is it me or them?": one sentence, since when, and what else one should know.

use std::collections::HashSet;

use contracts::Status;
use contracts::incidents::Incident;
use kit_base::Timestamp;

use super::scene::{Scene, Shown};
use super::worst;
use crate::snapshot::Service;
use crate::when::Moment;
use crate::words;

/// How things are as a whole.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The state that colours the page.
    pub status: Status,
    /// Its word.
    pub word: &'static str,
    /// The verdict in plain words.
    pub sentence: String,
    /// The class of its size: what is short is large, so that it is read from across the room.
    pub size: &'static str,
    /// Since when it is so.
    pub since: Option<Moment>,
    /// When the page last knew.
    pub checked: Moment,
    /// What else there is, in short sentences.
    pub also: Vec<String>,
    /// Which services did not answer.
    pub missing: Vec<Warning>,
}

/// A service that does not answer.
#[derive(Clone, Debug)]
pub struct Warning {
    /// What it would tell of.
    pub news_of: &'static str,
    /// Since when nothing came.
    pub since: Moment,
}

/// What the verdict comes to, before it is dressed for the page.
struct Judged {
    status: Status,
    sentence: String,
    since: Option<Timestamp>,
    also: Vec<String>,
}

/// Judges: known trouble first, then what we do not know, then what is announced, then peace.
pub(super) fn verdict(scene: &Scene) -> Verdict {
    let warnings = warnings(scene);
    let judged = trouble(scene)
        .or_else(|| missing(scene))
        .or_else(|| maintenance(scene))
        .or_else(|| unknown(scene))
        .unwrap_or_else(|| quiet(scene));
    let nothing_yet = scene.components.is_empty() && judged.sentence == words::NOTHING_YET;
    Verdict {
        status: judged.status,
        word: if nothing_yet { words::NOTHING_YET_WORD } else { words::state(judged.status) },
        size: size(&judged.sentence),
        sentence: judged.sentence,
        since: judged.since.map(|since| scene.moment(since)),
        checked: scene.moment(scene.snapshot.taken_at),
        also: judged.also,
        missing: warnings,
    }
}

pub(crate) fn size(sentence: &str) -> &'static str {
    match sentence.chars().count() {
        0..=36 => "short",
        37..=90 => "long",
        _ => "longest",
    }
}

fn warnings(scene: &Scene) -> Vec<Warning> {
    Service::ALL.into_iter().filter_map(|what| warning(scene, what)).collect()
}

/// That this service does not answer, where it does not.
pub(super) fn warning(scene: &Scene, what: Service) -> Option<Warning> {
    let since = scene.snapshot.old_since(what, scene.now)?;
    Some(Warning { news_of: words::news_of(what), since: scene.moment(since) })
}

/// An incident of the worst impact gives its title; otherwise the components are named or counted.
fn trouble(scene: &Scene) -> Option<Judged> {
    let mut open = scene.incidents.clone();
    open.retain(|incident| scene.goes_on(incident));
    let troubled: Vec<&Shown> = scene.components.iter().filter(|shown| shown.status.is_trouble()).collect();
    if open.is_empty() && troubled.is_empty() {
        return None;
    }
    let status = worst(troubled.iter().map(|s| s.status).chain(open.iter().map(|i| scene.impact(i))));
    let headline = open.iter().find(|incident| scene.impact(incident) == status);
    let mut judged = match headline {
        Some(incident) => of_incident(scene, status, incident, &open, &troubled),
        None => of_components(scene, status, &troubled),
    };
    judged.also.extend(unknown(scene).map(|dark| dark.sentence));
    Some(judged)
}

fn of_incident(
    scene: &Scene,
    status: Status,
    incident: &Incident,
    open: &[&Incident],
    troubled: &[&Shown],
) -> Judged {
    let covered: HashSet<&str> = open.iter().flat_map(|i| &i.services).map(String::as_str).collect();
    let more = troubled.iter().filter(|shown| !covered.contains(shown.component.slug.as_str())).count();
    let mut also = Vec::new();
    also.extend((open.len() > 1).then(|| words::more_incidents(open.len() - 1)));
    also.extend((more > 0).then(|| words::more_trouble(more)));
    Judged { status, sentence: scene.title(incident), since: Some(incident.started_at), also }
}

/// What is down is named before what only limps; otherwise all trouble counts alike.
fn of_components(scene: &Scene, status: Status, troubled: &[&Shown]) -> Judged {
    let mut named = troubled.to_vec();
    if status == Status::MajorOutage {
        named.retain(|shown| shown.status == status);
    }
    let more = troubled.len() - named.len();
    let same = named.iter().all(|shown| shown.status == status).then_some(status);
    Judged {
        status,
        sentence: words::trouble(&names(&named), scene.components.len(), same),
        since: named.iter().map(|shown| shown.since).min(),
        also: (more > 0).then(|| words::more_trouble(more)).into_iter().collect(),
    }
}

/// Since when is said by the warnings.
fn missing(scene: &Scene) -> Option<Judged> {
    let old = Service::DECIDING.into_iter().filter_map(|what| scene.snapshot.old_since(what, scene.now));
    let sentence = match old.count() {
        0 => return None,
        all if all == Service::DECIDING.len() => words::CANNOT_TELL,
        _ => words::SOME_MISSING,
    };
    Some(Judged { status: Status::Unknown, sentence: sentence.to_owned(), since: None, also: watched(scene) })
}

fn maintenance(scene: &Scene) -> Option<Judged> {
    let status = Status::UnderMaintenance;
    let under: Vec<&Shown> = scene.components.iter().filter(|shown| shown.status == status).collect();
    let since = under.iter().map(|shown| shown.since).min()?;
    let mut also = watched(scene);
    also.extend(unknown(scene).map(|judged| judged.sentence));
    let sentence = words::maintenance(&names(&under), scene.components.len());
    Some(Judged { status, sentence, since: Some(since), also })
}

/// Where a service is silent everything it tells is unknown, which its warning says already.
fn unknown(scene: &Scene) -> Option<Judged> {
    if scene.snapshot.old_since(Service::Incidents, scene.now).is_some() {
        return None;
    }
    let dark: Vec<&Shown> = scene.components.iter().filter(|shown| shown.status == Status::Unknown).collect();
    let since = dark.iter().map(|shown| shown.since).min()?;
    let sentence = words::unknown(&names(&dark), scene.components.len());
    Some(Judged { status: Status::Unknown, sentence, since: Some(since), also: watched(scene) })
}

/// All has been well since the last component became well.
fn quiet(scene: &Scene) -> Judged {
    match scene.components.iter().map(|shown| shown.since).max() {
        None => Judged {
            status: Status::Unknown,
            sentence: words::NOTHING_YET.to_owned(),
            since: None,
            also: watched(scene),
        },
        since => Judged {
            status: Status::Operational,
            sentence: words::ALL_WELL.to_owned(),
            since,
            also: watched(scene).into_iter().chain(unread(scene)).collect(),
        },
    }
}

fn watched(scene: &Scene) -> Vec<String> {
    let count = scene.incidents.iter().filter(|incident| !scene.goes_on(incident)).count();
    if count == 0 { Vec::new() } else { vec![words::watched(count)] }
}

fn unread(scene: &Scene) -> Option<String> {
    let blind = |shown: &&Shown| shown.component.because.iter().any(|reason| reason.level == Status::Unknown);
    let count = scene.components.iter().filter(blind).count();
    (count > 0).then(|| words::unread(count))
}

fn names<'s>(shown: &[&'s Shown]) -> Vec<&'s str> {
    shown.iter().map(|shown| shown.name.as_str()).collect()
}
