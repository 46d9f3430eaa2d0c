//! Our components in their groups: what is well folds away, what is not says why.

use std::cmp::Reverse;

use contracts::Status;
use contracts::incidents::{Component, Reason};

use super::anchors::Anchors;
use super::bars::Bars;
use super::scene::{Scene, Shown};
use super::{uptime, worst};
use crate::when::Moment;
use crate::{text, words};

/// Components under one heading.
#[derive(Clone, Debug)]
pub struct Group {
    /// The id of its element.
    pub id: String,
    /// Its heading; none for the components that have none.
    pub name: Option<String>,
    /// The worst state in it.
    pub status: Status,
    /// The word for that state.
    pub word: &'static str,
    /// It is unfolded, since there is something to see.
    pub open: bool,
    /// Its components.
    pub rows: Vec<Row>,
}

/// One component.
#[derive(Clone, Debug)]
pub struct Row {
    /// The id of its element.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The address of its page.
    pub href: String,
    /// Its state.
    pub status: Status,
    /// The word for its state.
    pub word: &'static str,
    /// Since when it is so; none where all is well.
    pub since: Option<Moment>,
    /// Its state at the last look, where that is too old to be claimed.
    pub was: Option<&'static str>,
    /// The worst of its reasons.
    pub reason: Option<Line>,
    /// The id of the fold that holds the other reasons.
    pub more_id: String,
    /// The other reasons.
    pub more: Vec<Line>,
    /// What could not be read.
    pub remarks: Vec<Line>,
    /// How its last 90 days were, where that is known.
    pub bars: Option<Bars>,
}

/// A reason, or a piece of news, in one line.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// How bad it is.
    pub status: Status,
    /// Since when, where that is known.
    pub since: Option<Moment>,
    /// Where the evidence can be seen.
    pub link: Option<String>,
}

/// The groups in the order of the API; the components without a group come first.
pub(super) fn groups(scene: &Scene, anchors: &mut Anchors) -> Vec<Group> {
    let mut names: Vec<&str> = Vec::new();
    for shown in &scene.components {
        let name = shown.component.group.trim();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.sort_by_key(|name| !name.is_empty());
    let alone = names.len() == 1;
    names.into_iter().map(|name| group(scene, name, alone, anchors)).collect()
}

/// A group that is the only one is unfolded: there is nothing else to make room for.
fn group(scene: &Scene, name: &str, alone: bool, anchors: &mut Anchors) -> Group {
    let mut members: Vec<&Shown> =
        scene.components.iter().filter(|s| s.component.group.trim() == name).collect();
    members.sort_by_key(|shown| shown.component.position);
    let id = anchors.make("group", name);
    let rows: Vec<Row> = members.iter().map(|shown| row(scene, shown, anchors)).collect();
    let status = worst(rows.iter().map(|row| row.status));
    Group {
        id,
        name: members.first().map(|shown| heading(shown.component)).filter(|name| !name.is_empty()),
        status,
        word: words::state(status),
        open: alone || rows.iter().any(Row::wants_to_be_seen),
        rows,
    }
}

/// The group's name, after that of the group that it is within: `Europe: Paris`.
pub(super) fn heading(component: &Component) -> String {
    let (outer, inner) = (component.parent_group.trim(), component.group.trim());
    match outer {
        "" => text::line(inner, text::TITLE),
        outer => text::line(&format!("{outer}: {inner}"), text::TITLE),
    }
}

impl Row {
    /// It is not well, or not wholly known. What is only unknown because everything is does not unfold everything.
    fn wants_to_be_seen(&self) -> bool {
        let unknown_with_all = self.status == Status::Unknown && self.was.is_some();
        (self.status != Status::Operational && !unknown_with_all) || !self.remarks.is_empty()
    }
}

fn row(scene: &Scene, shown: &Shown, anchors: &mut Anchors) -> Row {
    let (reasons, remarks) = explain(scene, &shown.component.because);
    let mut reasons = reasons.into_iter();
    let slug = &shown.component.slug;
    Row {
        id: anchors.make("component", slug),
        name: shown.name.clone(),
        href: shown.href(),
        status: shown.status,
        word: words::state(shown.status),
        since: (shown.status != Status::Operational).then(|| scene.moment(shown.since)),
        was: shown.was.map(words::state),
        reason: reasons.next(),
        more: reasons.collect(),
        more_id: anchors.make("more", slug),
        remarks,
        bars: uptime::of_row(scene, slug),
    }
}

/// The reasons for a state, worst first, and what could not be read.
pub(super) fn explain(scene: &Scene, because: &[Reason]) -> (Vec<Line>, Vec<Line>) {
    let mut reasons: Vec<&Reason> = because.iter().collect();
    reasons.retain(|reason| reason.level != Status::Operational);
    reasons.sort_by_key(|reason| Reverse(reason.level.rank()));
    let (remarks, reasons): (Vec<&Reason>, Vec<&Reason>) =
        reasons.into_iter().partition(|reason| reason.level == Status::Unknown);
    let lines = |reasons: Vec<&Reason>| reasons.into_iter().map(|reason| line(scene, reason)).collect();
    (lines(reasons), lines(remarks))
}

/// A reason that lies in a component of the team's own is told without its name and without its evidence.
fn line(scene: &Scene, reason: &Reason) -> Line {
    let internal = scene.is_internal(&reason.component);
    let title = if internal {
        words::SOMETHING_BEHIND_IT.to_owned()
    } else {
        text::title_or(&reason.title, words::state(reason.level))
    };
    Line {
        text: title,
        status: reason.level,
        since: Some(scene.moment(reason.since)),
        link: reason.evidence_url.as_deref().filter(|_| !internal).and_then(text::link),
    }
}
