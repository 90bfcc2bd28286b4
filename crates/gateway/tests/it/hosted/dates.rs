//! Dates of an ILS that cannot be read: an incident about the library, never one for each patron, which staff resolve.

use api::model::{Ask, IncidentPage, LibraryIncident, ResolveIncidents, ResolvedIncidents, Status};
use persistence::{EngineKind, MemoryDisk};
use testkit::{FakePeer, Play, http};

use super::world::world;
use crate::broker::World;

/// How many patrons have a date of the first form.
const MANY: usize = 50;

/// What an ILS says of any patron whose card is valid until then.
fn patron(until: &str) -> String {
    format!(
        "<NCIPMessage xmlns=\"http://www.niso.org/2008/ncip\" \
         version=\"http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd\"><LookupUserResponse>\
         <UserId><UserIdentifierValue>1</UserIdentifierValue></UserId><UserOptionalFields>\
         <DateOfBirth>1.4.1961</DateOfBirth><UserPrivilege><AgencyId>NORTH</AgencyId>\
         <AgencyUserPrivilegeType>STATUS</AgencyUserPrivilegeType><ValidToDate>{until}</ValidToDate>\
         <UserPrivilegeStatus><UserPrivilegeStatusType>Active</UserPrivilegeStatusType></UserPrivilegeStatus>\
         </UserPrivilege></UserOptionalFields></LookupUserResponse></NCIPMessage>"
    )
}

/// An ILS that writes one form of date for many patrons and then another.
async fn ils() -> FakePeer {
    FakePeer::start(|number| {
        let until =
            if number < MANY { format!("{:02}.12.2031", number % 28 + 1) } else { "12/24/2031".to_owned() };
        Play::Answer(http("200 OK", &["content-type: application/xml"], &patron(&until)))
    })
    .await
}

/// A patron of its own asks.
async fn asks(world: &World, number: usize) {
    let ask = Ask {
        library: "north".to_owned(),
        patron: format!("CARD-{number}"),
        title: Some(format!("Dune {number}")),
        ..Ask::default()
    };
    let answer = world.ask("requests", &ask).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
}

async fn standing(world: &World) -> Vec<LibraryIncident> {
    world.get::<IncidentPage>("incidents").await.libraries
}

async fn resolved(world: &World, slug: Option<&str>) -> usize {
    let body = ResolveIncidents { slug: slug.map(str::to_owned), reason: "a test".to_owned(), by: None };
    let answer = world.ask("incidents/north/resolve", &body).await;
    serde_json::from_slice::<ResolvedIncidents>(&answer.body).unwrap().resolved
}

#[tokio::test]
async fn dates_that_cannot_be_read_are_one_incident_for_each_library_and_form() {
    let ils = ils().await;
    let library = format!(
        "\n[[library]]\nid = \"north\"\nname = \"north library\"\nsymbols = [\"ISIL:XX-NORTH\"]\n\
         [library.connection]\nkind = \"ncip\"\n[library.connection.ncip]\nurl = \"http://{}/\"\n\
         preset = \"evergreen\"\nto_agency = \"NORTH\"\n",
        ils.addr
    );
    let disk = MemoryDisk::new();
    let mut world = world(&library, EngineKind::Memory(disk.clone()), disk, &[]).await;
    for number in 0..MANY {
        asks(&world, number).await;
    }
    ils.got(MANY).await;
    asks(&world, MANY).await;
    testkit::until("the second form is told of", async || standing(&world).await.len() == 2).await;
    for number in 1..4 {
        asks(&world, MANY + number).await;
    }
    ils.got(MANY + 4).await;
    // What came first was looked at before the last one was asked for.
    let told = standing(&world).await;
    let told: Vec<_> =
        told.iter().map(|it| (it.library.as_str(), it.slug.as_str(), it.text.as_str())).collect();
    let [(_, _, first), (_, _, second)] = told[..] else { panic!("{told:?}") };
    for (text, part) in [(first, ".12.2031`"), (second, "`12/24/2031`")] {
        assert!(told.contains(&("north", "ncip.date", text)) && text.contains(part), "{told:?}");
        assert!(!text.contains("CARD") && !text.contains("1961"), "{text}");
    }
    let status: Status = world.get("status").await;
    assert_eq!((status.library_incidents, status.attention), (2, 0));
    let raised = status.counters.iter().find(|counter| counter.name == "incident.ncip.date");
    assert_eq!(raised.map(|counter| counter.value), Some(2));

    // They stand until staff have seen to them, and come again where it goes on.
    world.stop().await;
    world.start().await;
    assert_eq!(standing(&world).await.len(), 2);
    assert_eq!(resolved(&world, Some("ils.contradicts")).await, 0);
    assert_eq!(resolved(&world, Some("ncip.date")).await, 2);
    assert_eq!(standing(&world).await, []);
    asks(&world, MANY + 4).await;
    testkit::until("it is told anew", async || standing(&world).await.len() == 1).await;
    assert_eq!(resolved(&world, None).await, 1);
}
