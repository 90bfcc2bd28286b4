//! What is written is valid against the official schemas.
