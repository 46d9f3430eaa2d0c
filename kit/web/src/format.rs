//! In which form an answer is wanted: JSON, XML or a page, by `Accept` (RFC 9110 12.5.1) and `?format=`.

use crate::preferences::{Preference, preferences};

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON, indented by this many spaces (1 to 8) if that was asked for.
    Json {
        /// Spaces for each level.
        indent: Option<u8>,
    },
    /// XML as djangorestframework-xml writes it.
    Xml,
    /// A page for people.
    Html,
}

impl Format {
    /// JSON without indentation: what is given unless something else is asked for.
    pub const PLAIN: Self = Self::Json { indent: None };

    /// What the server prefers among equals.
    const ALL: [Self; 3] = [Self::PLAIN, Self::Xml, Self::Html];

    /// The value of `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json { .. } => "application/json",
            Self::Xml => "application/xml; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Json { .. } => "application/json",
            Self::Xml => "application/xml",
            Self::Html => "text/html",
        }
    }

    /// The word for it in `?format=`.
    fn word(self) -> &'static str {
        match self {
            Self::Json { .. } => "json",
            Self::Xml => "xml",
            Self::Html => "api",
        }
    }
}

/// What the client wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// The form of a success, and of an error unless `problem`.
    pub format: Format,
    /// Errors are wanted as `application/problem+json` (RFC 9457).
    pub problem: bool,
}

impl Wanted {
    /// What is given where nothing is asked for, and where the asking failed.
    pub const PLAIN: Self = Self { format: Format::PLAIN, problem: false };
}

/// Why there is no form for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 406: `Accept` names nothing that can be given.
    NotAcceptable,
    /// 404: there is no such `?format=`.
    UnknownFormat,
}

const PROBLEM_JSON: &str = "application/problem+json";

/// Finds the form that suits best.
///
/// The greatest weight wins, then what was named most exactly, then the order JSON, XML, HTML. `?format=json|xml|api`
/// leaves one of them, which `Accept` must still allow. Who lists `application/problem+json` gets errors in that form.
pub fn negotiate(accept: Option<&str>, format_parameter: Option<&str>) -> Result<Wanted, Refusal> {
    let word = format_parameter.filter(|word| !word.is_empty());
    let accept = accept.unwrap_or("*/*");
    if word.is_none() && matches!(accept, "*/*" | "application/json" | "") {
        return Ok(Wanted::PLAIN);
    }
    let offered = |format: &Format| word.is_none_or(|word| word == format.word());
    let first = Format::ALL.into_iter().find(offered).ok_or(Refusal::UnknownFormat)?;
    if preferences(accept).all(|preference| exactness(&preference, "").is_none()) {
        // Nothing that could be understood was asked for.
        return Ok(Wanted { format: first, problem: false });
    }
    let named = |p: &Preference<'_>| p.what.eq_ignore_ascii_case(PROBLEM_JSON) && p.weight > 0;
    let problem = preferences(accept).any(|preference| named(&preference));
    let mut best: Option<(Liking, Format)> = None;
    for format in Format::ALL.into_iter().filter(offered) {
        let (liking, format) = liking(accept, format);
        if liking.weight > 0 && best.is_none_or(|(best, _)| liking > best) {
            best = Some((liking, format));
        }
    }
    match best {
        Some((_, format)) => Ok(Wanted { format, problem }),
        None if problem && first == Format::PLAIN => Ok(Wanted { format: first, problem }),
        None => Err(Refusal::NotAcceptable),
    }
}

/// How much a form is liked, and how exactly that was said.
#[derive(Clone, Copy, Default, PartialEq, PartialOrd)]
struct Liking {
    weight: u16,
    exactness: u8,
}

/// The most exact piece that speaks of `format` decides, also against it.
fn liking(accept: &str, format: Format) -> (Liking, Format) {
    let mut found = (Liking::default(), format);
    for preference in preferences(accept) {
        let Some(exactness @ 1..) = exactness(&preference, format.media_type()) else { continue };
        let weight = preference.weight;
        let (best, _) = found;
        if exactness > best.exactness || (exactness == best.exactness && weight > best.weight) {
            found = (Liking { weight, exactness }, with_indent(format, &preference));
        }
    }
    found
}

/// How exactly a piece names `media_type`, from 1 for `*/*` to 4; 0 if it names another, `None` if it names none at all.
fn exactness(preference: &Preference<'_>, media_type: &str) -> Option<u8> {
    let (kind, subtype) = preference.what.split_once('/')?;
    if !is_token(kind) || !is_token(subtype) || (kind == "*" && subtype != "*") {
        return None;
    }
    let (own_kind, own_subtype) = media_type.split_once('/').unwrap_or_default();
    Some(match (kind, subtype) {
        ("*", _) => 1,
        (kind, "*") if kind.eq_ignore_ascii_case(own_kind) => 2,
        _ if !(kind.eq_ignore_ascii_case(own_kind) && subtype.eq_ignore_ascii_case(own_subtype)) => 0,
        _ if preference.parameters().next().is_none() => 3,
        _ => 4,
    })
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// JSON as the piece wants it indented: 0 and what is no number mean not at all, more than 8 means 8.
fn with_indent(format: Format, preference: &Preference<'_>) -> Format {
    let Format::Json { .. } = format else { return format };
    let asked = preference.parameters().find(|(name, _)| name.eq_ignore_ascii_case("indent"));
    let indent = asked.and_then(|(_, value)| value.parse::<u8>().ok());
    Format::Json { indent: indent.filter(|indent| *indent > 0).map(|indent| indent.min(8)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const JSON: Format = Format::PLAIN;
    const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    fn indented(indent: u8) -> Format {
        Format::Json { indent: Some(indent) }
    }

    #[test]
    fn the_form_follows_accept() {
        for (accept, expected) in [
            ("*/*", JSON),
            ("", JSON),
            ("application/*", JSON),
            ("application/json", JSON),
            ("APPLICATION/JSON", JSON),
            ("application/json; charset=utf-8", JSON),
            ("application/json; indent=2", indented(2)),
            ("application/json;indent=\"4\"", indented(4)),
            ("application/json, application/json;indent=3", indented(3)),
            ("*/*; indent=8", indented(8)),
            ("application/json; indent=200", indented(8)),
            ("application/json; indent=0", JSON),
            ("application/json; indent=-1", JSON),
            ("application/json; indent=much", JSON),
            ("application/xml", Format::Xml),
            ("text/html", Format::Html),
            ("text/*", Format::Html),
            (BROWSER, Format::Html),
            ("text/html, application/xml, application/json", JSON),
            ("text/html, application/xml", Format::Xml),
            ("application/json;q=0.5, application/xml;q=0.6", Format::Xml),
            ("application/json;q=0.5, application/xml;q=0.50", JSON),
            ("application/json;q=0, */*", Format::Xml),
            ("application/*;q=0, */*;q=0.1", Format::Html),
            ("application/xml, */*", Format::Xml),
            ("application/xml, */*;q=0.1", Format::Xml),
            ("application/*;q=0.9, application/json;q=0.2, text/html;q=0.5", Format::Xml),
            ("nonsense, ;;;, /, a/, */json, application/xml", Format::Xml),
            ("nonsense", JSON),
            ("application/json;q=7", JSON),
            ("image/png, */*;q=0.1", JSON),
        ] {
            assert_eq!(
                negotiate(Some(accept), None),
                Ok(Wanted { format: expected, problem: false }),
                "{accept}"
            );
        }
        assert_eq!(negotiate(None, None), Ok(Wanted::PLAIN));
    }

    #[test]
    fn what_cannot_be_given_is_refused() {
        for accept in
            ["image/png", "text/xml", "application/json;q=0", "*/*;q=0", "application/jsonx", "text/plain"]
        {
            assert_eq!(negotiate(Some(accept), None), Err(Refusal::NotAcceptable), "{accept}");
        }
    }

    #[test]
    fn the_format_parameter_filters_before_accept() {
        for (accept, word, expected) in [
            (None, "json", Ok(JSON)),
            (None, "xml", Ok(Format::Xml)),
            (None, "api", Ok(Format::Html)),
            (None, "", Ok(JSON)),
            (Some(BROWSER), "json", Ok(JSON)),
            (Some("application/json; indent=2, */*"), "json", Ok(indented(2))),
            (Some("text/html"), "json", Err(Refusal::NotAcceptable)),
            (Some("application/json"), "xml", Err(Refusal::NotAcceptable)),
            (Some("application/problem+json"), "xml", Err(Refusal::NotAcceptable)),
            (None, "yaml", Err(Refusal::UnknownFormat)),
            (Some("image/png"), "yaml", Err(Refusal::UnknownFormat)),
            (None, "JSON", Err(Refusal::UnknownFormat)),
            (None, "openapi", Err(Refusal::UnknownFormat)),
        ] {
            let found = negotiate(accept, Some(word)).map(|wanted| wanted.format);
            assert_eq!(found, expected, "{accept:?} {word}");
        }
    }

    #[test]
    fn problem_details_are_for_errors_only() {
        for (accept, expected) in [
            ("application/problem+json", Some((JSON, true))),
            ("application/json, application/problem+json", Some((JSON, true))),
            ("application/xml, application/problem+json;q=0.5", Some((Format::Xml, true))),
            ("application/problem+json;q=0, */*", Some((JSON, false))),
            ("application/*", Some((JSON, false))),
            ("application/problem+json;q=0", None),
        ] {
            let found = negotiate(Some(accept), None).ok().map(|wanted| (wanted.format, wanted.problem));
            assert_eq!(found, expected, "{accept}");
        }
    }

    #[test]
    fn content_types_are_those_of_the_contract() {
        assert_eq!(
            [indented(2), Format::Xml, Format::Html].map(Format::content_type),
            ["application/json", "application/xml; charset=utf-8", "text/html; charset=utf-8"]
        );
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(accept in ".{0,60}", parts in "[a-z*/;,=q0-9.\" ]{0,60}", word in ".{0,8}") {
            let _ = negotiate(Some(&accept), None);
            let _ = negotiate(Some(&parts), Some(&word));
            let both = format!("{parts}, application/xml");
            prop_assert!(negotiate(Some(&accept), Some("none")).is_err());
            let _ = negotiate(Some(&both), Some("xml"));
        }
    }
}
