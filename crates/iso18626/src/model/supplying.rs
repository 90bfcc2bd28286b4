//! The supplying agency's message.

use serde::{Deserialize, Serialize};

use crate::{
    Address, AgencyId, Costs, CourierName, DateTime, DeliveryMethod, ItemFormat, LoanCondition, Open,
    PaymentMethod, PhysicalAddress, ReasonForMessage, ReasonRetry, ReasonUnfilled,
    RequestingAgencyAuthentication, ServiceLevel, ServiceType, Status, YesNo,
};

/// A supplier tells where a request stands.
///
/// `crate::wire` says how it is written: 1.2 has costs and dates of a retry in another place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SupplyingAgencyMessage {
    /// Who writes to whom, when, about which request.
    pub header: SupplyingAgencyMessageHeader,
    /// Why the supplier writes.
    pub message_info: MessageInfo,
    /// Where the request stands.
    pub status_info: StatusInfo,
    /// On what terms a retry may succeed.
    pub retry_info: Option<RetryInfo>,
    /// What was sent, how, and on what terms.
    pub delivery_info: Option<DeliveryInfo>,
    /// How the parcel travels (2021).
    pub shipping_info: Option<ShippingInfo>,
    /// Where to return the item.
    pub return_info: Option<ReturnInfo>,
}

/// Why the supplier writes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MessageInfo {
    /// Why.
    pub reason_for_message: ReasonForMessage,
    /// The answer to a renew or cancel.
    pub answer_yes_no: Option<YesNo>,
    /// In words.
    pub note: Option<String>,
    /// Why not.
    pub reason_unfilled: Option<Open<ReasonUnfilled>>,
    /// Why a retry is asked for.
    pub reason_retry: Option<Open<ReasonRetry>>,
}

element! {
    /// Who writes to whom, when, about which request.
    pub struct SupplyingAgencyMessageHeader {
        /// The supplier.
        supplying_agency_id: AgencyId                     => (1 supplyingAgencyId one)           (1 supplyingAgencyId one);
        /// The requester.
        requesting_agency_id: AgencyId                    => (2 requestingAgencyId one)          (2 requestingAgencyId one);
        /// What several requests have in common (1.2).
        multiple_item_request_id: Option<String>          => (3 multipleItemRequestId empty new) (drop);
        /// When the message was made.
        timestamp: DateTime                               => (4 timestamp one)                   (3 timestamp one);
        /// The requester's id of the request.
        requesting_agency_request_id: String              => (5 requestingAgencyRequestId one)   (4 requestingAgencyRequestId one);
        /// The supplier's id of the request.
        supplying_agency_request_id: Option<String>       => (6 supplyingAgencyRequestId opt)    (5 supplyingAgencyRequestId opt);
        /// How the requester proves who it is; a supplier has no use for it (1.2).
        requesting_agency_authentication: Option<RequestingAgencyAuthentication>
                                                          => (7 requestingAgencyAuthentication opt)
                                                                                                 (drop);
    }
}

element! {
    /// Where the request stands.
    pub struct StatusInfo {
        /// The status.
        status: Status                                    => (1 status forgiven)                 (1 status forgiven);
        /// When delivery is expected.
        expected_delivery_date: Option<DateTime>          => (2 expectedDeliveryDate opt)        (2 expectedDeliveryDate opt);
        /// When the item is due back.
        due_date: Option<DateTime>                        => (3 dueDate opt)                     (3 dueDate opt);
        /// When the status last changed.
        last_change: DateTime                             => (4 lastChange forgiven)             (4 lastChange forgiven);
    }
}

element! {
    /// On what terms a retry may succeed (2021).
    pub struct RetryInfo {
        /// Conditions to accept.
        loan_condition: Vec<Open<LoanCondition>>          => (note "Loan condition")             (1 loanCondition many);
        /// Editions available.
        edition: Vec<String>                              => (note "Edition")                    (2 edition many);
        /// Forms available.
        item_format: Vec<Open<ItemFormat>>                => (note "Format")                     (3 itemFormat many);
        /// Volumes available.
        volume: Vec<String>                               => (note "Volume")                     (4 volume many);
        /// Service available.
        service_type: Option<ServiceType>                 => (note "Service type")               (5 serviceType opt);
        /// Levels available.
        service_level: Vec<Open<ServiceLevel>>            => (note "Service level")              (6 serviceLevel many);
        /// Ways of delivery available.
        delivery_method: Vec<Open<DeliveryMethod>>        => (note "Delivery method")            (7 deliveryMethod many);
        /// Couriers available.
        courier_name: Vec<Open<CourierName>>              => (note "Courier")                    (8 courierName many);
        /// What it would cost (1.2: the first in `messageInfo`).
        offered_costs: Vec<Costs>                         => (note "Offered costs")              (9 offeredCosts many);
        /// Ways to pay.
        payment_method: Vec<Open<PaymentMethod>>          => (note "Payment method")             (10 paymentMethod many);
        /// The offer ends (1.2: in `messageInfo`).
        retry_before: Option<DateTime>                    => (moved)                             (11 retryBefore opt);
        /// The offer begins (1.2: in `messageInfo`).
        retry_after: Option<DateTime>                     => (moved)                             (12 retryAfter opt);
    }
}

element! {
    /// What was sent, how, and on what terms.
    pub struct DeliveryInfo {
        /// When. Mandatory, also where nothing was sent yet.
        date_sent: DateTime                               => (1 dateSent forgiven)               (1 dateSent forgiven);
        /// The items sent; 1.2 has room for one.
        item_id: Vec<String>                              => (2 itemId opt join)                 (2 itemId many);
        /// Where a copy can be fetched (1.2: in `itemId`, beside `sentVia` URL).
        url: Option<String>                               => (note "URL")                        (3 URL opt);
        /// How it was sent (`sentVia` in 1.2).
        delivery_method: Option<Open<DeliveryMethod>>     => (3 sentVia opt)                     (4 deliveryMethod opt);
        /// To where (2021).
        address: Option<Address>                          => (note "Delivered to")               (5 address opt);
        /// Whether it went straight to the patron.
        sent_to_patron: Option<bool>                      => (4 sentToPatron opt)                (6 sentToPatron opt);
        /// Conditions of the loan; 1.2 has room for one.
        loan_condition: Vec<Open<LoanCondition>>          => (5 loanCondition opt)               (7 loanCondition many);
        /// In which form (`deliveredFormat` in 1.2).
        item_format: Option<Open<ItemFormat>>             => (6 deliveredFormat opt)             (8 itemFormat opt);
        /// Copy or loan (2021).
        service_type: Option<ServiceType>                 => (note "Service type")               (9 serviceType opt);
        /// What it cost; 1.2 has room for one.
        delivery_costs: Vec<Costs>                        => (7 deliveryCosts opt)               (10 deliveryCosts many);
        /// How it is to be paid (2021).
        payment_method: Option<Open<PaymentMethod>>       => (note "Payment method")             (11 paymentMethod opt);
    }
}

element! {
    /// How the parcel travels (2021).
    pub struct ShippingInfo {
        /// By whom.
        courier_name: Option<Open<CourierName>>           => (note "Courier")                    (1 courierName opt);
        /// Under which numbers.
        tracking_id: Vec<String>                          => (note "Tracking id")                (2 trackingId many);
        /// Whether it is insured.
        insurance: Option<YesNo>                          => (note "Insurance")                  (3 insurance opt);
        /// Whether by somebody else.
        insurance_third_party: Option<YesNo>              => (note "Insurance by third party")   (4 insuranceThirdParty opt);
        /// By whom.
        third_party_name: Option<String>                  => (note "Insurer")                    (5 thirdPartyName opt);
        /// For how much.
        insurance_costs: Vec<Costs>                       => (note "Insurance costs")            (6 insuranceCosts many);
    }
}

element! {
    /// Where to return the item.
    pub struct ReturnInfo {
        /// To which library.
        return_agency_id: Option<AgencyId>                => (1 returnAgencyId opt)              (1 returnAgencyId opt);
        /// Its name.
        name: Option<String>                              => (2 name opt)                        (2 name opt);
        /// Its address.
        physical_address: Option<PhysicalAddress>         => (3 physicalAddress opt)             (3 physicalAddress opt);
    }
}
