//! The markup: well formed, without anything inline or foreign, safe against what people write, and small.

use std::collections::HashSet;

use frontend::render::error_page;

use crate::states;

const VOID: [&str; 6] = ["meta", "link", "br", "img", "hr", "input"];

/// Every page that the templates can make, with its name.
fn pages() -> Vec<(String, String)> {
    let mut pages: Vec<_> = states::pages().into_iter().map(|(name, html)| (name, html.unwrap())).collect();
    pages.push((
        "error".to_owned(),
        error_page("Acme <status>", 404, "Nothing <b>here", "Go \"back\"").unwrap(),
    ));
    pages
}

/// The tags of a page, without their brackets. Attributes hold no bracket, since it is escaped there.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).filter_map(|piece| piece.split_once('>')).map(|(tag, _)| tag)
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = tag.split_once(&format!(" {name}=\""))?;
    after.split('"').next()
}

fn name(tag: &str) -> &str {
    tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap()
}

#[test]
fn tags_are_balanced() {
    for (page, html) in pages() {
        let mut open = Vec::new();
        for tag in tags(&html).filter(|tag| !tag.starts_with('!') && !tag.ends_with('/')) {
            match tag.starts_with('/') {
                true => assert_eq!(open.pop(), Some(name(tag)), "{page}"),
                false if VOID.contains(&name(tag)) => {}
                false => open.push(name(tag)),
            }
        }
        assert!(open.is_empty(), "{page}: {open:?}");
    }
}

#[test]
fn ids_are_unique_and_whatever_refers_to_one_finds_it() {
    for (page, html) in pages() {
        let mut ids = HashSet::new();
        for id in tags(&html).filter_map(|tag| attribute(tag, "id")) {
            assert!(ids.insert(id), "{page}: two elements have the id {id}");
        }
        let naming = ["aria-labelledby", "aria-describedby", "for"];
        let labels = tags(&html).flat_map(|tag| naming.map(|name| attribute(tag, name))).flatten();
        let labels = labels.flat_map(str::split_whitespace);
        let fragments = tags(&html).filter_map(|tag| attribute(tag, "href")?.strip_prefix('#'));
        for wanted in labels.chain(fragments) {
            assert!(ids.contains(wanted), "{page}: nothing has the id {wanted}");
        }
    }
}

#[test]
fn times_are_exact_and_headings_in_order() {
    for (page, html) in pages() {
        let mut times = tags(&html).filter(|tag| name(tag) == "time" && !tag.starts_with('/'));
        assert!(times.all(|tag| attribute(tag, "datetime").is_some_and(|at| at.starts_with("20"))), "{page}");
        let mut level = 0;
        for tag in tags(&html).filter(|tag| tag.len() >= 2 && tag.starts_with('h')) {
            let Some(next) = tag[1..2].parse::<u32>().ok() else { continue };
            assert!(next <= level + 1, "{page}: h{next} follows h{level}");
            level = next;
        }
        assert_eq!(html.matches("<h1").count(), 1, "{page}");
        for landmark in ["<main", "<header", "<footer", "class=\"skip\"", "lang=\"en\""] {
            assert_eq!(html.matches(landmark).count(), 1, "{page}: {landmark}");
        }
    }
}

#[test]
fn nothing_is_inline_and_nothing_comes_from_elsewhere() {
    for (page, html) in pages() {
        for tag in tags(&html) {
            assert_ne!(name(tag), "style", "{page}");
            assert!(!tag.contains(" style="), "{page}: {tag}");
            assert!(!tag.split_whitespace().skip(1).any(|part| part.starts_with("on")), "{page}: {tag}");
            let is_feed = attribute(tag, "rel") == Some("alternate");
            if matches!(name(tag), "link" | "script" | "img") && !tag.starts_with('/') && !is_feed {
                let address = attribute(tag, "href").or(attribute(tag, "src")).unwrap();
                assert!(frontend::assets::find(address).is_some(), "{page}: {address}");
            }
        }
        assert!(!html.replace(" defer></script>", "").contains("</script>"), "{page}: a script of its own");
    }
}

#[test]
fn what_people_write_stays_text() {
    for (page, html) in pages() {
        assert!(!html.contains("javascript:"), "{page}");
        assert!(!html.contains("<script>") && !html.contains("<b>"), "{page}");
        let turns = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        assert!(!html.contains(turns), "{page}");
        for link in tags(&html).filter(|tag| name(tag) == "a").filter_map(|tag| attribute(tag, "href")) {
            assert!(
                ["https://", "http://", "/", "#"].iter().any(|start| link.starts_with(start)),
                "{page}: {link}"
            );
        }
    }
}

#[test]
fn a_hundred_components_stay_small() {
    let size = |wanted| pages().iter().find(|(name, _)| *name == wanted).unwrap().1.len();
    assert!(size("quiet") < 20_000, "{}", size("quiet"));
    assert!(size("many") < 80_000, "{}", size("many"));
    assert!(size("hostile") < 30_000, "{}", size("hostile"));
}
