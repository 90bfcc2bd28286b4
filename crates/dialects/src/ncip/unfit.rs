//! Settings that cannot work with the kind of ILS that they are for: a table of rules, each a sentence for the one who wrote them. Must never
//! change a setting: people know their ILS better than a table does.

use std::fmt;

use loan_model::{hosted::StepSetting, ils::Step};
use ncip::{Schemes, Service, Version};

use super::{
    preset::{FindsUsersBy, Preset, Sender, asked_by, is_by_untold_number},
    settings::{Credentials, DateStyle, IlsSettings, PatronBy, PickupIn, PostFormat},
    words::letters,
};

/// A setting that cannot work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// Which, by its key below `[library.connection.ncip]`: `steps.recall_from_patron`.
    pub key: String,
    /// Why, and what to do.
    pub sentence: String,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.key, self.sentence)
    }
}

/// How messages reach an ILS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Travels {
    /// Posted over HTTP.
    ByHttp,
    /// Over a bare connection.
    Bare,
}

/// What the rules look at.
pub struct Declared<'a> {
    /// The library's settings, with those of its preset where it says nothing.
    pub settings: &'a IlsSettings,
    /// The agency that we are to it, where the library says so.
    pub from_agency: Option<&'a str>,
    /// How messages reach it.
    pub travels: Travels,
    /// Which steps its ILS is asked.
    pub asked: &'a dyn Fn(Step) -> StepSetting,
}

impl fmt::Debug for Declared<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Declared").field("settings", self.settings).finish_non_exhaustive()
    }
}

impl Declared<'_> {
    fn asks(&self, step: Step) -> bool {
        (self.asked)(step) == StepSetting::On
    }

    /// Whether an element is among those asked for.
    fn has(elements: &[String], element: &str) -> bool {
        elements.iter().any(|known| letters(known) == letters(element))
    }
}

/// The words that a kind of ILS takes for a setting, where they are known.
const TAKEN: &[(Preset, &str, &[&str])] = &[
    (Preset::Folio, "request_type", &["Page", "Hold"]),
    (Preset::Folio, "request_scope", &["Item", "Title"]),
    (Preset::Sierra, "request_type", &["Hold"]),
    (Preset::Sierra, "request_scope", &["Title"]),
    (Preset::Koha, "standing_privilege", &["STATUS"]),
    (Preset::Wms, "application_profile", &["Version 2011"]),
];

/// What a word that is not taken leads to.
fn not_taken(declared: &Declared<'_>) -> impl Iterator<Item = Unfit> {
    let IlsSettings { preset, request_type, item_scope, standing_privilege, application_profile, .. } =
        declared.settings;
    let rows = TAKEN.iter().filter(move |(of, ..)| of == preset);
    rows.filter_map(move |(_, key, taken)| {
        let said = match *key {
            "request_type" => Some(request_type),
            "request_scope" => Some(item_scope),
            "standing_privilege" => standing_privilege.as_ref(),
            _ => application_profile.as_ref(),
        };
        let said = said.filter(|said| !taken.iter().any(|word| letters(word) == letters(said)))?;
        let words: Vec<String> = taken.iter().map(|word| format!("\"{word}\"")).collect();
        let sentence = match *key {
            "standing_privilege" => format!(
                "is \"{said}\": of {} only {} tells how a patron stands, the others are categories and branches",
                preset.title(),
                words.join(" or ")
            ),
            _ => format!("is \"{said}\", and {} takes {} only", preset.title(), words.join(" or ")),
        };
        Some(Unfit { key: (*key).to_owned(), sentence })
    })
}

/// A rule: the key that it is about, and what is wrong with it.
type Rule = (&'static str, fn(&Declared<'_>) -> Option<String>);

/// Those about one key each.
const RULES: &[Rule] = &[
    ("version", |declared| {
        let IlsSettings { preset, version, .. } = *declared.settings;
        (!preset.speaks(version)).then(|| {
            format!(
                "is {version}: {} is not known to speak it, its own is {}",
                preset.title(),
                preset.own_version()
            )
        })
    }),
    ("pickup_in", |declared| {
        let settings = declared.settings;
        (settings.pickup_in == PickupIn::Element && settings.version < Version::V2_0).then(|| {
            format!(
                "is \"element\", and NCIP {} has no element for a pick-up location: say \"to-agency\" or \"nowhere\"",
                settings.version
            )
        })
    }),
    ("pickup_location", |declared| {
        let settings = declared.settings;
        let unsaid = settings.pickup_in == PickupIn::Nowhere && settings.pickup_location.is_some();
        unsaid.then(|| {
            "is said, and pickup_in is \"nowhere\": it is told to nobody; leave one of them out".to_owned()
        })
    }),
    ("from_agency", |declared| {
        let settings = declared.settings;
        let other = declared.from_agency.filter(|from| *from != settings.to_agency)?;
        (settings.row().sender == Sender::SameAsReceiver).then(|| {
            format!(
                "is \"{other}\", and {} takes messages only from the agency that they go to: to_agency, \"{}\", is written for both; leave it out",
                settings.preset.title(),
                settings.to_agency
            )
        })
    }),
    ("url", |declared| {
        (declared.settings.preset == Preset::Voyager && declared.travels == Travels::ByHttp).then(|| {
            "is of HTTP, and Ex Libris Voyager takes messages over a bare connection: say \"tcp://HOST:PORT\"".to_owned()
        })
    }),
    ("post", |declared| {
        let posts = declared.settings.post != PostFormat::ApplicationXml;
        (posts && declared.travels == Travels::Bare)
            .then(|| "is said, and nothing is posted over a bare connection: leave it out".to_owned())
    }),
    ("schemes", |declared| {
        let settings = declared.settings;
        (settings.schemes == Schemes::LeftOut && settings.version < Version::V2_0).then(|| {
            format!(
                "is \"left-out\", and NCIP {} demands one with every term: leave it out",
                settings.version
            )
        })
    }),
    ("dates", |declared| {
        let settings = declared.settings;
        let local = settings.row().dates == DateStyle::Local && settings.dates != DateStyle::Local;
        local.then(|| {
            format!(
                "is \"{}\", and {} reads no zones: say \"local\"",
                settings.dates,
                settings.preset.title()
            )
        })
    }),
    ("application_profile", |declared| {
        let settings = declared.settings;
        (settings.preset == Preset::Alma && settings.application_profile.is_none()).then(|| {
            format!("is missing: {} does nothing without the partner's code", settings.preset.title())
        })
    }),
    ("patron_by", |declared| {
        let settings = declared.settings;
        let by_card = settings.patron_by == PatronBy::AuthenticationInput;
        (by_card && settings.row().finds_users_by == FindsUsersBy::IdAlone).then(|| {
            format!(
                "is \"authentication-input\", by which {} finds nobody: say \"user-id\"",
                settings.preset.title()
            )
        })
    }),
    ("credentials", |declared| {
        let settings = declared.settings;
        let carried = settings.credentials == Credentials::Both;
        (carried && !settings.answers(&Service::LookupUser)).then(|| {
            format!(
                "is \"both\", and {} looks no patron up over NCIP: a PIN would be carried to where nobody reads it; \
                 leave it out",
                settings.preset.title()
            )
        })
    }),
    ("steps.cancel_patron_hold", |declared| {
        let settings = declared.settings;
        let step = Step::CancelPatronHold;
        let asks = declared.asks(step) && settings.answers(&Service::CancelRequestItem);
        (asks && is_by_untold_number(settings.row(), step)).then(|| {
            format!(
                "is on, and {} cancels a hold by its number, which it does not tell of one that comes with a temporary item: \
                 switch it off, or each of them waits for staff; the hold goes with the item",
                settings.preset.title()
            )
        })
    }),
    ("steps.hold_for_patron", |declared| {
        let follow = [Step::CheckOutToPatron, Step::PollItem, Step::WithdrawItem];
        let idle = follow.into_iter().filter(|step| declared.asks(*step)).map(key_of).collect::<Vec<_>>();
        (!declared.asks(Step::HoldForPatron) && !idle.is_empty()).then(|| {
            format!(
                "is off: without a temporary item {} are never asked; switch them off, or this on",
                idle.join(", ")
            )
        })
    }),
    ("steps.release_hold", |declared| {
        let settings = declared.settings;
        let left = declared.asks(Step::PlaceHold) && !declared.asks(Step::ReleaseHold);
        (left && settings.answers(&Service::CancelRequestItem)).then(|| {
            "is off, and place_hold is on: staff must release every hold by hand that does not become a loan".to_owned()
        })
    }),
    ("user_elements", |declared| {
        let elements = &declared.settings.user_elements;
        let tells = ["User Privilege", "Block Or Trap"].iter().any(|it| Declared::has(elements, it));
        (!tells && declared.asks(Step::CheckPatron)).then(|| {
            "lacks \"User Privilege\" and \"Block Or Trap\", without which every patron who is found counts as good: name one"
                .to_owned()
        })
    }),
    ("item_elements", |declared| {
        let asks = |step| declared.asks(step);
        let blind = !Declared::has(&declared.settings.item_elements, "Circulation Status");
        (blind && (asks(Step::PollItem) || asks(Step::CheckItem))).then(|| {
            "lacks \"Circulation Status\", without which poll_item and check_item learn nothing: name it, or switch them off"
                .to_owned()
        })
    }),
];

/// The key of a step below `steps`.
fn key_of(step: Step) -> String {
    step.as_str().replace('-', "_")
}

/// What of a library's settings cannot work.
pub fn unfit(declared: &Declared<'_>) -> Vec<Unfit> {
    let settings = declared.settings;
    let rules = RULES
        .iter()
        .filter_map(|(key, rule)| rule(declared).map(|sentence| Unfit { key: (*key).to_owned(), sentence }));
    let steps = Step::ALL.iter().filter(|step| declared.asks(**step)).filter_map(|&step| {
        let service = asked_by(settings.row(), step)?;
        let refused = !settings.answers(&service);
        refused.then(|| Unfit {
            key: format!("steps.{}", key_of(step)),
            sentence: format!(
                "is on, and {} does not answer {service} in NCIP {}: switch it off, or every loan waits for staff at this step",
                settings.preset.title(),
                settings.version
            ),
        })
    });
    rules.chain(not_taken(declared)).chain(steps).collect()
}
