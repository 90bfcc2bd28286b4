//! What other systems send, posted to a running gateway: a valid message gets a confirmation that its edition's official schema accepts,
//! an invalid one a clear answer.

use iso18626::Edition;

use crate::support::{
    daemon::Daemon,
    http::post_message,
    official::{Official, corpus},
};

#[test]
fn every_message_of_the_corpus_is_answered() {
    let Some(dir) = corpus() else { return };
    let home = tempfile::tempdir().expect("a temporary folder");
    let store = home.path().join("data");
    std::fs::create_dir(&store).expect("a folder for the store");
    let gateway = Daemon::start(&store, "redb");

    let table = std::fs::read_to_string(dir.join("VALIDATION.tsv")).expect("the corpus has its table");
    let mut confirmed: Vec<(Edition, Vec<u8>)> = Vec::new();
    let mut posted = 0;
    for row in table.lines().map(|line| line.split('\t').collect::<Vec<_>>()).filter(|row| row[2] == "iso") {
        let name = format!("{}/{}", row[0], row[1]);
        let bytes =
            std::fs::read(dir.join(row[0]).join(row[1])).expect("the corpus has the files of its table");
        let answer = post_message(gateway.address(), &bytes).unwrap_or_else(|why| panic!("{name}: {why}"));
        posted += 1;
        let edition = match (row[4], row[5]) {
            ("yes", _) => Some(Edition::V1_2),
            (_, "yes") => Some(Edition::V2021_2),
            _ => None,
        };
        match (edition, answer.status) {
            (Some(edition), 200) => {
                assert!(answer.text().contains("Confirmation>"), "{name}: {}", answer.text());
                confirmed.push((edition, answer.body));
            }
            (Some(_), status) => panic!("{name}: a valid message is answered {status}: {}", answer.text()),
            (None, 200) => {
                assert!(answer.text().contains("messageStatus>"), "{name}: {}", answer.text());
            }
            (None, 400) => {
                assert!(answer.content_type.starts_with("text/plain"), "{name}: {}", answer.content_type);
                assert!(answer.text().contains("line "), "{name}: says where: {}", answer.text());
            }
            (None, status) => panic!("{name}: {status}: {}", answer.text()),
        }
    }
    assert!(posted > 0, "the corpus has ISO 18626 messages");
    let Some(official) = Official::find() else { return };
    for edition in [Edition::V1_2, Edition::V2021_2] {
        let some: Vec<&[u8]> =
            confirmed.iter().filter(|(of, _)| *of == edition).map(|(_, body)| body.as_slice()).collect();
        if !some.is_empty() {
            official.assert_valid(edition, some);
        }
    }
}
