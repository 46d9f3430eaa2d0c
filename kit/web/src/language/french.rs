//! What the kit says, in French: where Django REST framework has the same message, in its words.

use super::Table;

/// The messages of `kit_base::Problem` and of this crate. Parse errors stay as they are: they are for programmers.
pub(super) const TABLE: Table = &[
    // The request as a whole.
    ("Malformed request.", "Requête malformée"),
    ("Incorrect authentication credentials.", "Informations d'authentification incorrectes."),
    ("Authentication credentials were not provided.", "Informations d'authentification non fournies."),
    (
        "You do not have permission to perform this action.",
        "Vous n'avez pas la permission d'effectuer cette action.",
    ),
    ("Not found.", "Pas trouvé."),
    ("Invalid page.", "Page non valide."),
    ("Method \"{}\" not allowed.", "Méthode «\u{a0}{}\u{a0}» non autorisée."),
    ("Could not satisfy the request Accept header.", "L'en-tête « Accept » n'a pas pu être satisfaite."),
    ("Unsupported media type \"{}\" in request.", "Type de média «\u{a0}{}\u{a0}» non supporté."),
    (
        "Unsupported content encoding \"{}\" in request; send the body as it is.",
        "Encodage de contenu «\u{a0}{}\u{a0}» non supporté\u{a0}; envoyez le corps tel quel.",
    ),
    (
        "Unsupported charset \"{}\" in request; send UTF-8.",
        "Jeu de caractères «\u{a0}{}\u{a0}» non supporté\u{a0}; envoyez de l'UTF-8.",
    ),
    ("Request was throttled.", "Requête ralentie."),
    ("Request was throttled. Expected available in {}", "Requête ralentie. Expected available in {}"),
    ("The body is larger than this server accepts.", "Le corps est plus grand que ce serveur ne l'accepte."),
    ("The body ended before it was complete.", "Le corps s'est terminé avant d'être complet."),
    ("The address contains a null character.", "L'adresse contient un caractère nul."),
    ("The address or its parameters cannot be read.", "L'adresse ou ses paramètres ne peuvent pas être lus."),
    (
        "This took too long and was given up. Please try again.",
        "Cela a pris trop de temps et a été abandonné. Veuillez réessayer.",
    ),
    (
        "Something went wrong on our side. It has been noted; please try again.",
        "Une erreur s'est produite de notre côté. Elle a été notée\u{a0}; veuillez réessayer.",
    ),
    ("Some fields cannot be accepted.", "Certains champs ne peuvent pas être acceptés."),
    (
        "Invalid data. Expected a dictionary, but got {}.",
        "Donnée non valide. Attendait un dictionnaire, a reçu {}.",
    ),
    // Fields.
    ("This field is required.", "Ce champ est obligatoire."),
    ("This field may not be blank.", "Ce champ ne peut être vide."),
    ("This field may not be null.", "Ce champ ne peut être nul."),
    ("Not a valid string.", "Chaîne de caractères non valide."),
    ("Must be a valid boolean.", "Doit être un booléen valide."),
    ("Must be true or false.", "Doit être true ou false."),
    ("Enter a valid email address.", "Saisissez une adresse e-mail valide."),
    ("A valid integer is required.", "Un nombre entier valide est requis."),
    ("Null characters are not allowed.", "Les caractères nuls ne sont pas autorisés."),
    (
        "Ensure this field has no more than {} characters.",
        "Assurez-vous que ce champ comporte au plus {} caractères.",
    ),
    (
        "Ensure this field has at least {} characters.",
        "Assurez-vous que ce champ comporte au moins {} caractères.",
    ),
    (
        "Ensure this value is less than or equal to {}.",
        "Assurez-vous que cette valeur est inférieure ou égale à {}.",
    ),
    (
        "Ensure this value is greater than or equal to {}.",
        "Assurez-vous que cette valeur est supérieure ou égale à {}.",
    ),
    (
        "\"{}\" is not a valid choice; choose one of {}.",
        "«\u{a0}{}\u{a0}» n'est pas un choix valide\u{a0}; choisissez parmi {}.",
    ),
    (
        "Expected a list of items but got type \"{}\".",
        "Attendait une liste d'éléments mais a reçu «\u{a0}{}\u{a0}».",
    ),
    ("Enter a moment such as 2026-11-21T20:15:00Z.", "Saisissez un instant tel que 2026-11-21T20:15:00Z."),
    (
        "Enter an address that begins with http:// or https://.",
        "Saisissez une adresse qui commence par http:// ou https://.",
    ),
    ("Files are not accepted here.", "Les fichiers ne sont pas acceptés ici."),
    (
        "This cannot be decoded: give UTF-8, percent-encoded.",
        "Ceci ne peut pas être décodé\u{a0}: donnez de l'UTF-8, avec l'encodage-pourcent.",
    ),
    ("This cannot be decoded: give UTF-8.", "Ceci ne peut pas être décodé\u{a0}: donnez de l'UTF-8."),
];
