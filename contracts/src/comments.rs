//! What the comments service says.
