//! The words of the browsable view, in English and in French.

/// Every word that the view says of itself.
pub(super) struct Words {
    pub language: &'static str,
    pub path: &'static str,
    pub answer: &'static str,
    pub cut: &'static str,
    pub same: &'static str,
    pub previous: &'static str,
    pub next: &'static str,
    pub pages: &'static str,
    pub log_in: &'static str,
    pub known_as: &'static str,
    pub required: &'static str,
    pub not_here: &'static str,
    pub another: &'static str,
    pub send: &'static str,
    pub as_json: &'static str,
    pub delete: &'static str,
    pub sure: &'static str,
    pub broken: &'static str,
    pub lost: &'static str,
}

/// The words in French or in English.
pub(super) fn words(french: bool) -> &'static Words {
    if french { &FRENCH } else { &ENGLISH }
}

static ENGLISH: Words = Words {
    language: "en",
    path: "Where you are",
    answer: "Answer",
    cut: "The answer is long and was cut here; ask for it as JSON to see all of it.",
    same: "The same as",
    previous: "Previous page",
    next: "Next page",
    pages: "Pages",
    log_in: "Log in",
    known_as: "Logged in as",
    required: "required",
    not_here: "Too intricate for a form: send it as JSON.",
    another: "One more",
    send: "Send",
    as_json: "as JSON",
    delete: "Delete",
    sure: "Delete this? It cannot be undone.",
    broken: "This is not JSON:",
    lost: "No answer came; nothing may have been changed. Please try again.",
};

static FRENCH: Words = Words {
    language: "fr",
    path: "Où vous êtes",
    answer: "Réponse",
    cut: "La réponse est longue et a été coupée ici ; demandez-la en JSON pour la voir entière.",
    same: "La même en",
    previous: "Page précédente",
    next: "Page suivante",
    pages: "Pages",
    log_in: "Se connecter",
    known_as: "Connecté en tant que",
    required: "obligatoire",
    not_here: "Trop complexe pour un formulaire : envoyez-le en JSON.",
    another: "Un de plus",
    send: "Envoyer",
    as_json: "en JSON",
    delete: "Supprimer",
    sure: "Supprimer ? C’est définitif.",
    broken: "Ce n’est pas du JSON :",
    lost: "Aucune réponse ; il se peut que rien n’ait changé. Réessayez.",
};
