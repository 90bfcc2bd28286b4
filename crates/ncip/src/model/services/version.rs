//! Which versions a system speaks. The messages have a root element of their own, outside of any namespace, and
//! are made as version 1 has them.

use crate::model::AgencyId;

element! {
    /// Asks which versions are spoken.
    pub struct LookupVersion {
        from_agency_id: AgencyId    => (UniqueAgencyId one wrapped FromAgencyId);
        to_agency_id: AgencyId      => (UniqueAgencyId one wrapped ToAgencyId);
    }
}

element! {
    /// The answer to [`LookupVersion`].
    pub struct LookupVersionResponse {
        from_agency_id: AgencyId        => (UniqueAgencyId one wrapped FromAgencyId);
        to_agency_id: AgencyId          => (UniqueAgencyId one wrapped ToAgencyId);
        versions_supported: Vec<String> => (VersionSupported some);
        services_supported: Vec<String> => (ServiceSupported many);
    }
}
