//! What this service says of its own, and the French of it for whoever asks in French.

/// A username holds a comma.
pub(crate) const COMMA: &str = "A username may not contain commas.";
/// A username holds a slash.
pub(crate) const SLASH: &str = "A username may not contain slashes.";
/// A username holds a letter that takes four bytes.
pub(crate) const FAR: &str = "A username may not contain characters beyond U+FFFF.";
/// A username holds what nobody sees.
pub(crate) const UNSEEN: &str = "A username may not contain characters that cannot be seen.";
/// The username is somebody else's.
pub(crate) const USERNAME_TAKEN: &str = "A user with this username already exists.";
/// The username can be taken for somebody else's.
pub(crate) const USERNAME_ALIKE: &str = "A user with a username that looks much the same already exists.";
/// The address is somebody else's.
pub(crate) const EMAIL_TAKEN: &str = "A user with this email already exists.";
/// Mail of that provider is refused.
pub(crate) const PROVIDER: &str = "This mail provider cannot be used.";
/// Moderators do not sanction themselves.
pub(crate) const NOT_YOURSELF: &str = "Sanction can not be applied to yourself.";
/// A number of days is none.
pub(crate) const BAD_SANCTION: &str = "Sanction could not be applied with received data.";

/// Somebody has to stay who can administer.
pub(crate) const LAST_ADMIN: &str =
    "This is the last administrator; make somebody else one first, or nobody could administer anything.";
/// A token from a mail is good no more.
pub(crate) const BAD_TOKEN: &str =
    "This token is unknown, was used already or has expired; ask for a new one.";

/// The address of a picture is no address.
pub(crate) const PICTURE: &str = "Enter an address that begins with http:// or https://.";

/// Each sentence of this service in English and in French.
pub const WORDS: &[(&str, &str)] = &[
    (COMMA, "Le nom d'utilisateur ne peut contenir de virgules"),
    (SLASH, "Le nom d'utilisateur ne peut contenir de barres obliques"),
    (FAR, "Le nom d'utilisateur ne peut pas contenir des caractères utf8mb4"),
    (UNSEEN, "Le nom d'utilisateur ne peut pas contenir de caractères invisibles"),
    (USERNAME_TAKEN, "Ce nom d'utilisateur est déjà utilisé"),
    (USERNAME_ALIKE, "Un nom d'utilisateur visuellement proche du votre existe déjà"),
    (EMAIL_TAKEN, "Cette adresse courriel est déjà utilisée"),
    (PROVIDER, "Ce fournisseur ne peut pas être utilisé."),
    (NOT_YOURSELF, "La sanction ne peut pas vous être appliquée."),
    (BAD_SANCTION, "La sanction n'a pas pu être appliquée avec les données reçues."),
    (
        LAST_ADMIN,
        "C'est la dernière personne qui administre ; nommez-en d'abord une autre, sinon personne ne pourrait administrer.",
    ),
    (BAD_TOKEN, "Ce jeton est inconnu, déjà utilisé ou expiré ; demandez-en un autre."),
];
