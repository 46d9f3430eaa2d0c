//! Headers that list what a client likes, with weights (RFC 9110 12.4.2): `Accept`, `Accept-Language`.

/// One piece of such a header.
#[derive(Debug, PartialEq)]
pub(crate) struct Preference<'h> {
    /// What is liked, as it was written: `text/html`, `fr-CA`, `*`.
    pub(crate) what: &'h str,
    /// How much, in thousandths; 0 is a refusal.
    pub(crate) weight: u16,
    parameters: &'h str,
}

impl<'h> Preference<'h> {
    /// The parameters other than the weight.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&'h str, &'h str)> + use<'h> {
        pieces(self.parameters, ';').filter_map(parameter).filter(|(name, _)| !name.eq_ignore_ascii_case("q"))
    }
}

/// The pieces of `header` that can be understood; the others are passed over.
pub(crate) fn preferences(header: &str) -> impl Iterator<Item = Preference<'_>> {
    pieces(header, ',').filter_map(|piece| {
        let (what, parameters) = piece.split_once(';').unwrap_or((piece, ""));
        let weight = pieces(parameters, ';')
            .filter_map(parameter)
            .find(|(name, _)| name.eq_ignore_ascii_case("q"))
            .map_or(Some(1000), |(_, value)| weight(value))?;
        let what = what.trim();
        (!what.is_empty()).then_some(Preference { what, weight, parameters })
    })
}

/// `text` cut at `mark`, but not within quotes.
pub(crate) fn pieces(text: &str, mark: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |letter| {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => return !quoted && letter == mark,
        }
        false
    })
}

/// A `name=value`, without the spaces and quotes around it.
pub(crate) fn parameter(piece: &str) -> Option<(&str, &str)> {
    let (name, value) = piece.split_once('=')?;
    let value = value.trim();
    let unquoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    Some((name.trim(), unquoted.unwrap_or(value)))
}

/// `0`, `1` or a fraction of at most three digits between them (RFC 9110 12.4.2), in thousandths.
fn weight(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    match whole {
        "1" if digits && fraction.bytes().all(|byte| byte == b'0') => Some(1000),
        "0" if digits => format!("{fraction:0<3}").parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_read_as_the_rfc_writes_them() {
        for (text, expected) in [
            ("1", Some(1000)),
            ("1.000", Some(1000)),
            ("0", Some(0)),
            ("0.", Some(0)),
            ("0.5", Some(500)),
            ("0.05", Some(50)),
            ("0.999", Some(999)),
            ("0.0001", None),
            ("1.001", None),
            ("2", None),
            ("-1", None),
            (".5", None),
            ("", None),
            ("0.5é", None),
            ("NaN", None),
        ] {
            assert_eq!(weight(text), expected, "{text}");
        }
    }

    #[test]
    fn a_header_is_cut_at_commas_outside_quotes() {
        let header = r#"a/b;x="1,2;q=0\"";Q=0.5 , ,;q=1,c ; q=9, d"#;
        let read: Vec<(&str, u16)> = preferences(header).map(|p| (p.what, p.weight)).collect();
        assert_eq!(read, [("a/b", 500), ("d", 1000)]);
        let first: Vec<_> = preferences(header).next().unwrap().parameters().collect();
        assert_eq!(first, [("x", r#"1,2;q=0\""#)]);
    }
}
