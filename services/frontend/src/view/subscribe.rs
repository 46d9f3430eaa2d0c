//! How to be told: by mail, by feed, by webhook.

use kit_base::Timestamp;

use super::frame::{Frame, Tab};
use super::report::Choice;
use super::scene::Scene;
use crate::snapshot::Snapshot;
use crate::text;

/// Where somebody stands who wants mails.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Asking {
    /// Nothing is done yet.
    #[default]
    Not,
    /// A mail is on its way.
    Done,
    /// It could not be done: what was wrong with the address, with the components, with the whole.
    Refused {
        /// The address.
        email: Option<&'static str>,
        /// The components.
        components: Option<&'static str>,
        /// The whole.
        whole: Option<&'static str>,
    },
}

/// What was typed, and what was wrong with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SubscribeForm {
    /// The address.
    pub email: String,
    /// Slugs of the components; none for all.
    pub components: Vec<String>,
    /// Where it stands.
    pub asking: Asking,
}

/// The page.
#[derive(Clone, Debug)]
pub struct SubscribeView {
    /// What stands around it.
    pub frame: Frame,
    /// A mail is on its way.
    pub is_done: bool,
    /// The address that was typed.
    pub email: String,
    /// The components to choose from.
    pub components: Vec<Choice>,
    /// Some of them are chosen.
    pub some_chosen: bool,
    /// What was wrong with the address.
    pub bad_email: Option<&'static str>,
    /// What was wrong with the components.
    pub bad_components: Option<&'static str>,
    /// What was wrong with the whole.
    pub bad: Option<&'static str>,
}

/// The page at `now`, with what was typed and what came of it.
pub fn subscribe_view(
    snapshot: &Snapshot,
    form: &SubscribeForm,
    now: Timestamp,
    site: &str,
) -> SubscribeView {
    let scene = Scene::new(snapshot, now);
    let choice = |slug: &str, name: &str| Choice {
        value: slug.to_owned(),
        word: name.to_owned(),
        is_chosen: form.components.iter().any(|chosen| chosen == slug),
    };
    let components: Vec<Choice> =
        scene.components.iter().map(|shown| choice(&shown.component.slug, &shown.name)).collect();
    let (bad_email, bad_components, bad) = match &form.asking {
        Asking::Refused { email, components, whole } => (*email, *components, *whole),
        Asking::Not | Asking::Done => (None, None, None),
    };
    SubscribeView {
        frame: Frame::at(&scene, site, Tab::Subscribe),
        is_done: form.asking == Asking::Done,
        email: text::line(&form.email, 320),
        some_chosen: components.iter().any(|choice| choice.is_chosen),
        components,
        bad_email,
        bad_components,
        bad,
    }
}
