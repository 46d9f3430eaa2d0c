//! A panic is a fault of ours, and is reported with its place. The process goes on: panics are caught where work begins.

use std::panic::PanicHookInfo;
use std::sync::Arc;

use ::sentry::protocol::{Event, Exception, Frame, Mechanism, Stacktrace};
use ::sentry::{Client, Level};

/// From now on panics are reported, and then told as before. The report does not wait for its delivery, so that a
/// server that hangs does not hold up whoever panicked.
pub(super) fn report_to(client: Arc<Client>) {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        client.capture_event(event(panic), None);
        before(panic);
    }));
}

fn event(panic: &PanicHookInfo<'_>) -> Event<'static> {
    let exception = Exception {
        ty: "panic".to_owned(),
        value: panic.payload_as_str().map(str::to_owned),
        // What is shipped has no symbols, so the place is all that a stack trace would show.
        stacktrace: panic.location().map(|place| Stacktrace {
            frames: vec![Frame {
                filename: Some(place.file().to_owned()),
                lineno: Some(place.line().into()),
                colno: Some(place.column().into()),
                in_app: Some(true),
                ..Frame::default()
            }],
            ..Stacktrace::default()
        }),
        mechanism: Some(Mechanism { ty: "panic".to_owned(), handled: Some(false), ..Mechanism::default() }),
        ..Exception::default()
    };
    Event { exception: vec![exception].into(), level: Level::Fatal, ..Event::default() }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use ::sentry::protocol::{Envelope, EnvelopeItem};
    use ::sentry::{ClientOptions, Transport, TransportFactory, TransportOptions};

    use super::*;

    /// Keeps what it is given to deliver.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<Envelope>>>);

    impl Transport for Kept {
        fn send_envelope(&self, envelope: Envelope) {
            self.0.lock().unwrap().push(envelope);
        }
    }

    impl TransportFactory for Kept {
        fn create_transport_with_options(&self, _: TransportOptions) -> Arc<dyn Transport> {
            Arc::new(self.clone())
        }
    }

    #[test]
    fn a_panic_is_reported_with_its_place_and_without_what_is_private() {
        let kept = Kept::default();
        let mut options = ClientOptions::new()
            .before_send(|event| Some(super::super::scrub::event(event)))
            .transport(kept.clone());
        options.dsn = Some("http://key@127.0.0.1:9/1".parse().unwrap());
        report_to(Arc::new(Client::from(options)));
        let panicked = std::thread::spawn(|| panic!("nobody is called {}", "ada@example.org")).join();
        assert!(panicked.is_err());
        let envelopes = std::mem::take(&mut *kept.0.lock().unwrap());
        // Other tests of this process may panic as well.
        let events = envelopes.iter().flat_map(Envelope::items).filter_map(|item| match item {
            EnvelopeItem::Event(event) => Some(event),
            _ => None,
        });
        let mut ours =
            events.filter(|event| event.exception[0].value.as_deref() == Some("nobody is called [Filtered]"));
        let event = ours.next().expect("the panic is reported");
        assert_eq!((event.level, event.exception[0].ty.as_str()), (Level::Fatal, "panic"));
        let frame = &event.exception[0].stacktrace.as_ref().unwrap().frames[0];
        assert!(frame.filename.as_deref().unwrap().ends_with("sentry/panics.rs") && frame.lineno.is_some());
        assert!(ours.next().is_none(), "once");
    }
}
