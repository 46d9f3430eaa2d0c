//! Finds every SQL statement of a crate in its source and prepares it on both databases. A statement that is put
//! together at run time cannot be found, and so is refused.

use std::fs;
use std::path::{Path, PathBuf};

use kit_store::{Db, Migration};
use syn::visit::{self, Visit};

use crate::{TestStore, both};

/// The methods of a transaction whose first argument is a statement.
const METHODS: [&str; 4] = ["execute", "query", "query_opt", "query_one"];

/// One statement of the source.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// `path:line`.
    pub place: String,
    /// Its text; `None` where it is no literal.
    pub sql: Option<String>,
}

/// Prepares every statement under `crate_dir/src` on both databases with these tables; returns how many there are.
/// Panics with all that is wrong: what does not prepare, and where.
#[expect(clippy::panic, reason = "this is the assertion of a test")]
pub fn prepare_all(crate_dir: &str, migrations: &'static [Migration]) -> usize {
    let statements = statements_in(&Path::new(crate_dir).join("src"));
    let mut faults = Vec::new();
    for engine in both() {
        let store = TestStore::new(engine);
        drop(store.open(migrations));
        for Statement { place, sql } in &statements {
            match sql.as_ref().map(|sql| Db::prepare_at(store.place(), sql)) {
                None => faults.push(format!("{place}: a statement must be a literal")),
                Some(Err(error)) => faults.push(format!("{place} on {engine:?}: {error}")),
                Some(Ok(())) => {}
            }
        }
    }
    if !faults.is_empty() {
        panic!("{}", faults.join("\n"));
    }
    statements.len()
}

/// Every statement in the Rust files under `folder`, tests left out.
pub fn statements_in(folder: &Path) -> Vec<Statement> {
    let mut found = Found { file: PathBuf::new(), statements: Vec::new() };
    for file in rust_files(folder) {
        let parsed = fs::read_to_string(&file).ok().and_then(|text| syn::parse_file(&text).ok());
        found.file = file;
        if let Some(parsed) = parsed {
            found.visit_file(&parsed);
        }
    }
    found.statements
}

struct Found {
    file: PathBuf,
    statements: Vec<Statement>,
}

impl<'ast> Visit<'ast> for Found {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let takes_params = call.args.len() >= 2 && !passes_on(&call.receiver);
        if takes_params && METHODS.iter().any(|method| call.method == method) {
            let sql = match call.args.first() {
                Some(syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. })) => Some(text.value()),
                _ => None,
            };
            let line = call.method.span().start().line;
            self.statements.push(Statement { place: format!("{}:{line}", self.file.display()), sql });
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }
}

/// `self.connection.query(sql, …)` is how a transaction itself passes a statement on, not where one stands.
fn passes_on(receiver: &syn::Expr) -> bool {
    let base = match receiver {
        syn::Expr::Field(field) => &*field.base,
        other => other,
    };
    matches!(base, syn::Expr::Path(path) if path.path.is_ident("self"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}
