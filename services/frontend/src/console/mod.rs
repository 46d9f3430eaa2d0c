//! The console: where the team works. Pages from the server that need no script; each is a client of the API and acts
//! with the rights of whoever looks at it.

mod announce;
mod applications;
mod component;
mod components;
mod desk;
mod field;
mod filled;
mod flag;
mod flags;
mod form;
mod incidents;
mod maintenance;
mod maintenances;
mod moments;
mod new_incident;
mod now;
mod people;
mod postmortem;
mod room;
mod said;
mod words;

use contracts::Client;
use kit_base::{Clock, Role, SecretKey};
use kit_runtime::Context;
use kit_web::{Built, Routes, Rule};
use utoipa::ToSchema;
use utoipa_axum::routes;

/// Where a browser logs in first.
const LOGIN: &str = "/login";
/// The kind of what the pages are.
const HTML: &str = "text/html; charset=utf-8";

/// What the pages share.
#[derive(Clone)]
pub(crate) struct Console {
    client: Client,
    clock: Clock,
    secret: SecretKey,
    site: String,
}

impl Console {
    pub(crate) fn new(context: &Context, site: &str) -> Self {
        Self {
            client: Client::new(context.peers.clone()),
            clock: context.clock.clone(),
            secret: context.secret.clone(),
            site: site.to_owned(),
        }
    }
}

/// What every form of the console sends, beside the fields that it shows.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `form::Sent` reads")]
struct ConsoleForm {
    /// Proves that the form is ours: the page has put it there.
    #[schema(example = "6f1d…")]
    csrf_token: String,
    /// Which of the page's forms it is.
    #[schema(example = "assign")]
    act: Option<String>,
}

/// The routes of the console. A form is sent to the address of the page that it stands on.
pub(crate) fn routes(console: Console) -> Built {
    let viewer = Rule::AtLeast(Role::Viewer);
    let responder = Rule::AtLeast(Role::Responder);
    let manager = Rule::AtLeast(Role::Manager);
    let admin = Rule::AtLeast(Role::Admin);
    Routes::new(console)
        .login_at(LOGIN)
        .add(viewer, routes!(now::now))
        .add(viewer, routes!(incidents::incidents))
        .add(responder, routes!(new_incident::new_incident, new_incident::open_incident))
        .add(viewer, routes!(room::incident))
        .add(responder, routes!(room::incident_act))
        .add(responder, routes!(announce::announcement, announce::announce))
        .add(responder, routes!(postmortem::postmortem, postmortem::write_postmortem))
        .add(viewer, routes!(components::components))
        .add(manager, routes!(component::new_component, component::add_component))
        .add(viewer, routes!(components::component))
        .add(responder, routes!(components::override_component))
        .add(manager, routes!(component::component_form, component::change_component))
        .add(manager, routes!(component::removal, component::remove_component))
        .add(viewer, routes!(maintenances::maintenances))
        .add(responder, routes!(maintenance::new_maintenance, maintenance::plan_maintenance))
        .add(viewer, routes!(maintenances::maintenance))
        .add(responder, routes!(maintenances::maintenance_act))
        .add(responder, routes!(maintenance::maintenance_form, maintenance::change_maintenance))
        .add(responder, routes!(maintenance::cancelling, maintenance::cancel_maintenance))
        .add(viewer, routes!(flags::flags))
        .add(manager, routes!(flags::toggle_flag))
        .add(manager, routes!(flag::new_flag, flag::add_flag))
        .add(viewer, routes!(flag::flag))
        .add(manager, routes!(flag::flag_act))
        .add(manager, routes!(flag::flag_removal, flag::remove_flag))
        .add(viewer, routes!(people::people))
        .add(admin, routes!(people::new_person, people::add_person))
        .add(admin, routes!(people::person, people::change_person))
        .add(admin, routes!(people::person_removal, people::remove_person))
        .add(admin, routes!(applications::applications))
        .add(admin, routes!(applications::new_application, applications::register))
        .add(admin, routes!(applications::application, applications::application_act))
        .add(admin, routes!(applications::application_removal, applications::remove_application))
        .build()
}
