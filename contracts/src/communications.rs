//! What the communications service says.
