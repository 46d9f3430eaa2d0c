//! Documents in files: JSON or YAML, whichever it is, as one value.

use std::path::Path;

use serde_json::Value;

/// The document in a file, or what is wrong with it, with the name of the file.
pub fn read(file: &Path) -> Result<Value, String> {
    let name = file.display();
    let text =
        std::fs::read_to_string(file).map_err(|error| format!("{name}: it cannot be read: {error}"))?;
    parse(&text).map_err(|reason| format!("{name}: {reason}"))
}

/// JSON where it is JSON, or else YAML. What begins like JSON is told of as such.
fn parse(text: &str) -> Result<Value, String> {
    let json = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error.to_string(),
    };
    let yaml = serde_saphyr::from_str::<Value>(text).map_err(|error| error.to_string());
    yaml.map_err(|error| if text.trim_start().starts_with(['{', '[']) { json } else { one_line(&error) })
}

/// The first line of what the parser says; the rest is a picture of the place.
fn one_line(error: &str) -> String {
    error.lines().next().unwrap_or("it cannot be understood").to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::parse;

    #[test]
    fn both_languages_say_the_same() {
        let expected = json!({"users": [{"username": "ada", "pk": 1, "is_active": true, "team": null}]});
        let yaml = "# people\nusers:\n  - username: ada\n    pk: 1\n    is_active: true\n    team:\n";
        assert_eq!(parse(yaml), Ok(expected.clone()));
        assert_eq!(parse(&expected.to_string()), Ok(expected.clone()));
        assert_eq!(parse("{users: [{username: ada, pk: 1, is_active: true, team: ~}]}"), Ok(expected));
        let moment = parse("users: [{at: 2015-01-01T12:00:00Z, text: \"007\"}]").unwrap();
        assert_eq!(moment, json!({"users": [{"at": "2015-01-01T12:00:00Z", "text": "007"}]}));
    }

    #[test]
    fn what_is_neither_is_told_with_its_place() {
        assert!(parse("{\"users\": [,]}").is_err_and(|reason| reason.contains("line 1 column")));
        let yaml = parse("users:\n  - username: a\n bad").unwrap_err();
        assert!(yaml.contains("line") && !yaml.contains('\n'), "{yaml}");
        assert!(parse("a: 1\na: 2\n").is_err(), "a key stands but once");
        let bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n\
                    c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n\
                    e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n\
                    g: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
        assert!(parse(bomb).is_err());
    }
}
