//! The language of messages: English, and French for those who ask for it (RFC 9110 12.5.4).

mod french;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use kit_base::Problem;

use crate::preferences::preferences;

/// A language in which messages are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// As messages are written in the code.
    #[default]
    English,
    /// By the tables of [`Words`].
    French,
}

impl Language {
    /// The language that `Accept-Language` likes best; English where it names none that is known. Among equals the
    /// first that is named wins, and any region will do: `fr-CA` is French.
    pub fn negotiate(accept_language: Option<&str>) -> Self {
        let mut best = (0, Self::English);
        for preference in preferences(accept_language.unwrap_or_default()) {
            let language = match preference.what.split('-').next().unwrap_or_default() {
                tag if tag.eq_ignore_ascii_case("fr") => Self::French,
                tag if tag.eq_ignore_ascii_case("en") || tag == "*" => Self::English,
                _ => continue,
            };
            if preference.weight > best.0 {
                best = (preference.weight, language);
            }
        }
        best.1
    }

    /// Its tag (BCP 47), for `Content-Language` and pages.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }
}

/// Messages in English, each with its French. A `{}` stands for any text, which is the same in both.
pub type Table = &'static [(&'static str, &'static str)];

/// The French of messages: the kit's own, and what services add.
pub struct Words {
    exact: HashMap<&'static str, &'static str>,
    /// By the text before the first place.
    templates: HashMap<&'static str, Vec<Template>>,
    /// How long those texts are.
    lengths: BTreeSet<usize>,
}

/// A message with places: the pieces after the first place.
struct Template {
    english: Vec<&'static str>,
    french: &'static str,
}

impl Default for Words {
    /// The kit's own messages.
    fn default() -> Self {
        let none = Self { exact: HashMap::new(), templates: HashMap::new(), lengths: BTreeSet::new() };
        none.and(french::TABLE)
    }
}

impl Words {
    /// These and the messages of `table`. What is there already is replaced.
    #[must_use]
    pub fn and(mut self, table: Table) -> Self {
        for (english, french) in table {
            let mut pieces = english.split("{}");
            let first = pieces.next().unwrap_or_default();
            let rest: Vec<&str> = pieces.collect();
            if rest.is_empty() {
                self.exact.insert(english, french);
                continue;
            }
            self.lengths.insert(first.len());
            let templates = self.templates.entry(first).or_default();
            templates.retain(|template| template.english != rest);
            templates.push(Template { english: rest, french });
            // What says more is tried first.
            templates.sort_by_key(|template| Reverse(template.english.len()));
        }
        self
    }

    /// `text` in `language`, or as it is where nothing better is known.
    pub fn say<'t>(&self, language: Language, text: &'t str) -> Cow<'t, str> {
        match language {
            Language::English => Cow::Borrowed(text),
            Language::French => match self.exact.get(text) {
                Some(french) => Cow::Borrowed(*french),
                None => self.filled(text).map_or(Cow::Borrowed(text), Cow::Owned),
            },
        }
    }

    /// A problem with its messages in `language`.
    #[must_use]
    pub fn tell(&self, language: Language, mut problem: Problem) -> Problem {
        if language != Language::English {
            problem.detail = self.say(language, &problem.detail).into_owned();
            for message in problem.fields.values_mut().flatten() {
                *message = self.say(language, message).into_owned();
            }
        }
        problem
    }

    /// The French of a message that a template fits; of several the one that begins with the most of it.
    fn filled(&self, text: &str) -> Option<String> {
        self.lengths.iter().rev().find_map(|length| {
            let (first, rest) = text.split_at_checked(*length)?;
            let templates = self.templates.get(first)?;
            templates.iter().find_map(|template| template.fill(rest))
        })
    }
}

impl Template {
    /// The French for what follows the first piece.
    fn fill(&self, text: &str) -> Option<String> {
        let (last, middle) = self.english.split_last()?;
        let mut rest = text.strip_suffix(last)?;
        let mut places = Vec::with_capacity(self.english.len());
        for piece in middle {
            let (place, after) = rest.split_once(piece)?;
            places.push(place);
            rest = after;
        }
        places.push(rest);
        let mut pieces = self.french.split("{}");
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        for (place, piece) in places.into_iter().zip(pieces) {
            filled.extend([place, piece]);
        }
        Some(filled)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_language_follows_the_header() {
        for (header, french) in [
            ("", false),
            ("fr", true),
            ("FR-ca", true),
            ("fr-CA, en;q=0.8", true),
            ("en, fr", false),
            ("fr, en", true),
            ("en;q=0.5, fr;q=0.6", true),
            ("de, fr;q=0.5", true),
            ("*, fr;q=0.5", false),
            ("fr;q=0", false),
            ("fr;q=0, *", false),
            ("fr;q=x", false),
            ("frs, france", false),
            ("de", false),
            (",;,q=1,fr;q=0.1", true),
        ] {
            assert_eq!(Language::negotiate(Some(header)).tag(), if french { "fr" } else { "en" }, "{header}");
        }
        assert_eq!(Language::negotiate(None), Language::English);
    }

    #[test]
    fn messages_are_said_in_french() {
        let words = Words::default();
        for (english, french) in [
            ("Not found.", "Pas trouvé."),
            ("Method \"PUT\" not allowed.", "Méthode «\u{a0}PUT\u{a0}» non autorisée."),
            (
                "Unsupported media type \"a \"b\" in request.\" in request.",
                "Type de média «\u{a0}a \"b\" in request.\u{a0}» non supporté.",
            ),
            (
                "Could not satisfy the request Accept header.",
                "L'en-tête « Accept » n'a pas pu être satisfaite.",
            ),
            (
                "Request was throttled. Expected available in 3600 seconds.",
                "Requête ralentie. Expected available in 3600 seconds.",
            ),
            (
                "Invalid data. Expected a dictionary, but got list.",
                "Donnée non valide. Attendait un dictionnaire, a reçu list.",
            ),
            (
                "\"x\" is not a valid choice; choose one of a, b.",
                "«\u{a0}x\u{a0}» n'est pas un choix valide\u{a0}; choisissez parmi a, b.",
            ),
            ("JSON parse error - Expecting value: line 1", "JSON parse error - Expecting value: line 1"),
            ("Nobody has said this.", "Nobody has said this."),
            ("", ""),
        ] {
            assert_eq!(words.say(Language::French, english), french);
            assert_eq!(words.say(Language::English, english), english);
        }
    }

    #[test]
    fn services_add_tables() {
        const MORE: Table = &[
            ("Nobody has said this.", "Personne."),
            ("Not found.", "Introuvable."),
            ("Not {}.", "Non {}."),
            ("Not {} but {}.", "Pas {} mais {}."),
            ("Not so {}.", "Pas si {}."),
            ("{} of {} and {}", "{} de {} et {}"),
        ];
        let words = Words::default().and(MORE);
        for (english, french) in [
            ("Nobody has said this.", "Personne."),
            ("Not found.", "Introuvable."),
            ("Not é.", "Non é."),
            ("Not a but b.", "Pas a mais b."),
            ("Not so a.", "Pas si a."),
            ("a of b of c and d", "a de b of c et d"),
            ("This field is required.", "Ce champ est obligatoire."),
        ] {
            assert_eq!(words.say(Language::French, english), french);
        }
    }

    #[test]
    fn a_problem_is_told_with_all_its_messages() {
        let problem = Problem::invalid_field("title", "This field is required.");
        let told = Words::default().tell(Language::French, problem.clone());
        assert_eq!(told.fields["title"], ["Ce champ est obligatoire."]);
        assert_ne!(told.detail, problem.detail);
        assert_eq!(Words::default().tell(Language::English, problem.clone()), problem);
    }

    #[test]
    fn both_languages_have_the_same_places() {
        for (english, french) in french::TABLE {
            assert_eq!(english.matches("{}").count(), french.matches("{}").count(), "{english}");
            assert_ne!(english, french);
        }
    }

    #[test]
    fn what_the_kit_says_of_problems_has_its_french() {
        let words = Words::default();
        for problem in [
            Problem::unauthenticated(),
            Problem::forbidden(),
            Problem::not_found(),
            Problem::internal(),
            Problem::invalid(kit_base::FieldErrors::new()),
        ] {
            assert_ne!(words.say(Language::French, &problem.detail), problem.detail);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_said(text in "(This|Not|\"|\\{\\}| |é|[a-z]){0,12}") {
            let words = Words::default().and(&[("{}{}", "{}{}"), ("{}é{}é", "{}e{}e")]);
            let _ = words.say(Language::French, &text);
            prop_assert!(Words::default().say(Language::English, &text) == text);
        }
    }
}
