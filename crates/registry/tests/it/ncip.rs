//! How a library's ILS is spoken to: the preset, overlaid by the file.

use dialects::ncip::{
    Credentials, DateStyle, IlsSettings, Namespace, PatronBy, PickupIn, PostFormat, Preset, Tolerated,
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
            assert_eq!(connection.setting(step), dialects::ncip::default_step(preset, step));
        }
    }
    assert_eq!(connection("").settings.preset, Preset::PlainV2);
}

#[test]
fn what_the_file_says_of_a_step_goes_before_the_preset() {
    let connection =
        connection("preset = \"koha\"\nsteps = { recall_from_patron = true, check_item = false }\n");
    assert_eq!(connection.setting(Step::RecallFromPatron), StepSetting::On);
    assert_eq!(connection.setting(Step::CheckItem), StepSetting::Off);
    assert_eq!(connection.setting(Step::PollItem), StepSetting::On);
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
        time_zone: "America/Denver".to_owned(),
    };
    assert_eq!(settings, expected);
}
