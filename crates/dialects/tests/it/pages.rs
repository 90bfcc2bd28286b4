//! What is generated.

use testkit::same_as_checked_in;

#[test]
fn the_page_about_the_presets_is_fresh() {
    same_as_checked_in("schemas/ncip-presets.md", &dialects::ncip::reference());
}

#[test]
fn the_page_about_answers_is_fresh() {
    same_as_checked_in("schemas/ncip-answers.md", &dialects::ncip::answers_reference());
}
