//! The log as a file. It may be long, so it is read and sent in pieces.

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use contracts::access::AuditEntry;
use futures_util::stream;
use http::header;
use kit_store::{Db, StoreError};

use super::store::{self, Filter};

/// Entries that are read at once.
const PIECE: i64 = 500;
const HEADINGS: &str = "seq,id,at,user_id,name,operation,target,from\r\n";

/// How the file is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Form {
    /// RFC 4180.
    Csv,
    /// A JSON object a line.
    JsonLines,
}

impl Form {
    /// The form of that name; CSV for none.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "" | "csv" => Some(Form::Csv),
            "jsonl" => Some(Form::JsonLines),
            _ => None,
        }
    }

    fn heading(self) -> &'static str {
        if self == Form::Csv { HEADINGS } else { "" }
    }

    fn line(self, entry: &AuditEntry) -> Result<String, StoreError> {
        match self {
            Form::Csv => Ok(csv(entry)),
            Form::JsonLines => Ok(kit_store::json(entry)? + "\n"),
        }
    }
}

/// The entries that `filter` lets through. An error in the middle breaks the connection off, so that nobody takes half
/// of the log for all of it.
pub(super) fn file(db: Db, filter: Filter, form: Form) -> Response {
    let pieces = stream::try_unfold(Some(i64::MAX), move |before| {
        let (db, filter) = (db.clone(), filter.clone());
        async move {
            let Some(before) = before else { return Ok(None) };
            let entries = db.read(move |tx| store::before(tx, &filter, before, PIECE)).await?;
            let next = entries.last().map(|entry| entry.seq);
            let mut piece = if before == i64::MAX { form.heading().to_owned() } else { String::new() };
            for entry in &entries {
                piece.push_str(&form.line(entry)?);
            }
            Ok::<_, StoreError>(Some((Bytes::from(piece), next)))
        }
    });
    let (media, name) = match form {
        Form::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"audit.csv\""),
        Form::JsonLines => ("application/x-ndjson", "attachment; filename=\"audit.jsonl\""),
    };
    let headers = [
        (header::CONTENT_TYPE, media),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, Body::from_stream(pieces)).into_response()
}

fn csv(entry: &AuditEntry) -> String {
    let AuditEntry { seq, id, at, user_id, name, operation, target, from } = entry;
    let (seq, at) = (seq.to_string(), at.to_string());
    let (user_id, name) = (user_id.as_deref().unwrap_or(""), name.as_deref().unwrap_or(""));
    let cells = [&seq, id, &at, user_id, name, operation, target, from].map(cell);
    cells.join(",") + "\r\n"
}

/// What a spreadsheet would compute, it is shown instead: an apostrophe before it says that it is text.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    let text = format!("{guard}{text}");
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells_are_no_formulas_and_break_no_line() {
        for (text, written) in [
            ("", ""),
            ("Ada", "Ada"),
            ("a-b=c", "a-b=c"),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""),
            ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
            ("a,b", "\"a,b\""),
            ("a\r\nb", "\"a\r\nb\""),
            ("say \"a\"", "\"say \"\"a\"\"\""),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
    }
}
