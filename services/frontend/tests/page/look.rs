//! The colours of the visual guide, read from the style sheet: there are no others, and all can be read.

use std::collections::HashMap;

use contracts::Status;
use frontend::{assets, words};

const TABLE: [(&str, &str, &str); 6] = [
    ("operational", "#1A7F4B", "#3FB67A"),
    ("degraded_performance", "#8A6100", "#E3B341"),
    ("partial_outage", "#B54708", "#F0883E"),
    ("major_outage", "#C0262D", "#FF6B6B"),
    ("under_maintenance", "#1F5FBF", "#6CA8FF"),
    ("unknown", "#57606A", "#9DA7B3"),
];

fn file(name: &str) -> &'static str {
    std::str::from_utf8(assets::find(assets::url(name)).unwrap().bytes).unwrap()
}

/// The colours of the light scheme and of the dark one, by name.
fn schemes() -> [HashMap<String, String>; 2] {
    let mut roots = file("style.css").split(":root {").skip(1);
    [roots.next().unwrap(), roots.next().unwrap()].map(|root| {
        let body = root.split('}').next().unwrap();
        let pairs = body
            .lines()
            .filter_map(|line| line.trim().strip_prefix("--")?.trim_end_matches(';').split_once(": "));
        pairs.map(|(name, colour)| (name.to_owned(), colour.to_owned())).collect()
    })
}

fn luminance(colour: &str) -> f64 {
    let part = |at: usize| f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
    let linear = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
    0.2126 * linear(part(1)) + 0.7152 * linear(part(3)) + 0.0722 * linear(part(5))
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_colour_of_text_can_be_read_in_both_schemes() {
    assert!((contrast("#FFFFFF", "#000000") - 21.0).abs() < 1e-9);
    for scheme in schemes() {
        for name in TABLE.map(|(name, ..)| name).into_iter().chain(["ink", "muted", "accent"]) {
            let ratio = contrast(&scheme[name], &scheme["ground"]);
            assert!(ratio >= 4.5, "{name} has {ratio:.2}:1 on {}", scheme["ground"]);
        }
    }
}

#[test]
fn the_colours_are_those_of_the_guide() {
    let [light, dark] = schemes();
    assert_eq!((light["ground"].as_str(), dark["ground"].as_str()), ("#FFFFFF", "#0F1419"));
    for (name, on_light, on_dark) in TABLE {
        assert_eq!((light[name].as_str(), dark[name].as_str()), (on_light, on_dark), "{name}");
        let icon = file(&format!("favicon-{name}.svg"));
        assert!(icon.contains(on_light) && icon.contains(on_dark), "{name}");
    }
}

#[test]
fn a_state_is_told_by_word_and_shape_too() {
    for (nth, state) in Status::ALL.into_iter().enumerate() {
        for other in &Status::ALL[nth + 1..] {
            assert_ne!(words::state(state), words::state(*other));
            assert_ne!(words::shape(state), words::shape(*other));
        }
        assert!(file("style.css").contains(&format!(".{} {{ --state", state.as_str())));
    }
}

#[test]
fn the_style_sheet_asks_for_nothing() {
    let css = file("style.css");
    assert!(!css.contains("url(") && !css.contains("@import"));
    assert!(css.contains("prefers-reduced-motion: no-preference") && css.contains(":focus-visible"));
}
