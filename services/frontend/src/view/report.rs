//! Telling that something is wrong: the form, what was wrong with what was typed, and the thanks.

use contracts::reports::{ReportHistory, ReportKind};
use kit_base::Timestamp;

use super::chart::{Chart, chart};
use super::frame::{Frame, Tab};
use super::scene::Scene;
use super::verdict::{Warning, warning};
use crate::snapshot::{Service, Snapshot};
use crate::{text, words};

/// What a visitor typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Typed {
    /// The slug of the component.
    pub component: String,
    /// The word of the kind.
    pub kind: String,
    /// In their own words.
    pub message: String,
}

/// Why it cannot be taken, by field; what failed as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refused {
    /// The component.
    pub component: Option<&'static str>,
    /// The kind.
    pub kind: Option<&'static str>,
    /// The words.
    pub message: Option<&'static str>,
    /// The whole.
    pub whole: Option<&'static str>,
}

/// The form, as it is and as it comes back.
#[derive(Clone, Debug)]
pub struct ReportForm {
    /// The component that it is about, on the component's own page.
    pub only: Option<Choice>,
    /// The components to choose from.
    pub components: Vec<Choice>,
    /// What may be wrong.
    pub kinds: Vec<Choice>,
    /// What was typed.
    pub message: String,
    /// What was wrong with it.
    pub refused: Refused,
}

/// One of several.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub word: String,
    /// It was chosen.
    pub is_chosen: bool,
}

/// The page with the form.
#[derive(Clone, Debug)]
pub struct ReportView {
    /// What stands around it.
    pub frame: Frame,
    /// The form.
    pub form: ReportForm,
    /// What did not answer.
    pub missing: Vec<Warning>,
}

/// The page after it.
#[derive(Clone, Debug)]
pub struct ThanksView {
    /// What stands around it.
    pub frame: Frame,
    /// The component's name.
    pub name: String,
    /// The address of its page.
    pub href: String,
    /// What others reported.
    pub reports: Option<Chart>,
}

/// The page with the form, with what was typed and refused before.
pub fn report_view(
    snapshot: &Snapshot,
    typed: &Typed,
    refused: Refused,
    now: Timestamp,
    site: &str,
) -> ReportView {
    let scene = Scene::new(snapshot, now);
    ReportView {
        frame: Frame::at(&scene, site, Tab::Report),
        form: ReportForm { only: None, refused, ..form(&scene, typed) },
        missing: warning(&scene, Service::Incidents).into_iter().collect(),
    }
}

/// The page after a report about this component, if there is one of that name.
pub fn thanks_view(
    snapshot: &Snapshot,
    slug: &str,
    reports: Option<&ReportHistory>,
    now: Timestamp,
    site: &str,
) -> Option<ThanksView> {
    let scene = Scene::new(snapshot, now);
    let shown = scene.component(slug)?;
    Some(ThanksView {
        frame: Frame { tab: None, ..Frame::at(&scene, site, Tab::Report) },
        name: shown.name.clone(),
        href: shown.href(),
        reports: reports.map(|reports| chart(&scene, reports)),
    })
}

/// The form on the page of this component.
pub(super) fn form_for(slug: &str, name: &str) -> ReportForm {
    let only = Choice { value: slug.to_owned(), word: name.to_owned(), is_chosen: true };
    ReportForm {
        only: Some(only),
        components: Vec::new(),
        kinds: kinds(""),
        message: String::new(),
        refused: Refused::default(),
    }
}

fn form(scene: &Scene, typed: &Typed) -> ReportForm {
    let components = scene.components.iter().map(|shown| Choice {
        value: shown.component.slug.clone(),
        word: shown.name.clone(),
        is_chosen: shown.component.slug == typed.component,
    });
    ReportForm {
        only: None,
        components: components.collect(),
        kinds: kinds(&typed.kind),
        message: text::prose(&typed.message, text::PROSE),
        refused: Refused::default(),
    }
}

fn kinds(chosen: &str) -> Vec<Choice> {
    let kind = |kind: ReportKind| Choice {
        value: kind.as_str().to_owned(),
        word: words::kind(kind).to_owned(),
        is_chosen: kind.as_str() == chosen,
    };
    ReportKind::ALL.into_iter().map(kind).collect()
}
