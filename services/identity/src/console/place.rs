//! Where a login leads: to a page of this site, whatever the address says, or else anybody could send our users from our
//! own login to theirs.

use kit_web::is_local_path;

/// Where it leads where nothing, or nothing good, is said.
pub(crate) const HOME: &str = "/";

/// `next` if it is the address of a page here, and the first page if not.
pub(crate) fn local(next: Option<&str>) -> &str {
    next.filter(|next| is_local_path(next)).unwrap_or(HOME)
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        let long = format!("/{}", "x".repeat(2000));
        for good in ["/", "/console", "/oauth2/authorize?client_id=a&state=%2F%2Fb#c", "/?next=//a", "/a:b@c"]
        {
            assert_eq!(local(Some(good)), good);
        }
        for bad in [
            "",
            "console",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\\/evil",
            "https:evil.example",
            "https://evil.example",
            "https:/evil",
            "//user@evil.example",
            "user@evil.example",
            "https://status.example.org@evil.example/",
            "javascript:alert(1)",
            "/\t/evil.example",
            "\t//evil.example",
            "/\n/evil.example",
            "/a\r\nSet-Cookie: a=b",
            " /a",
            "/a b",
            "/é",
            "/a\0",
            "/..//evil.example",
            &long,
        ] {
            assert_eq!(local(Some(bad)), "/", "{bad:?}");
        }
        assert_eq!(local(None), "/");
    }
}
