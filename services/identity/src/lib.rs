//! The identity service knows who is who: the users with their roles, and the tokens that they get for logging in.

mod api;
mod audit;
mod console;
mod error;
pub mod fixtures;
mod guard;
mod jobs;
mod keys;
mod letters;
mod members;
mod model;
pub(crate) mod oauth;
mod passwords;
mod registration;
mod sessions;
mod store;
mod team;
mod users;
mod words;

use std::sync::Arc;
use std::time::Duration;

use kit_base::settings::Kind;
use kit_base::{Clock, Ids, SecretKey, Setting};
use kit_mail::Mailer;
use kit_runtime::{Context, Service};
use kit_store::{Db, Migration};
use kit_web::{Source, naming};
use tokio::sync::Notify;

pub use error::Error;
pub use kit_web::naming::PUBLIC_URL;
pub use model::NewUser;
pub use oauth::applications::NewApplication;
pub use oauth::model::{Grant, Kind as ClientKind};
pub use words::WORDS;

use console::Terms;
use guard::Guard;
use passwords::Passwords;

const DATABASE_URL: Setting =
    Setting::new("identity.database_url", Kind::Secret, "", "PostgreSQL for identity alone")
        .also(&["IDENTITY_DATABASE_URL"]);
/// The first administrator's mail address.
pub const ADMIN_EMAIL: Setting = Setting::new(
    "admin_email",
    Kind::Text,
    "",
    "the mail address of the administrator that is created on an empty store",
);
/// The first administrator's password.
pub const ADMIN_PASSWORD: Setting = Setting::new(
    "admin_password",
    Kind::Secret,
    "",
    "that administrator's password, of at least 10 characters",
);
/// How long a login lasts.
pub const TOKEN_LIFETIME: Setting =
    Setting::new("identity.token_lifetime", Kind::Duration, "10h", "how long a token from a login is good");
const PASSWORD_HASHES: Setting = Setting::new(
    "identity.password_hashes",
    Kind::Count(1, 64),
    "2",
    "passwords hashed at once, with 19 MiB of memory for each; more wait",
);

/// Mail providers that nobody may register with.
pub const BANNED_MAIL_PROVIDERS: Setting = Setting::new(
    "identity.banned_mail_providers",
    Kind::Text,
    "",
    "domains of mail addresses that nobody may register with, with commas between",
);
/// The settings of this service.
pub const SETTINGS: &[Setting] = &[
    DATABASE_URL,
    ADMIN_EMAIL,
    ADMIN_PASSWORD,
    TOKEN_LIFETIME,
    PASSWORD_HASHES,
    console::IDLE,
    console::LIFETIME,
    audit::RETENTION,
    BANNED_MAIL_PROVIDERS,
];

/// The tables of this service.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0001_users", sql: include_str!("../migrations/0001_users.sql") },
    Migration { name: "0002_tokens", sql: include_str!("../migrations/0002_tokens.sql") },
    Migration { name: "0003_people", sql: include_str!("../migrations/0003_people.sql") },
    Migration { name: "0004_visits", sql: include_str!("../migrations/0004_visits.sql") },
    Migration { name: "0005_search", sql: include_str!("../migrations/0005_search.sql") },
    Migration { name: "0010_oauth", sql: include_str!("../migrations/0010_oauth.sql") },
    Migration { name: "0011_api_keys", sql: include_str!("../migrations/0011_api_keys.sql") },
    Migration { name: "0020_sessions", sql: include_str!("../migrations/0020_sessions.sql") },
    Migration { name: "0021_audit", sql: include_str!("../migrations/0021_audit.sql") },
];

/// What handlers and timers share.
#[derive(Clone)]
pub(crate) struct Identity {
    /// Whose status it is; it stands on the page to log in on.
    site_name: Arc<str>,
    db: Db,
    clock: Clock,
    ids: Ids,
    secret: SecretKey,
    passwords: Passwords,
    guard: Arc<Guard>,
    token_lifetime: Duration,
    terms: Terms,
    oauth: oauth::OAuth,
    keys: keys::Keys,
    mailer: Arc<Mailer>,
    /// Told when a mail was queued.
    post: Arc<Notify>,
    banned_providers: Arc<[String]>,
    public_url: Option<String>,
}

impl Identity {
    fn open(context: &Context) -> Result<Self, Error> {
        let settings = &context.settings;
        let mailer = Mailer::from_settings(settings, &context.data_dir, context.clock.clone());
        let banned = settings.text(&BANNED_MAIL_PROVIDERS).split(',').map(|name| name.trim().to_lowercase());
        Ok(Self {
            site_name: settings.text(&naming::SITE_NAME).into(),
            db: context.open("identity", &DATABASE_URL, MIGRATIONS)?,
            clock: context.clock.clone(),
            ids: context.ids.clone(),
            secret: context.secret.clone(),
            passwords: Passwords::new(context.settings.count(&PASSWORD_HASHES)),
            guard: Arc::new(Guard::new(context.clock.clone())),
            token_lifetime: settings.duration(&TOKEN_LIFETIME),
            terms: Terms {
                idle: settings.duration(&console::IDLE),
                lifetime: settings.duration(&console::LIFETIME),
            },
            oauth: oauth::OAuth::new(context),
            keys: keys::Keys::default(),
            mailer: Arc::new(mailer.map_err(Error::Mail)?),
            post: Arc::default(),
            banned_providers: banned.filter(|name| !name.is_empty()).collect(),
            public_url: naming::public_url(settings),
        })
    }

    /// What links in mails begin with.
    fn base(&self, source: &Source) -> String {
        naming::base(self.public_url.as_deref(), source)
    }

    /// Whether nobody may register with this address: its domain, or one above it, is banned.
    fn is_banned_provider(&self, email: &str) -> bool {
        let domain = email.rsplit('@').next().unwrap_or_default().to_lowercase();
        let below = |banned: &String| domain.strip_suffix(banned).is_some_and(|rest| rest.ends_with('.'));
        self.banned_providers.iter().any(|banned| domain == *banned || below(banned))
    }
}

/// Builds the service. On an empty store it creates the first administrator, if the settings name one.
pub async fn build(context: &Context) -> Result<Service, Error> {
    let state = Identity::open(context)?;
    state.create_first_administrator(&context.settings).await?;
    state.prepare_signing().await?;
    Ok(Service {
        name: "identity",
        web: api::routes(state.clone()),
        consumers: vec![audit::consumer(context.bus.as_ref(), &state)],
        tasks: vec![
            jobs::remove_expired_tokens(state.db.clone()),
            jobs::remove_expired_sessions(state.db.clone(), state.terms),
            jobs::remove_old_audit(state.db.clone(), context.settings.duration(&audit::RETENTION)),
            jobs::send_mails(state.clone()),
            keys::note_uses(state.clone()),
        ],
        db: Some(state.db),
    })
}

/// Whether anybody can log in yet.
pub async fn has_users(context: &Context) -> Result<bool, Error> {
    Ok(Identity::open(context)?.db.read(store::any_user).await?)
}

/// Creates a user; returns the new id. An address that somebody has already is [`Error::EmailTaken`].
pub async fn create_user(context: &Context, new: NewUser) -> Result<String, Error> {
    Identity::open(context)?.create_user(new).await
}

/// Makes the user with this address be as `new` says, whether there was one or not, and ends their logins; returns
/// the id.
pub async fn replace_user(context: &Context, new: NewUser) -> Result<String, Error> {
    Identity::open(context)?.replace_user(new).await
}

/// Adds an application, or makes the one with that `client_id` be like this; returns its id.
pub async fn put_application(context: &Context, new: NewApplication) -> Result<String, Error> {
    let state = Identity::open(context)?;
    Ok(state.db.write(move |tx| oauth::store::put_application(tx, &new)).await?)
}

/// Signs id tokens with a new key from now on; the old one stays published for as long as its tokens live.
pub async fn rotate_signing_key(context: &Context) -> Result<(), Error> {
    Identity::open(context)?.rotate_signing_key().await
}
