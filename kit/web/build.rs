//! Takes the three files of Swagger UI that are served out of its archive, each compressed once and for all.

use std::error::Error;
use std::fs::File;
use std::io::{self, Cursor, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

const FILES: [&str; 3] = ["swagger-ui-bundle.js", "swagger-ui.css", "oauth2-redirect.js"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    for index in 0..archive.len() {
        let mut file = archive.by_index(index)?;
        let path = file.enclosed_name().ok_or("the archive names a file outside of itself")?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.parent().is_some_and(|parent| parent.ends_with("dist")) && FILES.contains(&name.as_str()) {
            let written = File::create(Path::new(&folder).join(format!("{name}.gz")))?;
            let mut gzip = GzEncoder::new(written, Compression::best());
            io::copy(&mut file, &mut gzip)?;
            gzip.finish()?.flush()?;
        }
    }
    Ok(())
}
