//! What the flags service says.
