//! A service's routes: each comes with its rule and its description, so that neither can be forgotten.

use std::sync::Arc;

use axum::Router;
use kit_base::Authenticator;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{HttpMethod, Operation, PathItem};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::Rule;
use crate::access::{self, Guard};
use crate::describe;

/// A route with its rule, for the table of rights.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteRule {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path, with `{name}` for its parts.
    pub path: String,
    /// Who may use it.
    pub rule: Rule,
}

/// The routes of one service, in the making.
pub struct Routes<S> {
    state: S,
    authenticator: Arc<dyn Authenticator>,
    built: Built,
}

/// The routes of one service, with their description.
#[derive(Clone, Default)]
pub struct Built {
    /// What answers.
    pub router: Router,
    /// What it answers.
    pub openapi: OpenApi,
    /// Who gets an answer.
    pub rules: Vec<RouteRule>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet; handlers get `state`, callers are told apart by `authenticator`.
    pub fn new(state: S, authenticator: Arc<dyn Authenticator>) -> Self {
        Self { state, authenticator, built: Built::default() }
    }

    /// Adds handlers of one path (made by `utoipa_axum::routes!`) that `rule` guards.
    #[must_use]
    pub fn add(mut self, rule: Rule, handlers: UtoipaMethodRouter<S>) -> Self {
        let guard = Guard { rule, authenticator: self.authenticator.clone() };
        let (router, mut openapi) = OpenApiRouter::new()
            .routes(handlers)
            .route_layer(axum::middleware::from_fn_with_state(guard, access::check))
            .split_for_parts();
        for (path, item) in &mut openapi.paths.paths {
            for (method, operation) in operations(item) {
                describe(operation, method, rule, path);
                self.built.rules.push(RouteRule { method: method.to_owned(), path: path.clone(), rule });
            }
        }
        self.built.router = self.built.router.merge(router.with_state(self.state.clone()));
        self.built.openapi.merge(openapi);
        self
    }

    /// The finished routes.
    pub fn build(self) -> Built {
        self.built
    }
}

impl Built {
    /// These routes and those.
    #[must_use]
    pub fn and(mut self, other: Built) -> Built {
        self.router = self.router.merge(other.router);
        self.openapi.merge(other.openapi);
        self.rules.extend(other.rules);
        self
    }
}

/// The operations of a path with their methods.
fn operations(item: &mut PathItem) -> Vec<(&'static str, &mut Operation)> {
    let all = [
        (HttpMethod::Get, item.get.as_mut()),
        (HttpMethod::Post, item.post.as_mut()),
        (HttpMethod::Put, item.put.as_mut()),
        (HttpMethod::Delete, item.delete.as_mut()),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((name(&method), operation?))).collect()
}

fn name(method: &HttpMethod) -> &'static str {
    match method {
        HttpMethod::Get => "GET",
        HttpMethod::Post => "POST",
        HttpMethod::Put => "PUT",
        HttpMethod::Delete => "DELETE",
        _ => "OTHER",
    }
}

/// Names an operation, and adds what every one of its kind can answer.
fn describe(operation: &mut Operation, method: &str, rule: Rule, path: &str) {
    // Handlers have the same few names in every service; in the whole document a name may stand but once.
    let tag = operation.tags.iter().flatten().next();
    if let (Some(tag), Some(handler)) = (tag, &operation.operation_id) {
        operation.operation_id = Some(format!("{tag}_{handler}"));
    }
    describe::operation(operation, method, rule, path);
}
