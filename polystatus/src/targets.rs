//! The table of services: the whole architecture on one screen. Adding a service is a folder and a row.

use std::future::Future;
use std::pin::Pin;

use kit_base::Setting;
use kit_base::settings::Kind;
use kit_runtime::{Context, Service};

type Building<'a> = Pin<Box<dyn Future<Output = Result<Service, String>> + Send + 'a>>;

/// One service: its name, its settings, and how it is built.
pub struct Target {
    /// As in `services/<name>`.
    pub name: &'static str,
    /// The port that it listens on when it runs alone.
    pub port: u16,
    /// Whether it keeps anything, and so has events to tell.
    pub tells: bool,
    /// What the paths begin with that it answers.
    pub paths: &'static [&'static str],
    /// Where it is when it does not run in this process.
    pub peer: Setting,
    /// What it answers, as it was when the program was built, for when it does not run in this process.
    pub described: &'static str,
    /// Its settings.
    pub settings: &'static [Setting],
    /// Builds it.
    pub build: for<'a> fn(&'a Context) -> Building<'a>,
}

/// Every service.
pub const TARGETS: &[Target] = &[
    Target {
        name: "identity",
        port: 8080,
        tells: true,
        paths: &[
            "/api/v1/auth",
            "/api/v1/users",
            "/api/v1/keys",
            "/api/v1/applications",
            "/api/v1/audit",
            "/api/membres",
            "/oauth2",
            "/.well-known",
            "/login",
            "/logout",
            "/account",
        ],
        peer: peer(
            "peers.identity",
            "http://127.0.0.1:8080",
            "where identity is, when it does not run in this process",
        ),
        described: include_str!("../../openapi/identity.json"),
        settings: identity::SETTINGS,
        build: |context| Box::pin(async { identity::build(context).await.map_err(in_words) }),
    },
    Target {
        name: "incidents",
        port: 8081,
        tells: true,
        paths: &["/api/v1/incidents", "/api/v1/components", "/api/v1/signals", "/api/v1/maintenances"],
        peer: peer(
            "peers.incidents",
            "http://127.0.0.1:8081",
            "where incidents is, when it does not run in this process",
        ),
        described: include_str!("../../openapi/incidents.json"),
        settings: incidents::SETTINGS,
        build: |context| Box::pin(async { incidents::build(context).map_err(in_words) }),
    },
    Target {
        name: "providers",
        port: 8083,
        tells: true,
        paths: &["/api/v1/csp"],
        peer: peer(
            "peers.providers",
            "http://127.0.0.1:8083",
            "where providers is, when it does not run in this process",
        ),
        described: include_str!("../../openapi/providers.json"),
        settings: providers::SETTINGS,
        build: |context| Box::pin(async { providers::build(context).map_err(in_words) }),
    },
    Target {
        name: "communications",
        port: 8082,
        tells: true,
        paths: &[
            "/api/v1/public",
            "/api/v1/subscriptions",
            "/api/v1/webhooks",
            "/api/v1/banners",
            "/api/v2",
            "/feed",
            "/feed.atom",
            "/subscriptions",
        ],
        peer: peer(
            "peers.communications",
            "http://127.0.0.1:8082",
            "where communications is, when it does not run in this process",
        ),
        described: include_str!("../../openapi/communications.json"),
        settings: communications::SETTINGS,
        build: |context| Box::pin(async { communications::build(context).map_err(in_words) }),
    },
    Target {
        name: "flags",
        port: 8070,
        tells: true,
        paths: &["/flags", "/admin/flags", "/admin/toggle", "/api/v1/flags", "/ofrep/v1"],
        peer: peer(
            "peers.flags",
            "http://127.0.0.1:8070",
            "where flags is, when it does not run in this process",
        ),
        described: include_str!("../../openapi/flags.json"),
        settings: flags::SETTINGS,
        build: |context| Box::pin(async { flags::build(context).await.map_err(in_words) }),
    },
    Target {
        name: "comments",
        port: 8084,
        tells: true,
        paths: &["/api/comment", "/api/v1/comments"],
        peer: peer(
            "peers.comments",
            "http://127.0.0.1:8084",
            "where comments is, when it does not run in this process",
        ),
        described: include_str!("../../openapi/comments.json"),
        settings: comments::SETTINGS,
        build: |context| Box::pin(async { comments::build(context).map_err(in_words) }),
    },
    Target {
        name: "reports",
        port: 8085,
        tells: true,
        paths: &["/api/v1/reports"],
        peer: peer(
            "peers.reports",
            "http://127.0.0.1:8085",
            "where reports is, when it does not run in this process",
        ),
        described: include_str!("../../openapi/reports.json"),
        settings: reports::SETTINGS,
        build: |context| Box::pin(async { reports::build(context).map_err(in_words) }),
    },
    Target {
        name: "frontend",
        port: 8000,
        tells: false,
        paths: &[],
        peer: peer(
            "peers.frontend",
            "http://127.0.0.1:8000",
            "where frontend is, when it does not run in this process",
        ),
        described: include_str!("../../openapi/frontend.json"),
        settings: frontend::SETTINGS,
        build: |context| Box::pin(async { Ok(frontend::build(context)) }),
    },
];

const fn peer(name: &'static str, default: &'static str, help: &'static str) -> Setting {
    Setting::new(name, Kind::Text, default, help)
}

fn in_words(error: impl std::fmt::Display) -> String {
    error.to_string()
}
