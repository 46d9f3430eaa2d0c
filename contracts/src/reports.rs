//! What the reports service says.
