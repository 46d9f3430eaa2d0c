//! Incidents in figures: counts, and the median and the 90th percentile of how long things took.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use contracts::incidents::{Figure, Figures, FiguresBy, SourceFigure, Spread};
use kit_base::Timestamp;

use super::days::{day_of, month};

/// Sources that are told, at most.
const SOURCES: usize = 10;

/// What the figures need to know of an incident.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub sev: i64,
    pub source: String,
    pub components: Vec<String>,
    pub started_at: Timestamp,
    pub opened_at: Option<Timestamp>,
    pub acknowledged_at: Option<Timestamp>,
    pub mitigated_at: Option<Timestamp>,
    pub resolved_at: Option<Timestamp>,
}

/// The figures of these incidents.
pub(crate) fn figures(cases: &[Case], from: Timestamp, to: Timestamp, by: FiguresBy) -> Figures {
    let mut groups: BTreeMap<Option<String>, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        for key in keys(case, by) {
            groups.entry(key).or_default().push(case);
        }
    }
    let mut groups: Vec<Figure> = groups.into_iter().map(|(key, cases)| figure(key, &cases)).collect();
    if by == FiguresBy::Component {
        groups.sort_by_key(|figure| Reverse(figure.incidents));
    }
    let whole = figure(None, &cases.iter().collect::<Vec<_>>());
    Figures { from, to, by, whole, groups, sources: sources(cases) }
}

fn keys(case: &Case, by: FiguresBy) -> Vec<Option<String>> {
    match by {
        FiguresBy::Month => vec![Some(month(day_of(case.started_at)))],
        FiguresBy::Sev => vec![Some(case.sev.to_string())],
        FiguresBy::Component if case.components.is_empty() => vec![None],
        FiguresBy::Component => case.components.iter().cloned().map(Some).collect(),
    }
}

fn figure(key: Option<String>, cases: &[&Case]) -> Figure {
    let took = |from: fn(&Case) -> Option<Timestamp>, to: fn(&Case) -> Option<Timestamp>| {
        spread(cases.iter().filter_map(|case| Some(to(case)?.since(from(case)?))).collect())
    };
    Figure {
        key,
        incidents: cases.len() as u64,
        unresolved: cases.iter().filter(|case| case.resolved_at.is_none()).count() as u64,
        detect: took(|case| Some(case.started_at), |case| case.opened_at),
        acknowledge: took(|case| case.opened_at, |case| case.acknowledged_at),
        mitigate: took(|case| Some(case.started_at), |case| case.mitigated_at),
        resolve: took(|case| Some(case.started_at), |case| case.resolved_at),
    }
}

/// The median, and the 90th percentile by nearest rank.
fn spread(mut times: Vec<Duration>) -> Spread {
    times.sort_unstable();
    let count = times.len();
    let at = |place: usize| times.get(place).map(Duration::as_secs_f64);
    let median = match count {
        0 => None,
        odd if odd % 2 == 1 => at(odd / 2),
        even => at(even / 2 - 1).zip(at(even / 2)).map(|(one, other)| (one + other) / 2.0),
    };
    let p90 = (count * 9).div_ceil(10).checked_sub(1).and_then(at);
    Spread { count: count as u64, median, p90 }
}

fn sources(cases: &[Case]) -> Vec<SourceFigure> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for case in cases {
        *counts.entry(case.source.as_str()).or_default() += 1;
    }
    let mut sources: Vec<SourceFigure> = counts
        .into_iter()
        .map(|(source, incidents)| SourceFigure { source: source.to_owned(), incidents })
        .collect();
    sources.sort_by_key(|source| Reverse(source.incidents));
    sources.truncate(SOURCES);
    sources
}

/// The figures as a table (RFC 4180): a line of headings, all together with an empty key, then each group. Times are in
/// seconds; what there is none of is empty. A key that a spreadsheet would take for a formula begins with an apostrophe.
pub(crate) fn csv(figures: &Figures) -> String {
    let mut text = figures.by.as_str().to_owned();
    text.push_str(",incidents,unresolved");
    for name in ["detect", "acknowledge", "mitigate", "resolve"] {
        text.push_str(&format!(",{name}_count,{name}_median,{name}_p90"));
    }
    text.push_str("\r\n");
    for figure in [&figures.whole].into_iter().chain(&figures.groups) {
        text.push_str(&cell(figure.key.as_deref().unwrap_or_default()));
        text.push_str(&format!(",{},{}", figure.incidents, figure.unresolved));
        for spread in [figure.detect, figure.acknowledge, figure.mitigate, figure.resolve] {
            let seconds = |time: Option<f64>| time.map(|time| time.to_string()).unwrap_or_default();
            text.push_str(&format!(",{},{},{}", spread.count, seconds(spread.median), seconds(spread.p90)));
        }
        text.push_str("\r\n");
    }
    text
}

fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    match text.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(times: &[u64]) -> Spread {
        spread(times.iter().map(|time| Duration::from_secs(*time)).collect())
    }

    #[test]
    fn the_median_is_in_the_middle_and_nine_in_ten_are_below() {
        assert_eq!(seconds(&[]), Spread::default());
        assert_eq!(seconds(&[7]), Spread { count: 1, median: Some(7.0), p90: Some(7.0) });
        assert_eq!(seconds(&[9, 1, 4]), Spread { count: 3, median: Some(4.0), p90: Some(9.0) });
        let ten: Vec<u64> = (1..=10).collect();
        assert_eq!(seconds(&ten), Spread { count: 10, median: Some(5.5), p90: Some(9.0) });
        let eleven: Vec<u64> = (1..=11).collect();
        assert_eq!(seconds(&eleven).p90, Some(10.0));
    }

    #[test]
    fn cells_are_no_formulas_and_keep_their_commas() {
        assert_eq!(["a-b", "=1", "-x", "a,\"b\""].map(cell), ["a-b", "'=1", "'-x", "\"a,\"\"b\"\"\""]);
    }

    #[test]
    fn an_incident_that_names_several_counts_for_each_and_once_in_all() {
        let at = |hour: i64| Timestamp::from_micros(hour * 3_600_000_000);
        let case = |components: &[&str], source: &str| Case {
            sev: 2,
            source: source.to_owned(),
            components: components.iter().map(|slug| (*slug).to_owned()).collect(),
            started_at: at(1),
            opened_at: Some(at(2)),
            acknowledged_at: None,
            mitigated_at: Some(at(5)),
            resolved_at: None,
        };
        let cases = [case(&["a", "b"], "csp"), case(&["b"], "csp"), case(&[], "manual")];
        let told = figures(&cases, at(0), at(9), FiguresBy::Component);
        let groups: Vec<(Option<&str>, u64)> =
            told.groups.iter().map(|figure| (figure.key.as_deref(), figure.incidents)).collect();
        assert_eq!(groups, [(Some("b"), 2), (None, 1), (Some("a"), 1)]);
        assert_eq!((told.whole.incidents, told.whole.unresolved), (3, 3));
        assert_eq!((told.whole.detect.median, told.whole.mitigate.p90), (Some(3600.0), Some(14_400.0)));
        assert_eq!((told.whole.acknowledge.count, told.whole.resolve.median), (0, None));
        assert_eq!(
            told.sources.first().map(|source| (source.source.as_str(), source.incidents)),
            Some(("csp", 2))
        );
        assert_eq!(figures(&cases, at(0), at(9), FiguresBy::Month).groups[0].key.as_deref(), Some("1970-01"));
    }
}
