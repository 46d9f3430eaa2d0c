//! The command line: what can be asked for and how.

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{Args, Parser, Subcommand};

/// What `--version` says.
static VERSION: LazyLock<String> = LazyLock::new(|| match kit_base::BUILT {
    "" => kit_base::VERSION.to_owned(),
    moment => format!("{} (built {moment})", kit_base::VERSION),
});

/// Status pages and incidents: what is down, why, and since when.
#[derive(Debug, Parser)]
#[command(name = "polystatus", version = VERSION.as_str(), about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Flags that many commands know.
    #[command(flatten)]
    pub common: Common,
}

/// Flags that set a setting, for every command that it concerns.
#[derive(Clone, Debug, Default, Args)]
pub struct Common {
    /// The address to listen on, such as 127.0.0.1:8000; a bare port is one on every interface.
    #[arg(long, global = true, value_name = "ADDR")]
    pub listen: Option<String>,
    /// The folder for everything that is kept.
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the services.
    Serve {
        /// Those to run in this process, parted by commas, or all; the others are asked where peers.NAME says.
        #[arg(long, value_name = "NAMES", default_value = "all")]
        services: String,
    },
    /// Run every service with a living demonstration: providers whose feeds break and recover.
    Demo {
        /// A folder of recorded feeds to replay instead of the samples: one folder per family (statuspage, gcp).
        #[arg(long, value_name = "DIR")]
        feeds: Option<PathBuf>,
    },
    /// Read the feeds of providers.
    #[command(subcommand)]
    Providers(Providers),
    /// Manage who may log in.
    #[command(subcommand)]
    Users(Users),
    /// Load data from files.
    #[command(subcommand)]
    Fixtures(Fixtures),
    /// Take over another tool's history: components, incidents and what was told. Again changes only what differs. The
    /// server must not be running on the same folder.
    Import {
        /// statuspage, cachet, gatus or upptime.
        tool: String,
        /// What it exported: JSON or YAML. Files of one page belong together.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Say what would be done, and store nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Print each setting with its value and where that comes from.
    Settings,
    /// Print the description of the API (OpenAPI 3.1) as JSON.
    Openapi {
        /// One service alone.
        service: Option<String>,
        /// Print the names of the services instead.
        #[arg(long)]
        list: bool,
    },
    /// Ask the server at --listen whether it can do its work; exits with 1 if not.
    Healthcheck,
}

/// What can be done with the feeds of providers.
#[derive(Debug, Subcommand)]
pub enum Providers {
    /// Print what feeds say, in the one model for all providers: a line of JSON for each document.
    Read {
        /// How to read them (`polystatus providers adapters` lists the names); found out from each document when absent.
        #[arg(long, value_name = "NAME")]
        adapter: Option<String>,
        /// The address to read from, with what belongs to it.
        #[arg(long, conflicts_with = "files", required_unless_present = "files")]
        url: Option<String>,
        /// Documents on this machine.
        files: Vec<PathBuf>,
        /// The documents are those of one provider, which are read together.
        #[arg(long)]
        together: bool,
    },
    /// Find out how status pages can be read: a line of JSON for each.
    Detect {
        /// Addresses of pages.
        #[arg(required = true)]
        urls: Vec<String>,
    },
    /// Print the catalogue: slug, adapter, page.
    List {
        /// Only entries with all of these words in name, slug, category or page.
        words: Vec<String>,
    },
    /// Print the names of the adapters, with what each is for.
    Adapters,
}

/// What can be done with data in files.
#[derive(Debug, Subcommand)]
pub enum Fixtures {
    /// Load users, applications, providers and components; again changes only what differs. The server must not be
    /// running on the same folder.
    Load {
        /// JSON or YAML. Without any, and with DEBUG on, the demonstration application is loaded.
        files: Vec<PathBuf>,
    },
}

/// What can be done with users.
#[derive(Debug, Subcommand)]
pub enum Users {
    /// Add a user; the password is read from standard input. The server must not be running on the same folder.
    Create {
        /// The mail address to log in with.
        #[arg(long)]
        email: String,
        /// The name to show; the part of the address before the @ when not given.
        #[arg(long)]
        name: Option<String>,
        /// viewer, responder, manager or admin.
        #[arg(long, default_value = "viewer")]
        role: String,
    },
}
