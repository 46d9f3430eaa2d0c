//! What every part of the house is made of and nothing else: time, ids, settings, problems, events, who is asking.
//! No I/O happens here, except that [`settings`] reads its files once at the start.

mod acting;
mod caller;
mod clock;
mod event;
mod ids;
mod page;
mod problem;
pub mod reads;
mod secret;
pub mod settings;
mod text;
mod timestamp;
mod transport;
mod version;

pub use acting::Acting;
pub use caller::{Authenticator, Caller, READ, Role, WRITE};
pub use clock::{Clock, TimeSource};
pub use event::{Envelope, Event};
pub use ids::{Entropy, Ids};
pub use page::Page;
pub use problem::{FieldErrors, Problem};
pub use secret::SecretKey;
pub use settings::{Setting, Settings};
pub use text::{hex, slug};
pub use timestamp::Timestamp;
pub use transport::{Patience, Transport, TransportError};
pub use version::{BUILT, VERSION};
