//! Walks the whole product of states and triggers of both tables.
