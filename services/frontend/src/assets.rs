//! The static files of the page, inside the binary. Each is addressed by a name that holds a hash of its bytes,
//! so that browsers may keep it for ever and a new version is asked for at once.

use std::sync::LazyLock;

use contracts::Status;

/// One static file.
#[derive(Debug)]
pub struct Asset {
    /// Its name among the sources: `style.css`.
    pub name: &'static str,
    /// Its address: `/static/style-3f2a9c….css`.
    pub path: String,
    /// What is in it.
    pub bytes: &'static [u8],
    /// What it is.
    pub content_type: &'static str,
    /// Its validator, in quotes.
    pub etag: String,
}

/// Every static file.
pub fn all() -> &'static [Asset] {
    ALL.as_slice()
}

/// The file at this address.
pub fn find(path: &str) -> Option<&'static Asset> {
    ALL.iter().find(|asset| asset.path == path)
}

/// The address of the file of that name; of nothing, where a test has let a wrong name through.
pub fn url(name: &str) -> &'static str {
    ALL.iter().find(|asset| asset.name == name).map_or("/static/", |asset| asset.path.as_str())
}

/// The address of the icon that shows this state.
pub fn favicon(status: Status) -> &'static str {
    url(&format!("favicon-{}.svg", status.as_str()))
}

macro_rules! file {
    ($name:literal) => {{
        const BYTES: &[u8] = include_bytes!(concat!("../assets/", $name));
        const HASH: u64 = fnv1a(BYTES);
        asset($name, BYTES, HASH)
    }};
}

/// A style sheet behind the colours that all share.
macro_rules! style {
    ($name:literal) => {{
        const BYTES: &[u8] =
            concat!(include_str!("../assets/tokens.css"), include_str!(concat!("../assets/", $name)))
                .as_bytes();
        const HASH: u64 = fnv1a(BYTES);
        asset($name, BYTES, HASH)
    }};
}

static ALL: LazyLock<[Asset; 10]> = LazyLock::new(|| {
    [
        style!("style.css"),
        style!("console.css"),
        file!("console.js"),
        file!("live.js"),
        file!("favicon-operational.svg"),
        file!("favicon-under_maintenance.svg"),
        file!("favicon-degraded_performance.svg"),
        file!("favicon-partial_outage.svg"),
        file!("favicon-major_outage.svg"),
        file!("favicon-unknown.svg"),
    ]
});

fn asset(name: &'static str, bytes: &'static [u8], hash: u64) -> Asset {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let content_type = match ending {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };
    Asset {
        name,
        path: format!("/static/{stem}-{hash:016x}.{ending}"),
        bytes,
        content_type,
        etag: format!("\"{hash:016x}\""),
    }
}

/// FNV-1a of 64 bits: it keeps no secret, it only has to differ when the file does.
pub(crate) const fn fnv1a(mut bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    while let [first, rest @ ..] = bytes {
        hash = (hash ^ *first as u64).wrapping_mul(0x0000_0100_0000_01b3);
        bytes = rest;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn every_file_is_found_at_its_address() {
        for asset in all() {
            assert_eq!(find(url(asset.name)).map(|found| found.name), Some(asset.name));
            assert!(!asset.bytes.is_empty());
        }
        assert!(find("/static/style.css").is_none());
        assert!(url("style.css").starts_with("/static/style-"));
    }
}
