//! What a reading leaves open. Words that nobody knows here are no health and no trouble either, so a reading
//! that has some is used for what is plain in it, and not for more.

use contracts::Status;
use contracts::providers::{Part, Reading};

const UNCLEAR: &str = "the feed does not say how the provider is, or not in words that are known here";

const HISTORY: &str =
    "the feed is a history: while nothing in it is open, it does not say how the provider is";

/// Refuses a reading in which nothing is plain: the one before it is worth more.
pub(crate) fn refuse_empty(reading: Reading) -> Result<Reading, String> {
    let is_plain = reading.components.iter().any(|component| component.status != Status::Unknown);
    let says_something = reading.overall != Status::Unknown || is_plain || is_history(&reading);
    if says_something { Ok(reading) } else { Err(UNCLEAR.to_owned()) }
}

/// Why it cannot be told how the provider is as a whole, where a reading of it does not.
pub(crate) fn about(reading: &Reading) -> Option<String> {
    let why = if is_history(reading) { HISTORY } else { UNCLEAR };
    (reading.overall == Status::Unknown).then(|| why.to_owned())
}

/// Whether the reading is of documents that tell of incidents alone. That none of them is open is no health, but it is
/// plain that what was open is over.
pub(crate) fn is_history(reading: &Reading) -> bool {
    let tells = |part: Part| !reading.not_told.contains(&part);
    tells(Part::Incidents) && !tells(Part::Overall) && !tells(Part::Components)
}

/// The components that a reading tells about; `None` where it names only those in trouble, so that silence is
/// good news. Where one of these is named in unknown words, silence about it proves nothing.
pub(crate) fn covered(reading: &Reading) -> Option<Vec<String>> {
    let plain = reading.components.iter().filter(|component| component.status != Status::Unknown);
    let plain: Vec<String> = plain.map(|component| component.key.clone()).collect();
    let is_all_plain = plain.len() == reading.components.len();
    (!(reading.names_only_trouble && is_all_plain)).then_some(plain)
}

#[cfg(test)]
mod tests {
    use contracts::providers::ProviderComponent;

    use super::*;

    fn reading(overall: Status, components: &[Status]) -> Reading {
        let component = |(place, status): (usize, &Status)| ProviderComponent {
            key: place.to_string(),
            status: *status,
            ..ProviderComponent::default()
        };
        let components = components.iter().enumerate().map(component).collect();
        Reading { overall, components, ..Reading::default() }
    }

    #[test]
    fn a_reading_is_refused_only_where_nothing_in_it_is_plain() {
        let (well, unknown) = (Status::Operational, Status::Unknown);
        assert!(refuse_empty(reading(unknown, &[])).is_err());
        assert!(refuse_empty(reading(unknown, &[unknown, unknown])).is_err());
        assert!(refuse_empty(reading(unknown, &[unknown, well])).is_ok());
        assert!(refuse_empty(reading(well, &[])).is_ok());
    }

    #[test]
    fn a_history_is_no_health_and_no_riddle() {
        let not_told = vec![Part::Overall, Part::Components, Part::Maintenances];
        let history = Reading { not_told, ..reading(Status::Unknown, &[]) };
        assert!(refuse_empty(history.clone()).is_ok());
        assert_eq!(about(&history).as_deref(), Some(HISTORY));
    }

    #[test]
    fn what_nobody_knows_is_not_covered() {
        let (down, unknown) = (Status::MajorOutage, Status::Unknown);
        assert_eq!(covered(&reading(down, &[down, unknown])), Some(vec!["0".to_owned()]));
        let only_trouble =
            |components: &[Status]| Reading { names_only_trouble: true, ..reading(down, components) };
        assert_eq!(covered(&only_trouble(&[down])), None);
        assert_eq!(covered(&only_trouble(&[down, unknown])), Some(vec!["0".to_owned()]));
    }
}
