//! What can be asked for: every path with its methods, rules and description, found by one look before anything runs.

use http::{HeaderValue, Method};
use indexmap::IndexMap;
use kit_base::{Caller, READ, WRITE};
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Components, OpenApi, PathItem, RefOr};

use crate::throttle::Class;
use crate::{Built, RouteRule, Rule};

/// A path and all that it answers.
pub(crate) struct View {
    /// The methods with their rules, in the order of `Allow`; `HEAD` is as `GET`.
    pub rules: Vec<(Method, Rule)>,
    /// The rule that is easiest to meet: it is asked of whoever uses a method that is not there.
    pub least: Rule,
    /// How often it may be asked.
    pub class: Class,
    /// The scopes that let tokens in beside the usual ones, by method.
    pub scopes: Vec<(Method, &'static str)>,
    /// The page on which browsers log in first.
    pub login: Option<&'static str>,
    /// Whether what is sent to it is secret.
    pub confidential: bool,
    /// Whether its answers are values, which have a form for every reader, and not pages or files.
    pub negotiated: bool,
    /// The methods, for the header.
    pub allow: HeaderValue,
    /// Its description.
    pub item: PathItem,
}

impl View {
    fn new(route: &RouteRule, item: Option<&PathItem>) -> Self {
        // What is not described is nobody's API.
        let negotiated =
            item.is_some_and(|item| operations(item).into_iter().all(|(_, it)| answers_values(it)));
        let item = item.map(only_what_is_told).unwrap_or_default();
        Self {
            rules: Vec::new(),
            least: route.rule,
            class: route.class,
            scopes: Vec::new(),
            login: route.login,
            confidential: route.confidential,
            negotiated,
            allow: HeaderValue::from_static(""),
            item,
        }
    }

    fn add(&mut self, method: Method, rule: Rule) {
        self.least = self.least.min(rule);
        self.rules.push((method, rule));
        self.rules.sort_by_key(|(method, _)| place(method));
        let head = self.has(&Method::GET).then_some("HEAD");
        let words = self.rules.iter().map(|(method, _)| method.as_str()).chain(head).chain(["OPTIONS"]);
        let words: Vec<&str> = words.collect();
        self.allow = HeaderValue::from_str(&words.join(", ")).unwrap_or(HeaderValue::from_static("OPTIONS"));
    }

    /// Who may use this method; `None` where it is not there.
    pub(crate) fn rule(&self, method: &Method) -> Option<Rule> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.rules.iter().find(|(held, _)| held == method).map(|(_, rule)| *rule)
    }

    /// Whether a token with one of these scopes may be used for this method.
    pub(crate) fn opens_to(&self, method: &Method, caller: &Caller) -> bool {
        let usual = if method.is_safe() { READ } else { WRITE };
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let own = self.scopes.iter().filter(|(held, _)| held == method).map(|(_, scope)| *scope);
        own.chain([usual]).any(|scope| caller.has_scope(scope))
    }

    /// Whether ready answers are kept for it: pages, files and health look after themselves.
    pub(crate) fn is_kept(&self) -> bool {
        self.negotiated && self.class != Class::Free
    }

    /// Whether there is such a method.
    pub(crate) fn has(&self, method: &Method) -> bool {
        self.rule(method).is_some()
    }

    /// The id of the operation, for the audit log.
    pub(crate) fn operation(&self, method: &Method) -> &str {
        let found = operations(&self.item).into_iter().find(|(name, _)| *name == method.as_str());
        found.and_then(|(_, operation)| operation.operation_id.as_deref()).unwrap_or("unnamed")
    }
}

/// The order of methods in `Allow`.
fn place(method: &Method) -> usize {
    ["GET", "POST", "PUT", "DELETE"].iter().position(|name| *name == method.as_str()).unwrap_or(usize::MAX)
}

fn operations(item: &PathItem) -> Vec<(&'static str, &Operation)> {
    let all = [("GET", &item.get), ("POST", &item.post), ("PUT", &item.put), ("DELETE", &item.delete)];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?))).collect()
}

/// The description without its refusals, which are most of it: pages and OPTIONS tell of what goes well.
fn only_what_is_told(item: &PathItem) -> PathItem {
    let mut item = item.clone();
    for operation in [&mut item.get, &mut item.post, &mut item.put, &mut item.delete].into_iter().flatten() {
        operation.responses.responses.retain(|status, _| status.starts_with('2'));
    }
    item
}

/// Whether what it answers when all goes well is JSON, or nothing.
fn answers_values(operation: &Operation) -> bool {
    let good = operation.responses.responses.iter().filter(|(status, _)| status.starts_with('2'));
    good.filter_map(|(_, response)| if let RefOr::T(response) = response { Some(response) } else { None })
        .all(|response| response.content.is_empty() || response.content.contains_key("application/json"))
}

/// Every path of the process.
pub(crate) struct Site {
    views: Vec<View>,
    paths: matchit::Router<usize>,
    /// The shapes that descriptions refer to.
    pub schemas: Components,
}

impl Site {
    /// What was built.
    pub(crate) fn of(built: &Built) -> Self {
        let OpenApi { paths: described, components, .. } = &built.openapi;
        let mut by_path: IndexMap<&str, View> = IndexMap::new();
        for route in &built.rules {
            let view = by_path
                .entry(&route.path)
                .or_insert_with(|| View::new(route, described.paths.get(&route.path)));
            if let Ok(method) = route.method.parse::<Method>() {
                view.scopes.extend(route.scope.map(|scope| (method.clone(), scope)));
                view.add(method, route.rule);
            }
        }
        let (mut views, mut paths) = (Vec::new(), matchit::Router::new());
        for (path, view) in by_path {
            // What cannot be told apart is refused by the router when it is put together.
            if paths.insert(path, views.len()).is_ok() {
                views.push(view);
            }
        }
        let mut schemas = Components::new();
        schemas.schemas =
            components.as_ref().map(|components| components.schemas.clone()).unwrap_or_default();
        Self { views, paths, schemas }
    }

    /// The view at this path, which has no final slash.
    pub(crate) fn find(&self, path: &str) -> Option<&View> {
        self.views.get(*self.paths.at(path).ok()?.value)
    }
}
