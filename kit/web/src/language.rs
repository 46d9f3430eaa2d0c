//! stub
use std::borrow::Cow;
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    English,
    French,
}
impl Language {
    pub fn negotiate(_: Option<&str>) -> Self {
        Self::English
    }
}
/// stub
pub type Table = &'static [(&'static str, &'static str)];
#[derive(Default)]
pub struct Words;
impl Words {
    pub fn and(self, _: Table) -> Self {
        self
    }
    pub fn say<'a>(&self, _: Language, text: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(text)
    }
}
