//! A service's routes: each comes with its rule and its description, so that neither can be forgotten.

use axum::Router;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{HttpMethod, Operation, PathItem};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::Rule;
use crate::access;
use crate::describe::{self, Access};
use crate::language::Table;
use crate::throttle::Class;

/// A route with its rule, for the table of rights.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteRule {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path, with `{name}` for its parts.
    pub path: String,
    /// Who may use it.
    pub rule: Rule,
    /// How often it may be asked.
    pub class: Class,
    /// A scope that lets a token in beside the usual one.
    pub scope: Option<&'static str>,
    /// The page on which a browser that is not logged in does so first.
    pub login: Option<&'static str>,
    /// Whether what is sent to it is secret, so that it is not taken over plain http.
    pub confidential: bool,
}

/// The routes of one service, in the making.
pub struct Routes<S> {
    state: S,
    class: Class,
    scope: Option<&'static str>,
    login: Option<&'static str>,
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
    /// What they say, in other languages.
    pub words: Vec<Table>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet; handlers get `state`.
    pub fn new(state: S) -> Self {
        Self { state, class: Class::Api, scope: None, login: None, built: Built::default() }
    }

    /// How often the routes that are added from here on may be asked; as the API where nothing is said.
    #[must_use]
    pub fn class(mut self, class: Class) -> Self {
        self.class = class;
        self
    }

    /// The routes that are added from here on let in tokens with this scope too, beside `read` for what only reads and
    /// `write` for what changes something.
    #[must_use]
    pub fn scope(mut self, scope: &'static str) -> Self {
        self.scope = Some(scope);
        self
    }

    /// The routes that are added from here on are pages: a browser that is not logged in is led to `page`, with the
    /// address that it asked for as `next`, where everybody else gets 401. So a form is sent to the address of the page
    /// that it stands on.
    #[must_use]
    pub fn login_at(mut self, page: &'static str) -> Self {
        self.login = Some(page);
        self
    }

    /// What the routes say, in other languages.
    #[must_use]
    pub fn words(mut self, table: Table) -> Self {
        self.built.words.push(table);
        self
    }

    /// Adds handlers of one path (made by `utoipa_axum::routes!`) that `rule` guards.
    #[must_use]
    pub fn add(mut self, rule: Rule, handlers: UtoipaMethodRouter<S>) -> Self {
        let (router, mut openapi) = OpenApiRouter::new()
            .routes(handlers)
            .route_layer(axum::middleware::from_fn_with_state(rule, access::seal))
            .split_for_parts();
        for (path, item) in &mut openapi.paths.paths {
            for (method, operation) in operations(item) {
                let (class, scope, login) = (self.class, self.scope, self.login);
                describe(operation, method, path, &Access { rule, class, scope });
                let (method, path) = (method.to_owned(), path.clone());
                self.built.rules.push(RouteRule {
                    method,
                    path,
                    rule,
                    class,
                    scope,
                    login,
                    confidential: false,
                });
            }
        }
        self.built.router = self.built.router.merge(router.with_state(self.state.clone()));
        self.built.openapi.merge(openapi);
        self
    }

    /// Adds handlers of one path for the other services of this installation: they are nobody else's, and so are not
    /// described.
    #[must_use]
    pub fn internal(mut self, handlers: UtoipaMethodRouter<S>) -> Self {
        let described = self.built.openapi.clone();
        self = self.add(Rule::Peer, handlers);
        self.built.openapi = described;
        self
    }

    /// The finished routes.
    pub fn build(self) -> Built {
        self.built
    }
}

impl Built {
    /// Routes without rule and description, each a method and a path, for a server that is no service of ours.
    pub fn plain(router: Router, routes: &[(&str, &str)]) -> Self {
        let rules = routes.iter().map(|(method, path)| RouteRule {
            method: (*method).to_owned(),
            path: (*path).to_owned(),
            rule: Rule::Anyone,
            class: Class::Free,
            scope: None,
            login: None,
            confidential: false,
        });
        Self { router, rules: rules.collect(), ..Self::default() }
    }

    /// What is sent to any of these routes may be a secret, as passwords and codes are: over plain http it is refused,
    /// just as a token is.
    #[must_use]
    pub fn confidential(mut self) -> Built {
        self.rules.iter_mut().for_each(|route| route.confidential = true);
        self
    }

    /// These routes and those.
    #[must_use]
    pub fn and(mut self, other: Built) -> Built {
        self.router = self.router.merge(other.router);
        self.openapi.merge(other.openapi);
        self.rules.extend(other.rules);
        self.words.extend(other.words);
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
fn describe(operation: &mut Operation, method: &str, path: &str, access: &Access) {
    // Handlers have the same few names in every service; in the whole document a name may stand but once.
    let tag = operation.tags.iter().flatten().next();
    if let (Some(tag), Some(handler)) = (tag, &operation.operation_id) {
        operation.operation_id = Some(format!("{tag}_{handler}"));
    }
    describe::operation(operation, method, path, access);
}
