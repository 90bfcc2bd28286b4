//! illgate
fn main() {}
