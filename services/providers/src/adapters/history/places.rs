//! Where in an entry the word is that says where it stands.

use contracts::Status;

use super::Said;
use super::words::{Word, normal, word_of};
use crate::adapters::text;

fn said(phrase: &str, text: String) -> Option<Said> {
    Some(Said { word: word_of(phrase)?, phrase: normal(phrase), text, at: None })
}

/// The words in bold type, each with the text up to the next one, and with the time before it as it is written for
/// people.
pub(super) fn bold(body: &str) -> Vec<(Said, String)> {
    let lower = body.to_ascii_lowercase();
    // Where each begins, where its text begins, and what it is.
    let mut found: Vec<(usize, usize, &str)> = Vec::new();
    let mut from = 0;
    while let Some(at) = next_bold(&lower, from) {
        let Some(inside) = lower.get(at..).and_then(|rest| rest.find('>')).map(|end| at + end + 1) else {
            break;
        };
        let Some(end) = lower.get(inside..).and_then(|rest| rest.find("</")).map(|end| inside + end) else {
            break;
        };
        let phrase = body.get(inside..end).unwrap_or_default();
        if word_of(phrase).is_some() {
            found.push((at, end, phrase));
        }
        from = end;
    }
    let ends = found.iter().skip(1).map(|(at, ..)| *at).chain([body.len()]);
    // The time of each stands before its word.
    let mut time = found.first().and_then(|(at, ..)| body.get(..*at)).and_then(small).unwrap_or_default();
    let mut spans = Vec::new();
    for ((_, from, phrase), to) in found.iter().zip(ends) {
        let written = body.get(*from..to).unwrap_or_default();
        let ends = [written.rfind("<small"), affected(written)];
        let end = ends.into_iter().flatten().min();
        let told = text::body(end.and_then(|at| written.get(..at)).unwrap_or(written));
        let told = told.trim_start_matches([' ', '-', ':', '\u{2013}', '\u{2014}']).to_owned();
        spans.extend(said(phrase, told).map(|said| (said, time)));
        time = small(written).unwrap_or_default();
    }
    spans
}

/// Where incident.io begins to list what is affected.
fn affected(body: &str) -> Option<usize> {
    body.find("<b>Affected components")
}

/// The worst that incident.io says of a component in that list, as in `<li>Builds (Partial outage)</li>`.
pub(super) fn worst_affected(body: &str) -> Option<Status> {
    let listed = body.get(affected(body)?..)?;
    let states = listed.split("</li>").filter_map(|item| {
        let state = item.trim_end().strip_suffix(')')?.rsplit('(').next()?;
        match word_of(state) {
            Some(Word::Level(status)) => Some(status),
            _ => None,
        }
    });
    states.reduce(Status::worst)
}

/// The last text in small type, with its parts apart.
fn small(written: &str) -> Option<String> {
    let inside = written.get(written.rfind("<small")?..)?;
    let end = inside.find("</small")?;
    Some(text::line(&text::plain(&inside.get(..end)?.replace('<', " <"), 200), 100))
}

fn next_bold(lower: &str, from: usize) -> Option<usize> {
    let rest = lower.get(from..)?;
    let tags = ["<strong>", "<strong ", "<b>", "<b "];
    // One walk over the text, which stops at each `<`, so that nothing is searched again and again.
    rest.match_indices("<")
        .map(|(at, _)| at)
        .find(|at| rest.get(*at..).is_some_and(|tag| tags.iter().any(|known| tag.starts_with(known))))
        .map(|at| from + at)
}

/// The words that are read where a title merely begins with them. Others, as "Complete", begin titles of trouble.
const FIRST: [&str; 6] = ["resolved", "completed", "investigating", "identified", "monitoring", "scheduled"];

/// What monitors write at the end.
const LAST: [(&str, &str); 4] =
    [(" recovered", "recovered"), (" is resolved", "resolved"), (" went down", "down"), (" is down", "down")];

/// `[Resolved] …`, `Resolved: …`, `… - Resolved`, `… (Resolved)`, `Resolved …` and `… recovered`.
pub(super) fn in_title(title: &str) -> Option<Said> {
    let bracketed = title.trim().strip_prefix('[').and_then(|rest| rest.split(']').next());
    let ahead = title.split([':', '\u{2013}', '\u{2014}']).next().filter(|ahead| ahead.len() < title.len());
    let dashed = title.split(" - ").next().filter(|ahead| ahead.len() < title.len());
    let behind = title.rsplit(" - ").next().filter(|behind| behind.len() < title.len());
    let enclosed = title.trim_end().strip_suffix([')', ']']).and_then(|rest| rest.rsplit(['(', '[']).next());
    let first = title.split_whitespace().next().filter(|word| FIRST.contains(&word.to_lowercase().as_str()));
    let end = title.trim_end().to_lowercase();
    let last = LAST.iter().find(|(ending, _)| end.ends_with(ending)).map(|(_, word)| *word);
    let places = [bracketed, ahead, dashed, behind, enclosed, first, last];
    places.into_iter().flatten().find_map(|phrase| said(phrase, String::new()))
}

/// `Resolved - …` and `Status: Resolved` where a text begins.
pub(super) fn in_text(body: &str) -> Option<Said> {
    let told = text::body(body);
    let line = told.lines().next().unwrap_or_default();
    let status = line.split_once(':').filter(|(label, _)| {
        ["status", "current status", "incident status", "state"]
            .contains(&label.trim().to_lowercase().as_str())
    });
    let start = status.map_or(line, |(_, value)| value);
    let phrase = start.split([':', '-', '.', '(', ',', '\u{2013}', '\u{2014}']).next().unwrap_or_default();
    said(phrase, String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(said: impl IntoIterator<Item = Said>) -> Vec<String> {
        said.into_iter().map(|said| format!("{}={}", said.phrase, said.text)).collect()
    }

    fn in_bold(body: &str) -> Vec<String> {
        phrases(bold(body).into_iter().map(|(said, _)| said))
    }

    #[test]
    fn bold_words_are_states_and_other_bold_words_are_not() {
        let body = "<p><small>Nov 21, 10:00 UTC</small><br><strong>Monitoring</strong> - A <b>very</b> good fix.</p>\
                    <p><small>Nov 21, 09:00 UTC</small><br><STRONG class='x'>Investigating</STRONG> - We look.</p>";
        assert_eq!(in_bold(body), ["monitoring=A very good fix.", "investigating=We look."]);
        assert_eq!(in_bold("<b>Status: Identified</b><br/>It is the disk."), ["identified=It is the disk."]);
        assert_eq!(bold("<b>unclosed").len(), 0);
        assert_eq!(bold(&"<b>".repeat(100_000)).len(), 0);
        assert_eq!(bold(&"<b></b>".repeat(30_000)).len(), 0);
        assert_eq!(bold(&"<a".repeat(100_000)).len(), 0);
    }

    #[test]
    fn what_is_affected_tells_how_bad_it_is() {
        let body = |state: &str| {
            format!(
                "<b>Status: Identified</b><br/>It is a disk.<br/><b>Affected components</b><ul><li>A (Operational)</li><li>B ({state})</li></ul>"
            )
        };
        assert_eq!(in_bold(&body("Full outage")), ["identified=It is a disk."]);
        assert_eq!(worst_affected(&body("Full outage")), Some(Status::MajorOutage));
        assert_eq!(worst_affected(&body("Partial outage")), Some(Status::PartialOutage));
        assert_eq!(worst_affected(&body("Operational")), None);
        assert_eq!(worst_affected("<b>x</b>"), None);
    }

    #[test]
    fn titles_and_texts_may_begin_with_the_word() {
        for title in [
            "[Resolved] Late",
            "RESOLVED: Late",
            "Late - Resolved",
            "Late (resolved)",
            "Resolved - Late",
            "Resolved \u{2013} Late",
        ] {
            assert_eq!(phrases(in_title(title)), ["resolved="], "{title}");
        }
        assert_eq!(phrases(in_title("Resolved Service Disruption")), ["resolved="]);
        assert_eq!(phrases(in_title("API recovered")), ["recovered="]);
        assert_eq!(phrases(in_title("[Gelöst] Langsam")), ["gelöst="]);
        for title in ["Disk: full", "Complete loss of power", "Closed captions are missing", "Unresolved"] {
            assert!(in_title(title).is_none(), "{title}");
        }
        assert_eq!(phrases(in_text("<p>Resolved - it is over</p>")), ["resolved="]);
        assert_eq!(phrases(in_text("Status: Monitoring\nA fix.")), ["monitoring="]);
        assert!(in_text("We have resolved it").is_none());
    }
}
