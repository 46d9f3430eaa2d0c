//! The one program: it composes the services and speaks with the terminal; what it does stands in the services.

mod cli;
mod commands;
mod compose;
mod crew;
mod demo;
mod documents;
mod feeds;
mod fixtures;
mod import;
mod inside;
mod settings;
mod targets;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    // Only fails when it was done before, and then it is done.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => {
            let done = runtime.block_on(commands::run(cli));
            kit_runtime::telemetry::stop();
            done
        }
        Err(error) => Err(format!("the program cannot start: {error}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("polystatus: {message}");
            ExitCode::FAILURE
        }
    }
}
