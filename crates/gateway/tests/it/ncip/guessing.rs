//! Who tries cards and PINs at a member's system, and who may try at all.

use ncip::{LookupUser, Version};
use net::{Clock, RealClock};
use testkit::{FakePeer, Log, Play, TIMEOUT, http};

use super::{
    carried::lookup_by,
    world::{Member, World, problems},
};

const CARD: &str = "21111000047777";
const PIN: &str = "0417";

/// A LookupUser of `south` at `north`, by card and PIN.
fn lookup(card: &str, pin: &str) -> LookupUser {
    lookup_by("SOUTH", "NORTH", card, pin)
}

/// `north`, whose system takes one PIN for all cards, and `south`, which asks it; more lines of south's.
async fn world(south: &str) -> (World, FakePeer) {
    let north = FakePeer::start_by(|_, post| {
        let inside = match String::from_utf8_lossy(&post.body).contains(PIN) {
            true => "<UserId><UserIdentifierValue>1</UserIdentifierValue></UserId>",
            false => "<Problem><ProblemType>User Authentication Failed</ProblemType></Problem>",
        };
        let answer = format!(
            "<NCIPMessage xmlns=\"http://www.niso.org/2008/ncip\"><LookupUserResponse>{inside}</LookupUserResponse></NCIPMessage>"
        );
        Play::Answer(http("200 OK", &[], &answer))
    })
    .await;
    let ncip = |agency: &str| {
        format!("url = \"http://{}/ncip\"\nversion = \"2.02\"\nto_agency = \"{agency}\"\n", north.addr)
    };
    let members = [
        Member { id: "north", ncip: ncip("ILS-N") },
        Member { id: "south", ncip: format!("{}{south}", ncip("ILS-S")) },
    ];
    let route = "\n[[ncip_route]]\nfrom = \"south\"\nto = \"north\"\nservices = [\"LookupUser\"]\n";
    (World::new(&members, route).await, north)
}

#[tokio::test]
async fn a_pin_of_four_digits_cannot_be_guessed() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let (world, north) = world("").await;
    let begun = RealClock.monotonic();
    let mut held_back = 0;
    for guess in 1000..1300 {
        let answer = world.say(Version::V2_02, lookup(CARD, &guess.to_string())).await;
        match problems(&answer).as_slice() {
            [one] if one == "User Authentication Failed" => {}
            [one] if one == "Temporary Processing Failure" => held_back += 1,
            other => panic!("{other:?}"),
        }
        if guess == 1150 {
            let honest = world.say(Version::V2_02, lookup("21111000040001", PIN)).await;
            assert_eq!(problems(&honest), [""; 0], "another card goes through meanwhile");
        }
    }
    // One more after a second, and then after two, four and so on.
    let most = 6 + usize::try_from((begun.elapsed().as_secs() + 1).ilog2()).unwrap();
    let reached = north.posts().len() - 1;
    assert!((5..=most).contains(&reached), "{reached} reached the system, of at most {most}");
    assert_eq!(held_back, 300 - reached);
    // While it is paused, the right PIN is told the same as a wrong one; afterwards it goes through, and at once again.
    let said = async |pin: &str| world.say(Version::V2_02, lookup(CARD, pin)).await;
    let mut refused = Vec::new();
    // A pause is about as long as all that was before it.
    let longest = begun.elapsed() * 3 + TIMEOUT;
    loop {
        let answer = said(PIN).await;
        if answer.problems().is_empty() {
            break;
        }
        refused.push(answer);
        assert!(begun.elapsed() < longest);
    }
    let reached = north.posts().len();
    assert!(refused.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(problems(&said(PIN).await), [""; 0]);
    assert_eq!(problems(&said("1299").await), ["User Authentication Failed"]);
    let wrong = said("1299").await;
    assert_eq!((refused.first().unwrap_or(&wrong), north.posts().len()), (&wrong, reached + 2));
    // The library is told of; the log says how often, and of whom nothing.
    let incidents = world.incidents().await;
    assert_eq!(incidents, [("south".to_owned(), "ncip.guessing".to_owned())]);
    let text = log.text();
    let lines = text.lines().filter(|line| line.contains("were not carried"));
    let minutes = begun.elapsed().as_secs() / 60;
    assert!((1..=1 + usize::try_from(minutes).unwrap()).contains(&lines.count()), "{text}");
    assert!(!text.contains(CARD) && !text.contains("1299") && !text.contains(PIN), "{text}");
    assert!(!crate::broker::holds(world.dir.path(), CARD.as_bytes()));
}

#[tokio::test]
async fn nothing_is_carried_for_who_is_not_proven() {
    let proof = "\n[[library.proof]]\nby = \"message\"\nsecret = \"file:south\"\n";
    let (world, north) = world(proof).await;
    let secrets = world.dir.path().join("secrets");
    std::fs::create_dir_all(&secrets).unwrap();
    std::fs::write(secrets.join("south"), "not what it says\n").unwrap();
    let answer = world.say(Version::V2_02, lookup(CARD, PIN)).await;
    assert_eq!(problems(&answer), ["Agency Authentication Failed"]);
    assert_eq!(north.posts().len(), 0);
    std::fs::write(secrets.join("south"), "the sender's own\n").unwrap();
    assert_eq!(problems(&world.say(Version::V2_02, lookup(CARD, PIN)).await), [""; 0]);
    assert_eq!(north.posts().len(), 1);
}
