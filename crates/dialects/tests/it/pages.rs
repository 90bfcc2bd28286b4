//! What is generated.

use crate::support::same_as;

#[test]
fn the_page_about_the_presets_is_fresh() {
    same_as("schemas/ncip-presets.md", &dialects::ncip::reference());
}
