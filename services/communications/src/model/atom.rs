//! The feed of announcements (RFC 4287). What is told is text, and stays text.

use kit_base::{SecretKey, Timestamp, hex};
use kit_web::html;

use crate::model::statuspage::Site;
use crate::store::documents::Entry;

/// The feed with these entries, the latest first. Ids name the installation and
/// the announcement, not the host, so they stay when it moves.
pub(crate) fn feed(secret: &SecretKey, site: &Site<'_>, entries: &[Entry]) -> String {
    let updated = entries.first().map_or(Timestamp::default(), |latest| latest.at);
    let (name, base, id) = (text(site.name), text(site.base), installation(secret));
    let entries: String = entries.iter().map(|told| entry(told, &base)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n\
         <id>urn:uuid:{id}</id>\n<title>{name}: announcements</title>\n<updated>{updated}</updated>\n\
         <author><name>{name}</name></author>\n<generator uri=\"{base}/\">PolyStatus</generator>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{base}/feed.atom\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{base}/\"/>\n{entries}</feed>\n"
    )
}

fn entry(told: &Entry, base: &str) -> String {
    let Entry { id, at, title, text: message, category, path } = told;
    let (title, message, path) = (text(title), text(message), text(path));
    format!(
        "<entry>\n<id>urn:uuid:{id}</id>\n<title>{title}</title>\n<updated>{at}</updated>\n\
         <published>{at}</published>\n<link rel=\"alternate\" type=\"text/html\" href=\"{base}{path}\"/>\n\
         <category term=\"{category}\"/>\n<content type=\"text\">{message}</content>\n</entry>\n"
    )
}

/// The id of the feed: a UUID of our own making (version 8, RFC 9562) that follows from the key of the installation.
fn installation(secret: &SecretKey) -> String {
    let digits = hex(&secret.derive("feed"));
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-8{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// As it may stand in XML 1.0: some letters may not, in no way.
fn text(text: &str) -> String {
    let plain = |letter: &char| matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    html::escape(&text.chars().filter(plain).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_stays_text() {
        let told = Entry {
            id: "019aa0c4-5c00-7000-8000-4d1f0a2b3c5e".to_owned(),
            at: Timestamp::from_micros(0),
            title: "Cause found: T<".to_owned(),
            text: "a\u{0}b\u{b} <script>&\u{fffe}]]>".to_owned(),
            category: "identified".to_owned(),
            path: "/incidents/INC-AAAA".to_owned(),
        };
        let site = Site { name: "A & B", base: "https://x" };
        let feed = feed(&SecretKey::new("k"), &site, &[told]);
        assert!(feed.contains("<content type=\"text\">ab &lt;script&gt;&amp;]]&gt;</content>"), "{feed}");
        assert!(
            feed.contains("<title>Cause found: T&lt;</title>") && feed.contains("<name>A &amp; B</name>")
        );
        assert_eq!(installation(&SecretKey::new("k")).len(), 36);
    }
}
