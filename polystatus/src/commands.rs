//! What each command does; the error is the line that the terminal shows.

use std::io::Read as _;
use std::time::Duration;

use kit_base::Role;
use kit_base::settings::Settings;
use kit_store::DataDir;
use tokio_util::sync::CancellationToken;

use crate::cli::{Cli, Command, Common, Fixtures, Users};
use crate::compose::House;
use crate::crew::Crew;
use crate::targets::TARGETS;
use crate::terminal::say;
use crate::{demo, feeds, fixtures, import, settings};

/// How long the server may take to answer a health check.
const LOOK_TIMEOUT: Duration = Duration::from_secs(3);

/// What is said where nobody can log in.
const NOBODY: &str = "polystatus: nobody can log in yet; stop this and run `polystatus users create --email YOU --role \
                      admin`, or set POLYSTATUS_ADMIN_EMAIL and POLYSTATUS_ADMIN_PASSWORD";

/// Does what the command line asks for.
pub async fn run(cli: Cli) -> Result<(), String> {
    let common = cli.common;
    match cli.command {
        Command::Serve { services } => serve(Crew::parse(&services)?, settings::read(&common)?).await,
        Command::Demo { feeds } => {
            let folder = common.data_dir.clone();
            demo::run(settings::read(&common)?, folder, feeds).await
        }
        Command::Providers(what) => feeds::run(&common, what).await,
        Command::Users(Users::Create { email, name, role }) => {
            users_create(&common, email, name, &role).await
        }
        Command::Fixtures(Fixtures::Load { files }) => {
            // What is loaded through the API needs no port that others know.
            let common = Common { listen: Some("127.0.0.1:0".to_owned()), ..common };
            fixtures::load(settings::read(&common)?, files).await
        }
        Command::Import { tool, files, dry_run } => {
            let common = Common { listen: Some("127.0.0.1:0".to_owned()), ..common };
            import::run(settings::read(&common)?, &tool, files, dry_run).await
        }
        Command::Settings => print_settings(&settings::read(&common)?),
        Command::Openapi { list: true, .. } => TARGETS.iter().try_for_each(|target| say(target.name)),
        Command::Openapi { service, .. } => openapi(service.as_deref()).await,
        Command::Healthcheck => healthcheck(&settings::read(&common)?).await,
    }
}

async fn serve(crew: Crew, settings: Settings) -> Result<(), String> {
    if crew.others().next().is_some() {
        // Without the same key they would not know each other, so none is made here.
        kit_runtime::shared_secret_key(&settings)?;
    }
    let settings = match crew.port() {
        Some(port) => kit_web::ServerConfig::with_default_port(settings, port),
        None => settings,
    };
    kit_runtime::telemetry::start(&settings)?;
    let folder = DataDir::take(&settings::data_dir(&settings))?;
    let stop = kit_runtime::stop_signal().map_err(|error| format!("signals cannot be heard: {error}"))?;
    let knows_people = crew.has("identity");
    let house = House::build(crew, settings, folder.path(), stop).await?;
    let nobody =
        knows_people && !identity::has_users(house.context()).await.map_err(|error| error.to_string())?;
    let open = house.open().await?;
    // Serving matters more than saying so: where nobody can read this, it is not an error.
    let _ = say(format_args!("polystatus: listening on {}", open.url()));
    if nobody {
        let _ = say(NOBODY);
    }
    open.run().await;
    Ok(())
}

async fn users_create(
    common: &Common,
    email: String,
    name: Option<String>,
    role: &str,
) -> Result<(), String> {
    let role = Role::parse(role)
        .ok_or_else(|| format!("{role:?} is no role; choose viewer, responder, manager or admin"))?;
    let settings = settings::read(common)?;
    let folder = DataDir::take(&settings::data_dir(&settings))?;
    eprintln!("password for {email}, then end of input:");
    let mut password = String::new();
    std::io::stdin()
        .read_to_string(&mut password)
        .map_err(|error| format!("no password could be read: {error}"))?;
    let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    let house =
        House::build(Crew::only("identity"), settings, folder.path(), CancellationToken::new()).await?;
    let new = identity::NewUser { name, email, role, password };
    let id = identity::create_user(house.context(), new).await.map_err(|error| error.to_string())?;
    say(format_args!("created user {id}"))
}

fn print_settings(settings: &Settings) -> Result<(), String> {
    settings.listing().try_for_each(|(setting, value, origin)| {
        say(format_args!("{} = {value:?}  # {origin}; {}", setting.name, setting.help))
    })
}

/// The routes are described by building the services on a folder that is thrown away.
async fn openapi(service: Option<&str>) -> Result<(), String> {
    if let Some(unknown) = service.filter(|name| TARGETS.iter().all(|target| target.name != *name)) {
        return Err(format!("there is no service {unknown:?}; `polystatus openapi --list` names them"));
    }
    let folder = demo::Scratch::new()?;
    let house =
        House::build(Crew::all(), Settings::default(), folder.path(), CancellationToken::new()).await?;
    let json = house.openapi(service).to_pretty_json().map_err(|error| error.to_string())?;
    say(json)
}

async fn healthcheck(settings: &Settings) -> Result<(), String> {
    let config = kit_web::ServerConfig::from_settings(settings);
    let mut address = config.listen;
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    let scheme = if config.tls.certificate.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{address}/readyz");
    // A proxy is for the outside world, and would say how it is itself. The certificate is for the server's name, and
    // here it is asked by its address, without saying anything that is secret.
    let client =
        reqwest::Client::builder().no_proxy().timeout(LOOK_TIMEOUT).tls_danger_accept_invalid_certs(true);
    let mut request = client.build().map_err(|error| error.to_string())?.get(&url);
    if let Some(host) = kit_web::Trust::from_settings(settings, false)?.own_host() {
        request = request.header(http::header::HOST, host);
    }
    match request.send().await {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(format!("{url} answered {}", answer.status())),
        Err(_) => Err(format!("{url} does not answer")),
    }
}
