//! Enumerations whose values are words: the same on the wire, in the store and in the description of the API.

/// Declares an enumeration by its words: `ALL` of its values in order, `as_str` and `parse`.
macro_rules! words {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$told:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub enum $name {
            $($(#[$told])* #[serde(rename = $word)] $value,)+
        }

        impl $name {
            /// Every value, in the order in which they are declared.
            pub const ALL: [$name; [$($word),+].len()] = [$($name::$value),+];

            /// The word for it in the API and in the store.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($name::$value => $word,)+
                }
            }

            /// The value with that word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|value| value.as_str() == word)
            }
        }
    };
}

pub(crate) use words;
