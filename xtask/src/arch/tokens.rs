//! Words that may not stand in our code, found in its tokens, so that comments and texts may speak of them.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::Finding;

/// A word that may not stand here.
#[derive(Debug, PartialEq)]
pub enum Spot {
    /// `unsafe`, on this line.
    Unsafe(usize),
    /// `allow(…)` in an attribute, on this line.
    Allow(usize),
}

impl Spot {
    /// The breach, for the file at `path`.
    pub fn finding(&self, path: &str) -> Finding {
        match self {
            Self::Unsafe(line) => Finding::new(
                format!("{path}:{line}"),
                "holds `unsafe`",
                "use a safe way, or a crate whose safety is its own care",
            ),
            Self::Allow(line) => Finding::new(
                format!("{path}:{line}"),
                "silences a lint with `allow`",
                "mend the cause, or write #[expect(lint, reason = \"…\")]",
            ),
        }
    }
}

/// Finds the spots in the text of a file; an error has the line where it stops being Rust.
pub fn scan(text: &str) -> Result<Vec<Spot>, (usize, String)> {
    let tokens =
        TokenStream::from_str(text).map_err(|error| (error.span().start().line, error.to_string()))?;
    let mut spots = Vec::new();
    walk(tokens, &mut spots);
    Ok(spots)
}

fn walk(tokens: TokenStream, spots: &mut Vec<Spot>) {
    let mut after_hash = false;
    for token in tokens {
        let was_hash = after_hash;
        after_hash = false;
        match token {
            TokenTree::Ident(word) if word == "unsafe" => {
                spots.push(Spot::Unsafe(word.span().start().line));
            }
            TokenTree::Punct(mark) => {
                after_hash = mark.as_char() == '#' || (was_hash && mark.as_char() == '!')
            }
            TokenTree::Group(group) if was_hash && group.delimiter() == Delimiter::Bracket => {
                attribute(&group, spots);
            }
            TokenTree::Group(group) => walk(group.stream(), spots),
            TokenTree::Ident(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// `#[unsafe(no_mangle)]` is as unsafe as a block, and `cfg_attr(…, allow(…))` silences as well as `allow` alone.
fn attribute(group: &Group, spots: &mut Vec<Spot>) {
    let mut last_allow = None;
    for token in group.stream() {
        let allow = last_allow.take();
        match token {
            TokenTree::Ident(word) if word == "unsafe" => {
                spots.push(Spot::Unsafe(word.span().start().line));
            }
            TokenTree::Ident(word) if word == "allow" => last_allow = Some(word.span().start().line),
            TokenTree::Group(inner) => match allow {
                Some(line) => spots.push(Spot::Allow(line)),
                None => attribute(&inner, spots),
            },
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_told_from_comments_and_texts() {
        let text = "//! Nothing unsafe.\n/// Not #[allow(x)] either.\nfn f() -> &'static str { \"unsafe #[allow(y)]\" }\n";
        assert_eq!(scan(text), Ok(vec![]));
        assert_eq!(scan("fn allow(x: [u8; 1]) { allow([1]) }"), Ok(vec![]));
    }

    #[test]
    fn each_way_to_write_them_is_found() {
        assert_eq!(scan("\nfn f() { unsafe { g() } }"), Ok(vec![Spot::Unsafe(2)]));
        assert_eq!(scan("#[unsafe(no_mangle)]\nfn f() {}"), Ok(vec![Spot::Unsafe(1)]));
        assert_eq!(scan("#![allow(dead_code)]"), Ok(vec![Spot::Allow(1)]));
        assert_eq!(
            scan("mod a {\n #[cfg_attr(test, allow(unused))]\n fn f() {} }"),
            Ok(vec![Spot::Allow(2)])
        );
    }

    #[test]
    fn a_broken_file_is_told_by_its_line() {
        assert_eq!(scan("fn f() {}\nfn g() ]").unwrap_err().0, 2);
    }
}
