//! Pages that services show to people beside the public page: logging in, consent, the browsable API. One shell for all:
//! a stylesheet, a small script, and a policy that lets nothing else in.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use kit_base::Problem;
use utoipa_axum::routes;

use crate::asset::{SCRIPT, STYLE};
use crate::{Built, Class, Failure, Routes, Rule};

/// What a page of the shell may load: its own files, and nothing from elsewhere; nobody may frame it.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
     img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// `text` with everything that means something in HTML made harmless, in text and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A whole page of the site of that name with this title; `main` is HTML, in which these classes have a look:
///
/// - `narrow` around all of it: a column for logging in or consenting, at the place of the public page's;
/// - `lead` for the sentence under the `h1`; `links` for a row of links; `code` for what a machine reads;
/// - `form` on a form, in it `field` (a `div` with `label` and input, or a `fieldset` with `legend`), `required` (a `span`
///   in the label), `hint` (a `p` that the input's `aria-describedby` names), `check` (a label around a checkbox);
/// - `bad` beside `field` where it was refused, with a `p` of class `error` in it, named by `aria-describedby`;
/// - `buttons` around buttons; `button` on a link that looks like one; `plain` and `danger` for the lesser and the grave;
/// - `note` and `error` for a paragraph that tells something (give it `role="status"` or `role="alert"`);
/// - `scripted-only` for what needs the script, `unseen` for what only screen readers shall tell.
pub fn page_of(site: &str, status: StatusCode, title: &str, main: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    ];
    (status, headers, shell("en", site, &format!("{title} · {site}"), "", main)).into_response()
}

/// The document of the site of that name: `top` stands at the right of the site's name, `main` is the rest; both are HTML.
pub(crate) fn shell(language: &str, site: &str, title: &str, top: &str, main: &str) -> String {
    let (site, title, style, script) = (escape(site), escape(title), &STYLE.path, &SCRIPT.path);
    let skip = if language == "fr" { "Aller au contenu" } else { "Skip to content" };
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"{style}\">\n\
         <script src=\"{script}\" defer></script>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">{skip}</a>\n\
         <header class=\"top\"><p class=\"site\"><a href=\"/\">{site}</a></p>{top}</header>\n\
         <main id=\"main\" tabindex=\"-1\">\n{main}\n</main>\n</body>\n</html>\n"
    )
}

/// The route of the stylesheet and the script.
pub fn routes() -> Built {
    Routes::new(()).class(Class::Free).add(Rule::Anyone, routes!(page_file)).build()
}

/// Gives a file of the pages for people, under a name that changes when its content does.
#[utoipa::path(get, path = "/api/static/{name}", tag = "api",
    params(("name" = String, Path, description = "The file, with the hash of its content.",
            example = "api-3f2a9c81d07be645.css")),
    responses((status = 200, description = "The file; it may be kept for ever.",
               content((String = "text/css"), (String = "text/javascript")))))]
async fn page_file(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    let path = format!("/api/static/{name}");
    let asset = [&*STYLE, &*SCRIPT].into_iter().find(|asset| asset.path == path);
    Ok(asset.ok_or_else(Problem::not_found)?.answer(&headers))
}

/// The same where the site's name is not at hand.
pub fn page(title: &str, main: &str) -> Response {
    page_of("PolyStatus", StatusCode::OK, title, main)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_means_something_passes() {
        assert_eq!(escape("<a href='x'>\"&\"</a>"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;");
        assert!(
            shell("en", "Acme", "</title><script>", "", "")
                .contains("<title>&lt;/title&gt;&lt;script&gt;</title>")
        );
    }

    #[test]
    fn pages_load_only_what_is_ours() {
        let page = page_of("Acme", StatusCode::BAD_REQUEST, "Log in", "<p>x</p>");
        assert_eq!(page.status(), 400);
        let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self';"), "{policy}");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"));
        let html = shell("en", "Acme", "t", "", "");
        for path in [&STYLE.path, &SCRIPT.path] {
            assert!(html.contains(path.as_str()), "{path}");
        }
        assert!(
            !html.contains("style=") && !html.contains("<style"),
            "the policy refuses styles in the page"
        );
    }

    /// Relative luminance, WCAG 2.2.
    fn luminance(colour: &str) -> f64 {
        let part = |from: usize| {
            let value = f64::from(u8::from_str_radix(&colour[from..from + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    #[test]
    fn text_can_be_read_in_both_schemes() {
        let style = include_str!("../assets/api.css");
        let schemes: Vec<&str> = style.match_indices(":root {").map(|(at, _)| &style[at..]).collect();
        assert_eq!(schemes.len(), 2);
        for scheme in schemes {
            let colour = |name: &str| {
                let at = scheme.find(&format!("--{name}: #")).unwrap() + name.len() + 4;
                &scheme[at..at + 7]
            };
            let contrast = |one: &str, other: &str| {
                let (one, other) = (luminance(colour(one)), luminance(colour(other)));
                (one.max(other) + 0.05) / (one.min(other) + 0.05)
            };
            for text in ["ink", "muted", "accent", "good", "bad", "warn"] {
                for ground in ["ground", "raised"] {
                    assert!(contrast(text, ground) >= 4.5, "{text} on {ground}: {}", contrast(text, ground));
                }
            }
            assert!(contrast("on-accent", "accent") >= 4.5);
            assert!(contrast("edge", "ground") >= 3.0, "the edge of an input");
        }
    }
}
