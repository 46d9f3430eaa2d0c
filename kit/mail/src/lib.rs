//! Mail: how every service sends one.
