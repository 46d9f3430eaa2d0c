//! Enumerations whose values are words: the same on the wire, in the store and in the description of the API.

/// Declares an enumeration by its words: `ALL` of its values in order, `as_str` and `parse`.
macro_rules! words {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$told:meta])* $value:ident = $word:tt,)+ }) => {
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

#[cfg(test)]
mod tests {
    use utoipa::PartialSchema;

    use crate::incidents::ConnectionType;

    #[test]
    fn the_description_of_the_api_has_the_words_of_the_wire() {
        let described = serde_json::to_value(ConnectionType::schema()).unwrap();
        let words = ConnectionType::ALL.map(ConnectionType::as_str);
        assert_eq!(described["enum"], serde_json::json!(words));
        assert_eq!(serde_json::to_value(ConnectionType::ALL).unwrap(), serde_json::json!(words));
    }
}
