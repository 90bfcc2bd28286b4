//! Settings that cannot work with the kind of ILS that they are for: a table of rules, each a sentence for the one who wrote them. Must never
//! change a setting: people know their ILS better than a table does.

use std::fmt;

use loan_model::{hosted::StepSetting, ils::Step};
use ncip::{Service, Version};

use super::{
    preset::{FindsUsersBy, Preset, asked_by, is_by_untold_number},
    settings::{Credentials, IlsSettings, PatronBy, PickupIn},
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

/// What the rules look at.
struct Declared<'a> {
    settings: &'a IlsSettings,
    asked: &'a dyn Fn(Step) -> StepSetting,
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
        let asks = (declared.asked)(step) == StepSetting::On && settings.answers(&Service::CancelRequestItem);
        (asks && is_by_untold_number(settings.row(), step)).then(|| {
            format!(
                "is on, and {} cancels a hold by its number, which it does not tell of one that comes with a temporary item: \
                 switch it off, or each of them waits for staff; the hold goes with the item",
                settings.preset.title()
            )
        })
    }),
    ("item_elements", |declared| {
        let asks = |step| (declared.asked)(step) == StepSetting::On;
        let status = |element: &String| super::words::letters(element) == "circulationstatus";
        let blind = !declared.settings.item_elements.iter().any(status);
        (blind && (asks(Step::PollItem) || asks(Step::CheckItem))).then(|| {
            "lacks \"Circulation Status\", without which poll_item and check_item learn nothing: name it, or switch them off"
                .to_owned()
        })
    }),
];

/// What of a library's settings cannot work. `asked` says which steps its ILS is asked.
pub fn unfit(settings: &IlsSettings, asked: &dyn Fn(Step) -> StepSetting) -> Vec<Unfit> {
    let declared = Declared { settings, asked };
    let rules = RULES
        .iter()
        .filter_map(|(key, rule)| rule(&declared).map(|sentence| Unfit { key: (*key).to_owned(), sentence }));
    let steps = Step::ALL.iter().filter(|step| asked(**step) == StepSetting::On).filter_map(|&step| {
        let service = asked_by(settings.row(), step)?;
        let refused = !settings.answers(&service);
        refused.then(|| Unfit {
            key: format!("steps.{}", step.as_str().replace('-', "_")),
            sentence: format!(
                "is on, and {} does not answer {service} in NCIP {}: switch it off, or every loan waits for staff at this step",
                settings.preset.title(),
                settings.version
            ),
        })
    });
    rules.chain(steps).collect()
}
