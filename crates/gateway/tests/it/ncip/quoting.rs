//! What a value that does not fit held is told to its sender, and is in no log line and in nothing that is kept in clear.

use testkit::Log;

use super::world::World;

use crate::broker::holds;

/// Fits nowhere, and is not what an element could be called.
const MARKER: &str = "Q4711Q";

#[tokio::test]
async fn a_value_of_ncip_that_does_not_fit_is_told_and_not_kept() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let world = World::new(&[], "").await;
    let message = |inside: &str| {
        format!(
            "<NCIPMessage xmlns=\"http://www.niso.org/2008/ncip\" version=\"http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd\">\
             <CheckOutItem>{inside}</CheckOutItem></NCIPMessage>"
        )
    };
    for (inside, told) in [
        (format!("<DesiredDateDue>{MARKER}</DesiredDateDue>"), true),
        (format!("<{MARKER}>1</{MARKER}>"), false),
        (format!("<ItemId>12<{MARKER}>34</ItemId>"), false),
        (format!("<ItemId>12</{MARKER}>34</ItemId>"), false),
        (format!("<ItemId>12&{MARKER};34</ItemId>"), false),
    ] {
        let (_, answer) = world.post("application/xml", message(&inside)).await;
        let text = String::from_utf8_lossy(&answer).into_owned();
        assert_eq!(text.contains(MARKER), told, "{inside}: {text}");
    }
    let text = log.text();
    assert!(text.contains("could not be understood") && !text.contains(MARKER), "{text}");
    assert!(!holds(world.dir.path(), MARKER.as_bytes()));
}
