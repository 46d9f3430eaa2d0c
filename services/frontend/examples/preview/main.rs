//! Writes the page for made-up states to a folder, to look at it:
//! `cargo run -p frontend --example preview -- target/preview`, then open the files in a browser.

mod states;

use std::error::Error;
use std::fs;
use std::path::Path;

use frontend::{assets, render};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/preview".to_owned());
    let folder = Path::new(&folder);
    fs::create_dir_all(folder.join("static"))?;
    for asset in assets::all() {
        fs::write(folder.join(asset.path.trim_start_matches('/')), asset.bytes)?;
    }
    for (name, html) in states::pages() {
        write(folder, &name, &html?)?;
    }
    write(
        folder,
        "error-404",
        &render::error_page(
            "Acme <status>",
            404,
            "There is no page here",
            "The address may be old or mistyped.",
        )?,
    )?;
    let broken = render::error_page(
        "Acme <status>",
        500,
        "Something went wrong here",
        "Nothing was lost. Try again in a minute.",
    )?;
    write(folder, "error-500", &broken)
}

/// Pages refer to their files from the root of the site; here they stand beside them.
fn write(folder: &Path, name: &str, html: &str) -> Result<(), Box<dyn Error>> {
    let path = folder.join(name).with_extension("html");
    fs::write(&path, html.replace("\"/static/", "\"static/"))?;
    println!("{} ({} bytes)", path.display(), html.len());
    Ok(())
}
