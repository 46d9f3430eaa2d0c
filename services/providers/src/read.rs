//! What `polystatus providers read` prints: one JSON object a line for each file, whether it could be read or
//! not.

use contracts::providers::Reading;
use serde::Serialize;

use crate::adapters::Unreadable;

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    #[serde(flatten)]
    reading: Reading,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// The line for `file`. Where nothing could be read the reading is empty, its verdict unknown, and `error`
/// says why.
pub fn line(file: &str, reading: Result<Reading, Unreadable>) -> String {
    let (reading, error) = match reading {
        Ok(reading) => (reading, None),
        Err(error) => (Reading::default(), Some(error.to_string())),
    };
    // Writing texts, numbers and lists of them as JSON has no way to fail.
    serde_json::to_string(&Line { file, reading, error }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters;

    #[test]
    fn a_reading_is_one_line() {
        let body = br#"{"page": {"id": "q"}, "status": {"indicator": "none"}, "components": []}"#;
        let reading = adapters::named("statuspage").unwrap().read(body);
        assert_eq!(
            line("quill.json", reading),
            "{\"file\":\"quill.json\",\"overall\":\"operational\",\"non_operational_components\":0,\
             \"open_incidents\":0,\"scheduled_or_active_maintenances\":0,\"components\":[],\"incidents\":[],\
             \"maintenances\":[],\"not_told\":[]}"
        );
    }

    #[test]
    fn what_cannot_be_read_says_so() {
        assert_eq!(
            line("x", Err(Unreadable::Empty)),
            "{\"file\":\"x\",\"overall\":\"unknown\",\"non_operational_components\":0,\"open_incidents\":0,\
             \"scheduled_or_active_maintenances\":0,\"components\":[],\"incidents\":[],\"maintenances\":[],\
             \"not_told\":[],\"error\":\"the answer is empty\"}"
        );
    }
}
