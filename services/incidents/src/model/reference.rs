//! The names of components: one of ours by its slug, or a provider's as `provider:component`.

/// The name of a component, taken apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reference<'a> {
    /// One of ours.
    Own(&'a str),
    /// A provider's; `*` is the provider as a whole.
    Foreign { scope: &'a str, component: &'a str },
}

impl<'a> Reference<'a> {
    /// Takes a name apart; `None` if it can name nothing.
    pub(crate) fn parse(name: &'a str) -> Option<Self> {
        match name.split_once(':') {
            None if is_slug(name) => Some(Reference::Own(name)),
            Some((scope, component)) if is_slug(scope) && !component.is_empty() => {
                Some(Reference::Foreign { scope, component })
            }
            _ => None,
        }
    }

    /// The provider, if it is a provider's.
    pub(crate) fn scope(self) -> Option<&'a str> {
        match self {
            Reference::Own(_) => None,
            Reference::Foreign { scope, .. } => Some(scope),
        }
    }
}

/// What signals about `component` have in common: one provider's trouble is one cause, however many of its parts fail.
pub(crate) fn cause(component: &str) -> &str {
    component.split_inclusive(':').next().unwrap_or(component)
}

/// Lower-case letters, digits, single hyphens, underscores and dots.
pub(crate) fn is_slug(text: &str) -> bool {
    let plain = |letter: char| (letter.is_alphanumeric() && !letter.is_uppercase()) || "-_.".contains(letter);
    !text.is_empty() && text.chars().count() <= 100 && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ours_or_a_providers() {
        assert_eq!(Reference::parse("checkout"), Some(Reference::Own("checkout")));
        let actions = Reference::Foreign { scope: "github", component: "actions" };
        assert_eq!(Reference::parse("github:actions"), Some(actions));
        for bad in ["", ":", "github:", ":actions", "Check Out", "a/b"] {
            assert_eq!(Reference::parse(bad), None, "{bad}");
        }
        assert_eq!(
            (cause("github:actions"), cause("github:pages"), cause("github")),
            ("github:", "github:", "github")
        );
    }
}
