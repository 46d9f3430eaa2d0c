//! Where a form may lead: to a page of this site, or else anybody could send our visitors from here to theirs.

/// Longer addresses are none that a page of ours has.
const LONGEST: usize = 2000;

/// A path from the root, as every browser reads it: some take `\` for `/`, and they leave out tabs and line ends, so
/// that `/\evil.example` and `/<tab>/evil.example` name another host (URL Standard, 4.4).
pub fn is_local_path(next: &str) -> bool {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    next.len() <= LONGEST
        && next.starts_with('/')
        && !path.contains("//")
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}
