//! What `polystatus providers read` prints: one JSON object a line for each file, whether it could be read or
//! not.

use contracts::providers::Reading;
use serde::Serialize;

use crate::adapters::{self, Adapter, Document, Told};

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    #[serde(flatten)]
    reading: Reading,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// What documents of one provider tell together. Without an adapter it is found out from each. The error is for people.
pub fn together(adapter: Option<&Adapter>, bodies: &[Vec<u8>]) -> Result<Reading, String> {
    let mut parts = Vec::new();
    for body in bodies {
        let found = adapter.or_else(|| adapters::detect(body)).ok_or_else(|| adapters::undetected(body))?;
        let document = Document { body, ..Document::default() };
        parts.push(found.told(&document).map_err(|error| error.to_string())?);
    }
    Ok(Told::join(parts).reading())
}

/// The line for `file`. Where nothing could be read the reading is empty, its verdict unknown, and `error`
/// says why.
pub fn line(file: &str, reading: Result<Reading, String>) -> String {
    let (reading, error) = match reading {
        Ok(reading) => (reading, None),
        Err(error) => (Reading::default(), Some(error)),
    };
    // Writing texts, numbers and lists of them as JSON has no way to fail.
    serde_json::to_string(&Line { file, reading, error }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_is_one_line() {
        let body = br#"{"page": {"id": "q"}, "status": {"indicator": "none"}, "components": []}"#;
        let reading = together(adapters::named("statuspage"), &[body.to_vec()]);
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
            line("x", together(None, &[Vec::new()])),
            "{\"file\":\"x\",\"overall\":\"unknown\",\"non_operational_components\":0,\"open_incidents\":0,\
             \"scheduled_or_active_maintenances\":0,\"components\":[],\"incidents\":[],\"maintenances\":[],\
             \"not_told\":[],\"error\":\"the answer is empty\"}"
        );
    }
}
