//! Who speaks to whom, on whose behalf.

use xml::Secret;

use crate::model::{AgencyId, DateTime, Ext, SchemeValue};

element! {
    /// Who asks whom.
    pub struct InitiationHeader {
        from_system_id: Option<SchemeValue>           => (FromSystemId opt);
        from_system_authentication: Option<Secret>    => (FromSystemAuthentication opt);
        from_agency_id: AgencyId                      => (UniqueAgencyId one wrapped FromAgencyId) (AgencyId one wrapped FromAgencyId);
        from_agency_authentication: Option<Secret>    => (FromAgencyAuthentication opt);
        on_behalf_of_agency: Option<AgencyId>         => (UniqueAgencyId opt wrapped OnBehalfOfAgency) (AgencyId opt wrapped OnBehalfOfAgency);
        to_system_id: Option<SchemeValue>             => (ToSystemId opt);
        to_agency_id: AgencyId                        => (UniqueAgencyId one wrapped ToAgencyId) (AgencyId one wrapped ToAgencyId);
        application_profile_type: Option<SchemeValue> => (ApplicationProfileType opt);
        ext: Option<Ext>                              => (drop) (Ext opt);
    }
}

element! {
    /// Who answers whom.
    pub struct ResponseHeader {
        from_system_id: Option<SchemeValue>        => (FromSystemId opt);
        from_system_authentication: Option<Secret> => (FromSystemAuthentication opt);
        from_agency_id: AgencyId                   => (UniqueAgencyId one wrapped FromAgencyId) (AgencyId one wrapped FromAgencyId);
        from_agency_authentication: Option<Secret> => (FromAgencyAuthentication opt);
        to_system_id: Option<SchemeValue>          => (ToSystemId opt);
        to_agency_id: AgencyId                     => (UniqueAgencyId one wrapped ToAgencyId) (AgencyId one wrapped ToAgencyId);
        ext: Option<Ext>                           => (drop) (Ext opt);
    }
}

element! {
    /// The action has happened already: the receiver can only record it.
    pub struct MandatedAction {
        date_event_occurred: DateTime => (DateEventOccurred one);
        ext: Option<Ext>              => (drop) (Ext opt);
    }
}

element! {
    /// The answer comes later.
    pub struct Pending {
        date_of_expected_reply: Option<DateTime> => (DateOfExpectedReply opt);
        ext: Option<Ext>                         => (drop) (Ext opt);
    }
}

impl InitiationHeader {
    /// From one agency to another.
    pub fn new(from: impl Into<AgencyId>, to: impl Into<AgencyId>) -> Self {
        InitiationHeader {
            from_agency_id: from.into(),
            to_agency_id: to.into(),
            ..InitiationHeader::default()
        }
    }

    /// The header of the answer: back to where the message came from.
    pub fn answer(&self) -> ResponseHeader {
        ResponseHeader {
            from_system_id: self.to_system_id.clone(),
            from_agency_id: self.to_agency_id.clone(),
            to_system_id: self.from_system_id.clone(),
            to_agency_id: self.from_agency_id.clone(),
            ..ResponseHeader::default()
        }
    }
}

impl ResponseHeader {
    /// From one agency to another.
    pub fn new(from: impl Into<AgencyId>, to: impl Into<AgencyId>) -> Self {
        ResponseHeader { from_agency_id: from.into(), to_agency_id: to.into(), ..ResponseHeader::default() }
    }
}
