//! The requesting agency's message.

use crate::{Action, AgencyId, DateTime, RequestingAgencyAuthentication};

element! {
    /// A requester tells or asks something about a request.
    pub struct RequestingAgencyMessage {                 // 1.2                            2021-2
        /// Who writes to whom, when, about which request.
        header: RequestingAgencyMessageHeader             => (1 header one)                  (1 header one);
        /// What is done or asked for.
        action: Action                                    => (2 action one)                  (2 action one);
        /// In words.
        note: Option<String>                              => (3 note opt)                    (3 note opt);
    }
}

element! {
    /// Who writes to whom, when, about which request.
    pub struct RequestingAgencyMessageHeader {
        /// The supplier.
        supplying_agency_id: AgencyId                     => (1 supplyingAgencyId one)           (1 supplyingAgencyId one);
        /// The requester.
        requesting_agency_id: AgencyId                    => (2 requestingAgencyId one)          (2 requestingAgencyId one);
        /// The consortium on whose behalf (2021).
        consortial_id: Option<AgencyId>                   => (drop)                              (3 consortialId opt);
        /// What several requests have in common (1.2).
        multiple_item_request_id: Option<String>          => (3 multipleItemRequestId empty new) (drop);
        /// When the message was made.
        timestamp: DateTime                               => (4 timestamp one)                   (4 timestamp one);
        /// The requester's id of the request.
        requesting_agency_request_id: String              => (5 requestingAgencyRequestId one)   (5 requestingAgencyRequestId one);
        /// The supplier's id of the request.
        supplying_agency_request_id: Option<String>       => (6 supplyingAgencyRequestId opt)    (6 supplyingAgencyRequestId opt);
        /// How the requester proves who it is.
        requesting_agency_authentication: Option<RequestingAgencyAuthentication>
                                                          => (7 requestingAgencyAuthentication opt)
                                                                                                 (7 requestingAgencyAuthentication opt);
    }
}
