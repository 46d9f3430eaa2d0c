//! Texts with `{{variables}}`: which they name, and what they become.

use std::collections::BTreeMap;

/// The variables that the texts name, in the order in which they come first.
pub(crate) fn variables(texts: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        for piece in text.split("{{").skip(1) {
            if let Some((name, _)) = piece.split_once("}}") {
                let name = name.trim();
                if !name.is_empty() && !found.iter().any(|known| known == name) {
                    found.push(name.to_owned());
                }
            }
        }
    }
    found
}

/// The text with every variable replaced. What a variable holds is taken as it is, so it cannot name others.
pub(crate) fn fill(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut pieces = text.split("{{");
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece
            .split_once("}}")
            .and_then(|(name, rest)| values.get(name.trim()).map(|value| (value, rest)))
        {
            Some((value, rest)) => {
                filled.push_str(value);
                filled.push_str(rest);
            }
            None => {
                filled.push_str("{{");
                filled.push_str(piece);
            }
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_once_and_filled_everywhere() {
        let (title, summary) = ("{{bank}} fails", "Ask {{ bank }}, then {{person}}. {{ }} {{open");
        assert_eq!(variables(&[title, summary]), ["bank", "person"]);
        let values = BTreeMap::from([("bank".to_owned(), "{{person}} & Sons".to_owned())]);
        assert_eq!(fill(title, &values), "{{person}} & Sons fails");
        assert_eq!(fill(summary, &values), "Ask {{person}} & Sons, then {{person}}. {{ }} {{open");
    }
}
