//! The scheme table: which scheme the terms of an element are of, for version 1, which wants one beside each.

use crate::Service;

/// The scheme of messaging errors.
pub const MESSAGING_ERRORS: &str =
    "http://www.niso.org/ncip/v1_0/schemes/messagingerrortype/messagingerrortype.scm";

/// The scheme of the processing errors that every service may have.
pub const GENERAL_PROCESSING_ERRORS: &str =
    "http://www.niso.org/ncip/v1_0/schemes/processingerrortype/generalprocessingerror.scm";

/// The scheme that stands for an agency's where none is said.
pub const AGENCIES: &str = "http://www.niso.org/ncip/v1_0/schemes/agencyidtype/agencyidtype.scm";

/// The scheme of the processing errors of one service.
pub fn processing_errors(service: &Service) -> String {
    let service = service.as_str().to_ascii_lowercase();
    format!("http://www.niso.org/ncip/v1_0/schemes/processingerrortype/{service}processingerror.scm")
}

/// The scheme of an element's terms in version 1, by the name that the element has there.
pub fn of_element(element: &str) -> Option<&'static str> {
    TABLE.iter().find(|(name, _)| *name == element).map(|(_, scheme)| *scheme)
}

macro_rules! schemes {
    ($( $element:ident $base:ident $word:literal; )*) => {
        &[$( (stringify!($element), concat!(schemes!(@$base), $word, "/", $word, ".scm")), )*]
    };
    (@imp1) => { "http://www.niso.org/ncip/v1_0/imp1/schemes/" };
    (@plain) => { "http://www.niso.org/ncip/v1_0/schemes/" };
}

static TABLE: &[(&str, &str)] = schemes! {
    AcknowledgedItemUseRestrictionType imp1 "itemuserestrictiontype";
    AgencyAddressRoleType imp1 "agencyaddressroletype";
    AgencyElementType plain "agencyelementtype";
    AgencyUserPrivilegeType imp1 "agencyuserprivilegetype";
    ApplicationProfileSupportedType imp1 "applicationprofiletype";
    ApplicationProfileType imp1 "applicationprofiletype";
    AuthenticationDataFormatType imp1 "authenticationdataformattype";
    AuthenticationInputType imp1 "authenticationinputtype";
    AuthenticationPromptType imp1 "authenticationprompttype";
    BibliographicItemIdentifierCode imp1 "bibliographicitemidentifiercode";
    BibliographicLevel imp1 "bibliographiclevel";
    BibliographicRecordIdentifierCode imp1 "bibliographicrecordidentifiercode";
    BlockOrTrapType imp1 "blockortraptype";
    CirculationStatus imp1 "circulationstatus";
    ComponentIdentifierType imp1 "componentidentifiertype";
    ElectronicAddressType imp1 "electronicaddresstype";
    ElectronicDataFormatType imp1 "electronicdataformattype";
    FiscalActionType imp1 "fiscalactiontype";
    FiscalTransactionType imp1 "fiscaltransactiontype";
    ItemDescriptionLevel imp1 "itemdescriptionlevel";
    ItemElementType plain "itemelementtype";
    ItemUseRestrictionType imp1 "itemuserestrictiontype";
    Language imp1 "language";
    LocationType imp1 "locationtype";
    MediumType imp1 "mediumtype";
    NoticeType imp1 "noticetype";
    OrganizationNameType imp1 "organizationnametype";
    PaymentMethodType imp1 "paymentmethodtype";
    PhysicalAddressType imp1 "physicaladdresstype";
    PhysicalConditionType imp1 "physicalconditiontype";
    RequestElementType plain "requestelementtype";
    RequestScopeType imp1 "requestscopetype";
    RequestStatusType imp1 "requeststatustype";
    RequestType imp1 "requesttype";
    RequestedActionType imp1 "requestedactiontype";
    RequiredItemUseRestrictionType imp1 "itemuserestrictiontype";
    SecurityMarker imp1 "securitymarker";
    UniqueAgencyId plain "agencyidtype";
    UnstructuredAddressType imp1 "unstructuredaddresstype";
    UserAddressRoleType imp1 "useraddressroletype";
    UserElementType plain "userelementtype";
    UserLanguage imp1 "userlanguage";
    UserPrivilegeStatusType imp1 "userprivilegestatustype";
    VisibleItemIdentifierType imp1 "visibleitemidentifiertype";
    VisibleUserIdentifierType imp1 "visibleuseridentifiertype";
};
