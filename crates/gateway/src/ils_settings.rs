//! How a library's ILS is spoken to, as the adapter for NCIP wants it: what the registry's file says, laid over the preset.

use dialects::ncip::{DateStyle, IlsSettings, Namespace, PatronBy, PickupIn, Post, Preset, Tolerated};
use ncip::Version;
use registry::{NcipConnection, NcipNamespace, NcipPost, NcipVersion, PresetName};
use state_machine::hosted::{Step, StepSetting};

/// The settings that a connection means.
pub fn ils_settings(connection: &NcipConnection) -> IlsSettings {
    let said = connection.clone();
    let usual = IlsSettings::of(preset(said.preset), said.from_agency, said.to_agency);
    let scope = said.request_scope;
    IlsSettings {
        version: said.version.map_or(usual.version, version),
        post: said.post.map_or(usual.post, post),
        namespace: said.namespace.map_or(usual.namespace, namespace),
        agency_scheme: said.agency_scheme.or(usual.agency_scheme),
        from_system: said.from_system,
        to_system: said.to_system,
        application_profile: said.application_profile.or(usual.application_profile),
        patron_by: said.patron_by.map_or(usual.patron_by, patron_by),
        pickup_location: said.pickup_location,
        pickup_in: said.pickup_in.map_or(usual.pickup_in, pickup_in),
        request_type: said.request_type.unwrap_or(usual.request_type),
        item_scope: scope.clone().unwrap_or(usual.item_scope),
        title_scope: scope.unwrap_or(usual.title_scope),
        accept_action: said.accept_action.unwrap_or(usual.accept_action),
        user_elements: said.user_elements.unwrap_or(usual.user_elements),
        item_elements: said.item_elements.unwrap_or(usual.item_elements),
        tolerated: said
            .tolerated
            .into_iter()
            .map(|known| Tolerated { service: known.service.as_str().to_owned(), problem: known.problem })
            .collect(),
        dates: said.dates.map_or(usual.dates, dates),
        time_zone: said.time_zone,
        ..usual
    }
}

/// Whether an ILS of a kind is asked a step where the registry's file does not say.
pub fn usual_step(preset_name: PresetName, step: Step) -> StepSetting {
    dialects::ncip::usual_step(preset(preset_name), step)
}

fn preset(name: PresetName) -> Preset {
    match name {
        PresetName::PlainV2 => Preset::PlainV2,
        PresetName::PlainV1 => Preset::PlainV1,
        PresetName::Koha => Preset::Koha,
        PresetName::Evergreen => Preset::Evergreen,
        PresetName::Folio => Preset::Folio,
        PresetName::Alma => Preset::Alma,
        PresetName::Sierra => Preset::Sierra,
        PresetName::Symphony => Preset::Symphony,
        PresetName::Polaris => Preset::Polaris,
        PresetName::Horizon => Preset::Horizon,
        PresetName::Wms => Preset::Wms,
        PresetName::Voyager => Preset::Voyager,
    }
}

fn version(version: NcipVersion) -> Version {
    match version {
        NcipVersion::V1_0 => Version::V1_0,
        NcipVersion::V1_01 => Version::V1_01,
        NcipVersion::V2_0 => Version::V2_0,
        NcipVersion::V2_01 => Version::V2_01,
        NcipVersion::V2_02 => Version::V2_02,
    }
}

fn post(post: NcipPost) -> Post {
    match post {
        NcipPost::ApplicationXml => Post::ApplicationXml,
        NcipPost::TextXml => Post::TextXml,
        NcipPost::Form => Post::Form,
    }
}

fn namespace(namespace: NcipNamespace) -> Namespace {
    match namespace {
        NcipNamespace::Required => Namespace::Required,
        NcipNamespace::MayBeMissing => Namespace::MayBeMissing,
        NcipNamespace::LeftOut => Namespace::LeftOut,
    }
}

fn patron_by(by: registry::PatronBy) -> PatronBy {
    match by {
        registry::PatronBy::UserId => PatronBy::UserId,
        registry::PatronBy::AuthenticationInput => PatronBy::AuthenticationInput,
    }
}

fn pickup_in(place: registry::PickupIn) -> PickupIn {
    match place {
        registry::PickupIn::Element => PickupIn::Element,
        registry::PickupIn::ToAgency => PickupIn::ToAgency,
        registry::PickupIn::Nowhere => PickupIn::Nowhere,
    }
}

fn dates(style: registry::DateStyle) -> DateStyle {
    match style {
        registry::DateStyle::Utc => DateStyle::Utc,
        registry::DateStyle::Offset => DateStyle::Offset,
        registry::DateStyle::Local => DateStyle::Local,
    }
}

#[cfg(test)]
mod tests {
    use registry::Registry;
    use state_machine::PeerId;

    use super::*;

    /// A connection with these lines in its NCIP table.
    fn connection(lines: &str) -> NcipConnection {
        let file = format!(
            "[broker]\nname = \"B\"\nsymbols = [\"ISIL:XX-B\"]\n\n[[library]]\nid = \"a\"\nname = \"A\"\nsymbols = [\"ISIL:XX-A\"]\n\n\
             [library.connection]\nkind = \"ncip\"\n\n[library.connection.ncip]\nurl = \"tcp://a.example.org:1\"\n{lines}"
        );
        Registry::parse_toml(&file).unwrap().ncip(&PeerId::new("a")).unwrap()
    }

    #[test]
    fn what_nobody_says_is_as_the_preset_has_it() {
        for &name in PresetName::ALL {
            let preset = preset(name);
            assert_eq!(name.to_string(), preset.as_str(), "both speak of the same");
            let settings = ils_settings(&connection(&format!("preset = \"{name}\"\n")));
            assert_eq!(settings, IlsSettings::of(preset, "XX-B", "XX-A"));
        }
        assert_eq!(PresetName::ALL.len(), Preset::ALL.len());
    }

    #[test]
    fn what_the_file_says_goes_before_the_preset() {
        let settings = ils_settings(&connection(
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
            pickup_location = "MAIN"
            pickup_in = "to-agency"
            request_type = "RT"
            request_scope = "RS"
            accept_action = "AA"
            user_elements = []
            item_elements = ["Circulation Status"]
            tolerated = [{ service = "CheckInItem", problem = "Not Yours" }]
            dates = "local"
            time_zone = "America/Denver"
            "#,
        ));
        let text = |text: &str| Some(text.to_owned());
        let expected = IlsSettings {
            preset: Preset::Folio,
            version: Version::V2_01,
            post: Post::Form,
            namespace: Namespace::LeftOut,
            from_agency: "F".to_owned(),
            to_agency: "T".to_owned(),
            agency_scheme: text("scheme"),
            from_system: text("FS"),
            to_system: text("TS"),
            application_profile: text("P"),
            patron_by: PatronBy::AuthenticationInput,
            pickup_location: text("MAIN"),
            pickup_in: PickupIn::ToAgency,
            request_type: "RT".to_owned(),
            item_scope: "RS".to_owned(),
            title_scope: "RS".to_owned(),
            accept_action: "AA".to_owned(),
            user_elements: Vec::new(),
            item_elements: vec!["Circulation Status".to_owned()],
            tolerated: vec![Tolerated { service: "CheckInItem".to_owned(), problem: "Not Yours".to_owned() }],
            dates: DateStyle::Local,
            time_zone: "America/Denver".to_owned(),
        };
        assert_eq!(settings, expected);
    }
}
