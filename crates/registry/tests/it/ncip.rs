//! How a library's ILS is spoken to: the preset, overlaid by the file.

use dialects::ncip::{
    Credentials, DateForm, DateStyle, IlsSettings, Namespace, PatronBy, PickupIn, PostFormat, Preset,
    Tolerated, UserIds,
};
use loan_model::{hosted::StepSetting, ils::Step};
use ncip::{Schemes, Service, Version};
use registry::NcipConnection;

use crate::support::{id, read};

/// A connection with these lines in its NCIP table.
fn connection(lines: &str) -> NcipConnection {
    let file = format!(
        "[broker]\nname = \"B\"\nsymbols = [\"ISIL:XX-B\"]\n\n[[library]]\nid = \"a\"\nname = \"A\"\nsymbols = [\"ISIL:XX-A\"]\n\n\
         [library.connection]\nkind = \"ncip\"\n\n[library.connection.ncip]\nurl = \"tcp://a.example.org:1\"\n{lines}"
    );
    read(&file).ncip(&id("a")).unwrap()
}

#[test]
fn what_the_file_does_not_say_is_as_the_preset_has_it() {
    for &preset in Preset::ALL {
        let connection = connection(&format!("preset = \"{preset}\"\n"));
        assert_eq!(connection.settings, IlsSettings::of(preset, "XX-B", "XX-A"));
        for &step in Step::ALL {
            assert_eq!(
                connection.setting(step),
                dialects::ncip::default_step(preset, preset.own_version(), step)
            );
        }
    }
    assert_eq!(connection("").settings.preset, Preset::PlainV2);
}

/// What is warned of with these lines in the NCIP table.
fn warnings(lines: &str) -> Vec<String> {
    connected("tcp://a.example.org:1", lines)
}

/// The same of an ILS that is reached there.
fn connected(url: &str, lines: &str) -> Vec<String> {
    let file = format!(
        "[broker]\nname = \"B\"\nsymbols = [\"ISIL:XX-B\"]\n\n[[library]]\nid = \"a\"\nname = \"A\"\nsymbols = [\"ISIL:XX-A\"]\naccept_from = [\"192.0.2.1\"]\n\n\
         [library.connection]\nkind = \"ncip\"\n\n[library.connection.ncip]\nurl = \"{url}\"\n{lines}"
    );
    read(&file).warnings()
}

#[test]
fn what_can_not_work_is_warned_of_and_a_preset_alone_never() {
    for &preset in Preset::ALL {
        let profile = if preset == Preset::Alma { "application_profile = \"P\"\n" } else { "" };
        assert_eq!(warnings(&format!("preset = \"{preset}\"\n{profile}")), [""; 0], "{preset}");
    }
    for (lines, key, says) in [
        (
            "preset = \"koha\"\nsteps = { recall_from_patron = true }\n",
            "steps.recall_from_patron",
            "RecallItem",
        ),
        (
            "preset = \"koha\"\nversion = \"1.0\"\nsteps = { poll_item = true }\n",
            "steps.poll_item",
            "LookupItem in NCIP 1.0",
        ),
        (
            "preset = \"koha\"\nversion = \"1.01\"\nsteps = { withdraw_item = true }\n",
            "steps.withdraw_item",
            "DeleteItem",
        ),
        (
            "preset = \"koha\"\nversion = \"1.0\"\nsteps = { renew_for_patron = true }\n",
            "steps.renew_for_patron",
            "RenewItem",
        ),
        ("preset = \"sierra\"\nversion = \"1.0\"\npickup_in = \"nowhere\"\n", "version", "its own is 2.02"),
        ("preset = \"voyager\"\nversion = \"2.0\"\n", "version", "its own is 1.0"),
        ("preset = \"alma\"\n", "application_profile", "partner's code"),
        ("preset = \"koha\"\nversion = \"1.0\"\npickup_in = \"element\"\n", "pickup_in", "no element"),
        ("preset = \"koha\"\npatron_by = \"authentication-input\"\n", "patron_by", "finds nobody"),
        (
            "preset = \"koha\"\nsteps = { cancel_patron_hold = true }\n",
            "steps.cancel_patron_hold",
            "which it does not tell",
        ),
        ("preset = \"wms\"\ncredentials = \"both\"\n", "credentials", "nobody reads it"),
        ("preset = \"wms\"\nsteps = { check_patron = true }\n", "steps.check_patron", "LookupUser"),
        ("preset = \"symphony\"\nsteps = { withdraw_item = true }\n", "steps.withdraw_item", "DeleteItem"),
        (
            "preset = \"alma\"\napplication_profile = \"P\"\nsteps = { charge_patron = true }\n",
            "steps.charge_patron",
            "Fiscal",
        ),
        ("item_elements = [\"Location\"]\n", "item_elements", "Circulation Status"),
        ("user_elements = [\"Name Information\"]\n", "user_elements", "counts as good"),
        ("pickup_in = \"nowhere\"\npickup_location = \"MAIN\"\n", "pickup_location", "told to nobody"),
        ("post = \"form\"\n", "post", "bare connection"),
        ("preset = \"plain-v1\"\nschemes = \"left-out\"\n", "schemes", "demands one"),
        ("preset = \"koha\"\ndates = \"utc\"\n", "dates", "say \"local\""),
        ("preset = \"koha\"\nversion = \"1.0\"\ndates = \"offset\"\n", "dates", "reads no zones"),
        ("preset = \"koha\"\nstanding_privilege = \"CATEGORY\"\n", "standing_privilege", "\"STATUS\""),
        ("preset = \"wms\"\nfrom_agency = \"OURS\"\n", "from_agency", "is written for both"),
        ("preset = \"wms\"\napplication_profile = \"P\"\n", "application_profile", "\"Version 2011\""),
        ("preset = \"folio\"\nrequest_type = \"Loan\"\n", "request_type", "\"Page\" or \"Hold\""),
        ("preset = \"folio\"\nrequest_scope = \"Bibliographic Item\"\n", "request_scope", "\"Title\""),
        ("preset = \"sierra\"\nrequest_scope = \"Item\"\n", "request_scope", "\"Title\" only"),
        ("preset = \"sierra\"\nrequest_type = \"Page\"\n", "request_type", "\"Hold\" only"),
        ("preset = \"evergreen\"\nsteps = { poll_item = true }\n", "steps.poll_item", "LookupItem"),
        ("preset = \"polaris\"\nversion = \"2.02\"\n", "version", "its own is 1.0"),
        (
            "preset = \"horizon\"\nsteps = { release_hold = true }\n",
            "steps.release_hold",
            "CancelRequestItem",
        ),
        ("preset = \"symphony\"\nsteps = { release_hold = false }\n", "steps.release_hold", "by hand"),
        (
            "preset = \"evergreen\"\nsteps = { hold_for_patron = false, withdraw_item = false }\n",
            "steps.hold_for_patron",
            "check_out_to_patron",
        ),
    ] {
        let said = warnings(lines);
        assert_eq!(said.len(), 1, "{lines}: {said:?}");
        assert!(said[0].starts_with(&format!("library a: connection.ncip.{key} ")), "{lines}: {said:?}");
        assert!(said[0].contains(says), "{lines}: {said:?}");
    }
}

#[test]
fn an_ils_that_takes_bare_connections_alone_is_warned_of_where_it_is_posted_to() {
    for &preset in Preset::ALL {
        let said = connected(
            "https://a.example.org/ncip",
            &format!("preset = \"{preset}\"\napplication_profile = \"Version 2011\"\n"),
        );
        let about: Vec<bool> =
            said.iter().map(|line| line.starts_with("library a: connection.ncip.url ")).collect();
        let expected: &[bool] = if preset == Preset::Voyager { &[true] } else { &[] };
        assert_eq!(about, expected, "{preset}: {said:?}");
    }
}

#[test]
fn an_ils_that_looks_no_item_up_is_warned_of_where_it_would_be_asked() {
    let asked = |preset: &str| {
        warnings(&format!("preset = \"{preset}\"\n[library.hosted]\nunknown_items = \"look-up\"\n"))
    };
    for &preset in Preset::ALL.iter().filter(|preset| **preset != Preset::Alma) {
        let answers = IlsSettings::of(preset, "", "").answers(&Service::LookupItem);
        let said = asked(preset.as_str());
        assert_eq!(said.is_empty(), answers, "{preset}: {said:?}");
        assert!(said.iter().all(|line| line.starts_with("library a: hosted.unknown_items ")), "{said:?}");
    }
}

#[test]
fn what_the_file_does_not_say_is_as_the_preset_has_it_in_its_version() {
    let old = connection("preset = \"koha\"\nversion = \"1.0\"\n");
    assert_eq!(old.settings.pickup_in, PickupIn::ToAgency);
    let off =
        [Step::PollItem, Step::CheckItem, Step::RenewForPatron, Step::RenewForLibrary, Step::ReleaseHold];
    for step in off.into_iter().chain([Step::CancelPatronHold, Step::WithdrawItem]) {
        assert_eq!(old.setting(step), StepSetting::Off, "{step}");
    }
    for step in [Step::CheckPatron, Step::HoldForPatron, Step::PlaceHold, Step::CheckOutToLibrary] {
        assert_eq!(old.setting(step), StepSetting::On, "{step}");
    }
}

#[test]
fn what_the_file_says_of_a_step_goes_before_the_preset() {
    let connection =
        connection("preset = \"koha\"\nsteps = { recall_from_patron = true, check_item = false }\n");
    assert_eq!(connection.setting(Step::RecallFromPatron), StepSetting::On);
    assert_eq!(connection.setting(Step::CheckItem), StepSetting::Off);
    assert_eq!(connection.setting(Step::PollItem), StepSetting::On);
    assert_eq!(connection.setting(Step::CancelPatronHold), StepSetting::Off, "it tells no number of it");
}

#[test]
fn what_the_file_says_goes_before_the_preset() {
    let settings = connection(
        r#"
        preset = "folio"
        version = "2.01"
        post = "form"
        namespace = "left-out"
        agency_scheme = "scheme"
        from_agency = "F"
        to_agency = "T"
        from_system = "FS"
        to_system = "TS"
        application_profile = "P"
        patron_by = "authentication-input"
        user_ids = "its-own"
        credentials = "both"
        pickup_location = "MAIN"
        pickup_in = "to-agency"
        request_type = "RT"
        request_scope = "RS"
        accept_action = "AA"
        user_elements = []
        item_elements = ["Circulation Status"]
        schemes = "left-out"
        tolerated = [{ service = "CheckInItem", problem = "Not Yours" }]
        dates = "local"
        date_form = "month-first"
        standing_privilege = "KIND"
        good_standing = ["PT"]
        bad_standing = ["XX"]
        time_zone = "America/Denver"
        "#,
    )
    .settings;
    let text = |text: &str| Some(text.to_owned());
    let expected = IlsSettings {
        preset: Preset::Folio,
        version: Version::V2_01,
        post: PostFormat::Form,
        namespace: Namespace::LeftOut,
        schemes: Schemes::LeftOut,
        from_agency: "F".to_owned(),
        to_agency: "T".to_owned(),
        agency_scheme: text("scheme"),
        from_system: text("FS"),
        to_system: text("TS"),
        application_profile: text("P"),
        patron_by: PatronBy::AuthenticationInput,
        user_ids: UserIds::ItsOwn,
        credentials: Credentials::Both,
        pickup_location: text("MAIN"),
        pickup_in: PickupIn::ToAgency,
        request_type: "RT".to_owned(),
        item_scope: "RS".to_owned(),
        title_scope: "RS".to_owned(),
        accept_action: "AA".to_owned(),
        user_elements: Vec::new(),
        item_elements: vec!["Circulation Status".to_owned()],
        tolerated: vec![Tolerated { service: Service::CheckInItem, problem: "Not Yours".to_owned() }],
        dates: DateStyle::Local,
        date_form: DateForm::MonthFirst,
        standing_privilege: text("KIND"),
        good_standing: vec!["PT".to_owned()],
        bad_standing: vec!["XX".to_owned()],
        time_zone: "America/Denver".to_owned(),
    };
    assert_eq!(settings, expected);
}
