//! What is wrong with a definition: each fault with the path to it, all of them at once.

use kit_base::{FieldErrors, Problem};

/// More than this many are not told.
const MOST: usize = 100;

/// What is wrong.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// What makes it impossible to evaluate.
    impossible: Vec<(String, String)>,
    /// What flagd's schema refuses, and flagd evaluates all the same.
    doubts: Vec<(String, String)>,
    /// Parts of rules that were looked at until now.
    parts: usize,
}

impl Faults {
    /// So many parts of rules were looked at.
    pub(crate) fn count(&mut self, parts: usize) {
        self.parts = self.parts.saturating_add(parts);
    }

    /// The parts of rules that were looked at until now.
    pub(crate) fn parts(&self) -> usize {
        self.parts
    }

    /// It cannot be evaluated.
    pub(crate) fn impossible(&mut self, path: &str, message: impl Into<String>) {
        note(&mut self.impossible, path, message.into());
    }

    /// It can be evaluated, but is hardly what was meant.
    pub(crate) fn doubt(&mut self, path: &str, message: impl Into<String>) {
        note(&mut self.doubts, path, message.into());
    }

    /// The refusal, by path; `None` where there is nothing to refuse. With `lenient` doubts are let pass.
    pub(crate) fn refusal(&self, lenient: bool) -> Option<Problem> {
        let doubts = self.doubts.iter().filter(|_| !lenient);
        let mut fields = FieldErrors::new();
        for (path, message) in self.impossible.iter().chain(doubts) {
            fields.entry(path.clone()).or_default().push(message.clone());
        }
        (!fields.is_empty()).then(|| Problem::invalid(fields))
    }

    /// What was doubted, a line each.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.doubts.iter().map(|(path, message)| format!("{path}: {message}")).collect()
    }
}

fn note(faults: &mut Vec<(String, String)>, path: &str, message: String) {
    let known = faults.iter().any(|(at, said)| at == path && *said == message);
    if !known && faults.len() < MOST {
        faults.push((path.to_owned(), message));
    }
}
