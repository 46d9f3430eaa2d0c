//! The table of services: the whole architecture on one screen. Adding a service is a folder and a row.

use std::future::Future;
use std::pin::Pin;

use kit_base::Setting;
use kit_runtime::{Context, Service};

type Building<'a> = Pin<Box<dyn Future<Output = Result<Service, String>> + Send + 'a>>;

/// One service: its name, its settings, and how it is built.
pub struct Target {
    /// As in `services/<name>`.
    pub name: &'static str,
    /// Its settings.
    pub settings: &'static [Setting],
    /// Builds it.
    pub build: for<'a> fn(&'a Context) -> Building<'a>,
}

/// Every service.
pub const TARGETS: &[Target] = &[
    Target {
        name: "identity",
        settings: identity::SETTINGS,
        build: |context| Box::pin(async { identity::build(context).await.map_err(in_words) }),
    },
    Target {
        name: "incidents",
        settings: incidents::SETTINGS,
        build: |context| Box::pin(async { incidents::build(context).map_err(in_words) }),
    },
    Target {
        name: "providers",
        settings: providers::SETTINGS,
        build: |context| Box::pin(async { providers::build(context).map_err(in_words) }),
    },
    Target {
        name: "communications",
        settings: communications::SETTINGS,
        build: |context| Box::pin(async { communications::build(context).map_err(in_words) }),
    },
    Target {
        name: "flags",
        settings: flags::SETTINGS,
        build: |context| Box::pin(async { flags::build(context).await.map_err(in_words) }),
    },
    Target {
        name: "comments",
        settings: comments::SETTINGS,
        build: |context| Box::pin(async { comments::build(context).map_err(in_words) }),
    },
    Target {
        name: "reports",
        settings: reports::SETTINGS,
        build: |context| Box::pin(async { reports::build(context).map_err(in_words) }),
    },
    Target {
        name: "frontend",
        settings: frontend::SETTINGS,
        build: |context| Box::pin(async { Ok(frontend::build(context)) }),
    },
];

fn in_words(error: impl std::fmt::Display) -> String {
    error.to_string()
}
