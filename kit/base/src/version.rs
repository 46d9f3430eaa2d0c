//! Which PolyStatus this is. Whoever builds it for others says so by `POLYSTATUS_VERSION` and `BUILD_TIMESTAMP`.

/// The version, such as `0.3.0`.
pub const VERSION: &str = match option_env!("POLYSTATUS_VERSION") {
    Some(version) if !version.is_empty() => version,
    _ => env!("CARGO_PKG_VERSION"),
};

/// When it was built, as whoever built it wrote it (RFC 3339); empty for a build from source.
pub const BUILT: &str = match option_env!("BUILD_TIMESTAMP") {
    Some(moment) => moment,
    None => "",
};
