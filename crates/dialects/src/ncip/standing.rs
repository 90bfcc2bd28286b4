//! How a patron stands, by what an ILS says of his privileges and blocks. Must never take a word that it does not know for a good one.
//!
//! Of the privileges only the one counts that means standing: `STATUS` unless the library's settings name another, for the same element says
//! category and branch too. Where an ILS has no such privilege, a word that is known counts wherever it is, and others say nothing. Words are
//! whole words, and a negation turns the next one. The library's own words go first. Who is found, of whom no word and no block is told,
//! stands well.

use jiff::Timestamp;
use loan_model::ils::PatronStanding;
use ncip::{BlockOrTrap, UserOptionalFields, UserPrivilege};

use super::{dates, settings::IlsSettings, words::letters};

/// The type of the privilege that means standing, where the settings name none.
const STATUS: &str = "STATUS";

/// What a text says of a patron.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Says {
    /// Nothing.
    Nothing,
    /// That he may.
    Good,
    /// Something that is not known.
    Unknown,
    /// That the card has expired.
    Expired,
    /// That he may not.
    Bad,
}

/// How a patron stands who is known to the ILS.
pub(crate) fn standing(
    fields: Option<&UserOptionalFields>,
    now: Timestamp,
    settings: &IlsSettings,
) -> PatronStanding {
    let Some(fields) = fields else { return PatronStanding::Good };
    let privileges = privileges(&fields.user_privileges, now, settings);
    let blocks =
        fields.block_or_traps.iter().filter(|block| !is_over(block.valid_to_date.as_ref(), now, settings));
    let blocks = blocks.map(|block| block_says(block, settings)).max().unwrap_or(Says::Nothing);
    match privileges.max(blocks) {
        Says::Bad => PatronStanding::Blocked,
        Says::Expired => PatronStanding::Expired,
        Says::Unknown => PatronStanding::Unclear,
        Says::Nothing | Says::Good => PatronStanding::Good,
    }
}

fn privileges(all: &[UserPrivilege], now: Timestamp, settings: &IlsSettings) -> Says {
    let named = settings.standing_privilege.as_deref();
    let meaning = letters(named.unwrap_or(STATUS));
    let means = |privilege: &&UserPrivilege| letters(&privilege.agency_user_privilege_type.value) == meaning;
    let standing: Vec<&UserPrivilege> = all.iter().filter(means).collect();
    let word = |privilege: &UserPrivilege| {
        let status = privilege.user_privilege_status.as_ref();
        status.map_or(Says::Nothing, |status| says(&status.user_privilege_status_type.value, settings))
    };
    let said = match standing.is_empty() {
        false => standing.iter().map(|privilege| word(privilege)).max(),
        true if named.is_some() => None,
        true => all.iter().map(word).filter(|says| *says != Says::Unknown).max(),
    };
    let dated: Vec<_> = match standing.iter().any(|privilege| privilege.valid_to_date.is_some()) {
        true => standing.iter().filter_map(|privilege| privilege.valid_to_date.as_ref()).collect(),
        false => all.iter().filter_map(|privilege| privilege.valid_to_date.as_ref()).collect(),
    };
    let past = !dated.is_empty() && dated.iter().all(|date| is_over(Some(date), now, settings));
    said.unwrap_or(Says::Nothing).max(if past { Says::Expired } else { Says::Nothing })
}

fn is_over(date: Option<&ncip::DateTime>, now: Timestamp, settings: &IlsSettings) -> bool {
    dates::until(date, settings).is_some_and(|until| until < now)
}

/// What a block or trap says. A trap is for the desk to know; of the standard's blocks, three do not concern a request.
fn block_says(block: &BlockOrTrap, settings: &IlsSettings) -> Says {
    let text = block.block_or_trap_type.value.as_str();
    let whole = letters(text);
    if whole.is_empty() || whole.starts_with("trap") {
        return Says::Nothing;
    }
    if HARMLESS.iter().any(|harmless| letters(harmless) == whole) {
        return Says::Nothing;
    }
    match says(text, settings) {
        Says::Unknown if tokens(text).iter().any(|token| REFUSED.contains(&token.as_str())) => {
            if negated(&tokens(text)) { Says::Unknown } else { Says::Bad }
        }
        // That a card is valid is no block.
        said => said,
    }
}

/// The standard's blocks that do not concern a request.
pub(super) const HARMLESS: &[&str] = &["Block Electronic Resource Access", "Block Renewal", "Block Recall"];

/// What a block is about that refuses a request: requests, holds, loans, fines.
pub(super) const REFUSED: &[&str] = &[
    "borrow",
    "borrowing",
    "charge",
    "charges",
    "checkout",
    "checkouts",
    "circulation",
    "debt",
    "debts",
    "fee",
    "fees",
    "fine",
    "fines",
    "hold",
    "holds",
    "lending",
    "loan",
    "loans",
    "overdue",
    "overdues",
    "owes",
    "request",
    "requests",
    "reservation",
    "reservations",
    "reserve",
    "out",
];

pub(super) const BAD: &[&str] = &[
    "banned",
    "barred",
    "block",
    "blocked",
    "cancelled",
    "canceled",
    "closed",
    "deactivated",
    "debarred",
    "deleted",
    "delinquent",
    "denied",
    "disabled",
    "excluded",
    "expelled",
    "forbidden",
    "frozen",
    "inactive",
    "ineligible",
    "invalid",
    "locked",
    "prohibited",
    "refused",
    "restricted",
    "revoked",
    "stopped",
    "suspended",
    "terminated",
    "withdrawn",
];

pub(super) const GOOD: &[&str] = &[
    "active",
    "allowed",
    "approved",
    "clear",
    "current",
    "eligible",
    "enabled",
    "good",
    "normal",
    "ok",
    "okay",
    "open",
    "permitted",
    "registered",
    "regular",
    "true",
    "unblocked",
    "unrestricted",
    "valid",
    "yes",
    "y",
];

pub(super) const EXPIRED: &[&str] = &["expired", "lapsed", "outdated"];

pub(super) const NEGATIONS: &[&str] = &["no", "non", "not", "never", "cannot", "without"];

/// Words that say nothing by themselves.
const FILLERS: &[&str] = &[
    "a",
    "account",
    "and",
    "are",
    "at",
    "been",
    "borrower",
    "by",
    "card",
    "currently",
    "for",
    "has",
    "have",
    "in",
    "is",
    "it",
    "library",
    "longer",
    "may",
    "member",
    "membership",
    "of",
    "patron",
    "privilege",
    "privileges",
    "reader",
    "standing",
    "status",
    "the",
    "this",
    "to",
    "user",
];

fn tokens(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

fn negated(tokens: &[String]) -> bool {
    tokens.iter().any(|token| NEGATIONS.contains(&token.as_str()))
}

/// What a text says of a patron, by the library's own words, else by those that are known.
fn says(text: &str, settings: &IlsSettings) -> Says {
    let whole = letters(text);
    if whole.is_empty() {
        return Says::Nothing;
    }
    let is_one_of = |words: &[String]| words.iter().any(|word| letters(word) == whole);
    if is_one_of(&settings.bad_standing) {
        return Says::Bad;
    }
    if is_one_of(&settings.good_standing) {
        return Says::Good;
    }
    let (mut negation, mut said, mut unknown) = (false, Says::Nothing, false);
    for token in tokens(text) {
        let token = token.as_str();
        let meant = match token {
            _ if NEGATIONS.contains(&token) => {
                negation = !negation;
                continue;
            }
            _ if FILLERS.contains(&token) => continue,
            _ if BAD.contains(&token) => Says::Bad,
            _ if EXPIRED.contains(&token) => Says::Expired,
            _ if GOOD.contains(&token) => Says::Good,
            _ => {
                unknown = true;
                continue;
            }
        };
        said = said.max(match (meant, std::mem::take(&mut negation)) {
            (meant, false) => meant,
            (Says::Good, true) => Says::Bad,
            (_, true) => Says::Good,
        });
    }
    // A negation with nothing to turn says no to something.
    if unknown || negation || said == Says::Nothing { said.max(Says::Unknown) } else { said }
}

#[cfg(test)]
mod tests {
    use ncip::{AgencyId, SchemeValue, UserPrivilegeStatus};

    use super::*;
    use crate::ncip::Preset;

    fn settings() -> IlsSettings {
        IlsSettings::of(Preset::Koha, "A", "B")
    }

    fn privilege(kind: &str, status: &str, until: &str) -> UserPrivilege {
        UserPrivilege {
            agency_id: AgencyId::bare("M"),
            agency_user_privilege_type: SchemeValue::bare(kind),
            valid_to_date: (!until.is_empty()).then(|| ncip::DateTime::from_lexical(until)),
            user_privilege_status: Some(UserPrivilegeStatus {
                user_privilege_status_type: SchemeValue::bare(status),
                ..UserPrivilegeStatus::default()
            }),
            ..UserPrivilege::default()
        }
    }

    fn block(kind: &str, until: &str) -> BlockOrTrap {
        BlockOrTrap {
            block_or_trap_type: SchemeValue::bare(kind),
            valid_to_date: (!until.is_empty()).then(|| ncip::DateTime::from_lexical(until)),
            ..BlockOrTrap::default()
        }
    }

    fn stands(
        privileges: Vec<UserPrivilege>,
        blocks: Vec<BlockOrTrap>,
        settings: &IlsSettings,
    ) -> PatronStanding {
        let fields = UserOptionalFields {
            user_privileges: privileges,
            block_or_traps: blocks,
            ..UserOptionalFields::default()
        };
        standing(Some(&fields), "2026-11-25T12:00:00Z".parse().unwrap(), settings)
    }

    #[test]
    fn words_in_the_place_that_means_standing() {
        use PatronStanding::{Blocked, Expired, Good, Unclear};
        for (word, expected) in [
            ("", Good),
            ("                ", Good),
            ("-", Good),
            ("Ok", Good),
            ("OK ", Good),
            ("Active", Good),
            ("In good standing", Good),
            ("Not blocked", Good),
            ("not restricted", Good),
            ("No longer suspended", Good),
            ("Non-delinquent", Good),
            ("Not expired", Good),
            ("Not inactive", Good),
            ("Not not active", Good),
            ("Unblocked", Good),
            ("Restricted", Blocked),
            ("SUSPENDED", Blocked),
            ("Expelled", Blocked),
            ("Barred", Blocked),
            ("debarred", Blocked),
            ("Inactive", Blocked),
            ("Not active", Blocked),
            ("Not OK", Blocked),
            ("Not in good standing", Blocked),
            ("Patron is blocked by desk 5", Blocked),
            ("Active, blocked", Blocked),
            ("Not blocked, but suspended", Blocked),
            ("Expired", Expired),
            ("Lapsed", Expired),
            ("Blocked (expired)", Blocked),
            // Whole words: none of these has one.
            ("Blockedness", Unclear),
            ("Goodwill", Unclear),
            ("PT", Unclear),
            ("126", Unclear),
            ("Not", Unclear),
            ("not frobbed", Unclear),
            ("Active PT", Unclear),
            ("gesperrt", Unclear),
        ] {
            assert_eq!(stands(vec![privilege("STATUS", word, "")], vec![], &settings()), expected, "{word}");
        }
    }

    #[test]
    fn only_the_privilege_that_means_standing_counts() {
        let koha = |status: &str| {
            vec![
                privilege("LIBRARY", "MPL", ""),
                privilege("PROFILE", "PT", ""),
                privilege("STATUS", status, ""),
                privilege("CATEGORY", "Restricted", ""),
                privilege("", "126", ""),
            ]
        };
        let mut own = settings();
        assert_eq!(stands(koha("Ok"), vec![], &own), PatronStanding::Good);
        assert_eq!(stands(koha("Suspended"), vec![], &own), PatronStanding::Blocked);
        assert_eq!(stands(koha("PT"), vec![], &own), PatronStanding::Unclear);
        own.standing_privilege = Some("Category".to_owned());
        assert_eq!(stands(koha("Ok"), vec![], &own), PatronStanding::Blocked);
        own.standing_privilege = Some("none of them".to_owned());
        assert_eq!(stands(koha("Suspended"), vec![], &own), PatronStanding::Good);
        // An ILS without such a privilege: what is known counts, and what is not says nothing.
        let mut elsewhere = settings();
        elsewhere.preset = Preset::PlainV2;
        elsewhere.standing_privilege = None;
        for (word, expected) in [
            ("PT", PatronStanding::Good),
            ("Restricted", PatronStanding::Blocked),
            ("Expired", PatronStanding::Expired),
            ("Active", PatronStanding::Good),
        ] {
            let said = vec![privilege("Academic", word, ""), privilege("Branch", "MPL", "")];
            assert_eq!(stands(said, vec![], &elsewhere), expected, "{word}");
        }
        assert_eq!(stands(vec![], vec![], &elsewhere), PatronStanding::Good);
        assert_eq!(standing(None, Timestamp::UNIX_EPOCH, &elsewhere), PatronStanding::Good);
    }

    #[test]
    fn the_librarys_own_words_go_first() {
        let mut own = settings();
        own.good_standing = vec!["PT".to_owned(), "restricted".to_owned()];
        own.bad_standing = vec!["Gesperrt".to_owned(), "active".to_owned(), "Mahnstufe 3".to_owned()];
        for (word, expected) in [
            ("pt", PatronStanding::Good),
            ("Restricted", PatronStanding::Good),
            ("gesperrt", PatronStanding::Blocked),
            ("Active", PatronStanding::Blocked),
            ("frei", PatronStanding::Unclear),
        ] {
            assert_eq!(stands(vec![privilege("STATUS", word, "")], vec![], &own), expected, "{word}");
        }
        assert_eq!(stands(vec![], vec![block("mahnstufe 3", "")], &own), PatronStanding::Blocked);
        assert_eq!(stands(vec![], vec![block("PT", "")], &own), PatronStanding::Good);
    }

    #[test]
    fn blocks_and_traps() {
        use PatronStanding::{Blocked, Expired, Good, Unclear};
        for (text, expected) in [
            ("", Good),
            ("  ", Good),
            ("Block Check Out", Blocked),
            ("Block Hold", Blocked),
            ("Block Request Item", Blocked),
            ("Block Electronic Resource Access", Good),
            ("Block Renewal", Good),
            ("block recall", Good),
            ("Trap For Lost Card", Good),
            ("Trap For Message", Good),
            ("Trap For Pickup", Good),
            ("Block All Services", Blocked),
            ("Fines", Blocked),
            ("owes fines", Blocked),
            ("Too many loans", Blocked),
            ("Overdues", Blocked),
            ("Barred", Blocked),
            ("Restricted", Blocked),
            ("No fines", Unclear),
            ("Not blocked", Good),
            ("Expired", Expired),
            ("Protokol", Unclear),
            ("See the head librarian", Unclear),
        ] {
            let active = vec![privilege("STATUS", "Active", "")];
            assert_eq!(stands(active, vec![block(text, "")], &settings()), expected, "{text}");
        }
        let over = block("Block Check Out", "2026-11-24");
        assert_eq!(stands(vec![], vec![over], &settings()), PatronStanding::Good);
        let not_yet = block("Block Check Out", "2026-11-25");
        assert_eq!(stands(vec![], vec![not_yet], &settings()), PatronStanding::Blocked);
    }

    #[test]
    fn cards_that_have_expired() {
        use PatronStanding::{Expired, Good};
        for (privileges, expected) in [
            (vec![privilege("STATUS", "Ok", "2026-11-25")], Good),
            (vec![privilege("STATUS", "Ok", "2026-11-24")], Expired),
            (vec![privilege("STATUS", "Ok", "2026-11-24Z")], Expired),
            (vec![privilege("STATUS", "Ok", "2026-11-24T24:00:00")], Expired),
            (vec![privilege("STATUS", "Ok", "never")], Good),
            (vec![privilege("STATUS", "Ok", "2020-01-01"), privilege("STATUS", "Ok", "2030-01-01")], Good),
            (vec![privilege("STATUS", "Ok", ""), privilege("PROFILE", "PT", "2020-01-01")], Expired),
            (vec![privilege("STATUS", "Ok", "2030-01-01"), privilege("PROFILE", "PT", "2020-01-01")], Good),
        ] {
            assert_eq!(stands(privileges.clone(), vec![], &settings()), expected, "{privileges:?}");
        }
    }
}
