//! The request message.

use crate::{
    Address, AgencyId, BibliographicItemIdCode, BibliographicRecordId, BillingMethod, CopyrightCompliance,
    Costs, CourierName, DateTime, DeliveryMethod, ItemFormat, LoanCondition, Open, PatronType, PaymentMethod,
    PreferredEdition, PublicationType, RequestSubType, RequestType, RequestingAgencyAuthentication,
    ServiceLevel, ServiceType, YesNo,
};

element! {
    /// A requester asks for something.
    pub struct Request {                                 // 1.2                            2021-2
        /// Who asks whom, when, under which id.
        header: RequestHeader                             => (1 header one)                  (1 header one);
        /// What is asked for.
        bibliographic_info: BibliographicInfo             => (2 bibliographicInfo one)       (2 bibliographicInfo one);
        /// Who published it, and when.
        publication_info: Option<PublicationInfo>         => (3 publicationInfo opt)         (3 publicationInfo opt);
        /// Which service, and on what terms. Mandatory in 2021.
        service_info: Option<ServiceInfo>                 => (4 serviceInfo opt)             (4 serviceInfo forgiven);
        /// Suppliers that are known or thought to have it.
        supplier_info: Vec<SupplierInfo>                  => (5 supplierInfo many)           (5 supplierInfo many);
        /// Where to deliver, in order of preference.
        requested_delivery_info: Vec<RequestedDeliveryInfo>
                                                          => (6 requestedDeliveryInfo many)  (6 requestedDeliveryInfo many);
        /// Who the requester is.
        requesting_agency_info: Option<RequestingAgencyInfo>
                                                          => (7 requestingAgencyInfo opt)    (7 requestingAgencyInfo opt);
        /// Who the patron is.
        patron_info: Option<PatronInfo>                   => (8 patronInfo opt)              (8 patronInfo opt);
        /// Who pays, how, and at most how much.
        billing_info: Option<BillingInfo>                 => (9 billingInfo opt)             (9 billingInfo opt);
    }
}

element! {
    /// Who asks whom, when, under which id.
    pub struct RequestHeader {
        /// The supplier addressed; a 2021 request may leave it out.
        supplying_agency_id: Option<AgencyId>             => (1 supplyingAgencyId forgiven)      (1 supplyingAgencyId opt);
        /// The requester.
        requesting_agency_id: AgencyId                    => (2 requestingAgencyId one)          (2 requestingAgencyId one);
        /// The consortium on whose behalf (2021).
        consortial_id: Option<AgencyId>                   => (drop)                              (3 consortialId opt);
        /// What several requests have in common. Mandatory in 1.2, where it may be empty; not in 1.1.
        multiple_item_request_id: Option<String>          => (3 multipleItemRequestId empty new) (4 multipleItemRequestId opt);
        /// When the message was made.
        timestamp: DateTime                               => (4 timestamp one)                   (5 timestamp one);
        /// The requester's id of the request: unique per requester.
        requesting_agency_request_id: String              => (5 requestingAgencyRequestId one)   (6 requestingAgencyRequestId one);
        /// The supplier's id of the request (1.2).
        supplying_agency_request_id: Option<String>       => (6 supplyingAgencyRequestId opt)    (drop);
        /// How the requester proves who it is.
        requesting_agency_authentication: Option<RequestingAgencyAuthentication>
                                                          => (7 requestingAgencyAuthentication opt)
                                                                                                 (7 requestingAgencyAuthentication opt);
    }
}

element! {
    /// What is asked for.
    pub struct BibliographicInfo {
        /// The record's id in the supplier's own catalogue.
        supplier_unique_record_id: Option<String>         => (1 supplierUniqueRecordId opt)      (1 supplierUniqueRecordId opt);
        /// Title.
        title: Option<String>                             => (2 title opt)                       (2 title opt);
        /// Author.
        author: Option<String>                            => (3 author opt)                      (3 author opt);
        /// ISNI of the author (2021).
        author_id: Option<String>                         => (note "Author id")                  (4 authorId opt);
        /// Subtitle.
        subtitle: Option<String>                          => (4 subtitle opt)                    (5 subtitle opt);
        /// Series.
        series_title: Option<String>                      => (5 seriesTitle opt)                 (6 seriesTitle opt);
        /// Edition.
        edition: Option<String>                           => (6 edition opt)                     (7 edition opt);
        /// Title of the article or chapter.
        title_of_component: Option<String>                => (7 titleOfComponent opt)            (8 titleOfComponent opt);
        /// Author of the article or chapter.
        author_of_component: Option<String>               => (8 authorOfComponent opt)           (9 authorOfComponent opt);
        /// Volumes; 1.2 can name one.
        volume: Vec<String>                               => (9 volume opt join)                 (10 volume many);
        /// Issue.
        issue: Option<String>                             => (10 issue opt)                      (11 issue opt);
        /// Pages.
        pages_requested: Option<String>                   => (11 pagesRequested opt)             (12 pagesRequested opt);
        /// How many pages that may be.
        estimated_no_pages: Option<String>                => (12 estimatedNoPages opt)           (13 estimatedNoPages opt);
        /// ISBN, ISSN and the like.
        bibliographic_item_id: Vec<BibliographicItemId>   => (13 bibliographicItemId many)       (14 bibliographicItemId many);
        /// Sponsor.
        sponsor: Option<String>                           => (14 sponsor opt)                    (15 sponsor opt);
        /// Where the citation was found.
        information_source: Option<String>                => (15 informationSource opt)          (16 informationSource opt);
        /// Record numbers in union catalogues.
        bibliographic_record_id: Vec<BibliographicRecordId>
                                                          => (16 bibliographicRecordId many)     (17 bibliographicRecordId many);
    }
}

element! {
    /// An ISBN, ISSN or the like. The two editions order its elements differently.
    pub struct BibliographicItemId {
        /// What kind of number.
        code: Open<BibliographicItemIdCode>               => (2 bibliographicItemIdentifierCode one)
                                                                                                 (1 bibliographicItemIdentifierCode one);
        /// The number.
        identifier: String                                => (1 bibliographicItemIdentifier one) (2 bibliographicItemIdentifier one);
    }
}

element! {
    /// Who published it, and when.
    pub struct PublicationInfo {
        /// Publisher.
        publisher: Option<String>                         => (1 publisher opt)                   (1 publisher opt);
        /// ISNI of the publisher (2021).
        publisher_id: Option<String>                      => (note "Publisher id")               (2 publisherId opt);
        /// Kind of publication.
        publication_type: Option<Open<PublicationType>>   => (2 publicationType opt)             (3 publicationType opt);
        /// Date, in words.
        publication_date: Option<String>                  => (3 publicationDate opt)             (4 publicationDate opt);
        /// Place.
        place_of_publication: Option<String>              => (4 placeOfPublication opt)          (5 placeOfPublication opt);
    }
}

element! {
    /// Which service, and on what terms.
    pub struct ServiceInfo {
        /// New, retry or reminder; new where it is left out.
        request_type: Option<RequestType>                 => (1 requestType opt)                 (1 requestType opt);
        /// Particulars; 1.2 takes three, 1.1 none.
        request_sub_type: Vec<RequestSubType>             => (2 requestSubType many 3 new)       (2 requestSubType many);
        /// The request that this one repeats.
        requesting_agency_previous_request_id: Option<String>
                                                          => (3 requestingAgencyPreviousRequestId opt)
                                                                                                 (3 requestingAgencyPreviousRequestId opt);
        /// Copy, loan or either.
        service_type: ServiceType                         => (4 serviceType one)                 (4 serviceType one);
        /// How fast.
        service_level: Option<Open<ServiceLevel>>         => (5 serviceLevel opt)                (5 serviceLevel opt);
        /// In which form (`preferredFormat` in 1.2).
        item_format: Option<Open<ItemFormat>>             => (6 preferredFormat opt)             (6 itemFormat opt);
        /// Of no use after this.
        need_before_date: Option<DateTime>                => (7 needBeforeDate opt)              (7 needBeforeDate opt);
        /// Under what copyright rule.
        copyright_compliance: Option<Open<CopyrightCompliance>>
                                                          => (8 copyrightCompliance opt)         (8 copyrightCompliance opt);
        /// Whether any edition will do; deprecated in 2021.
        any_edition: Option<YesNo>                        => (9 anyEdition opt)                  (9 anyEdition opt);
        /// Which edition is wanted (2021).
        preferred_edition: Option<PreferredEdition>       => (moved)                             (10 preferredEdition opt);
        /// What loan conditions the requester can accept (2021).
        loan_condition: Vec<Open<LoanCondition>>          => (note "Loan condition")             (11 loanCondition many);
        /// For a booking: from. Not in 1.1.
        start_date: Option<DateTime>                      => (10 startDate opt new)              (12 startDate opt);
        /// For a booking: to. Not in 1.1.
        end_date: Option<DateTime>                        => (11 endDate opt new)                (13 endDate opt);
        /// In words.
        note: Option<String>                              => (12 note opt)                       (14 note opt);
    }
}

element! {
    /// A supplier that is known or thought to have it.
    pub struct SupplierInfo {
        /// Order of preference.
        sort_order: Option<String>                        => (1 sortOrder opt integer)           (1 sortOrder opt integer0);
        /// Its symbol.
        supplier_code: Option<AgencyId>                   => (2 supplierCode opt)                (2 supplierCode opt);
        /// Its name or description.
        supplier_description: Option<String>              => (3 supplierDescription opt)         (3 supplierDescription opt);
        /// Its record.
        bibliographic_record_id: Option<BibliographicRecordId>
                                                          => (4 bibliographicRecordId opt)       (4 bibliographicRecordId opt);
        /// Its call number.
        call_number: Option<String>                       => (5 callNumber opt)                  (5 callNumber opt);
        /// What it holds.
        summary_holdings: Option<String>                  => (6 summaryHoldings opt)             (6 summaryHoldings opt);
        /// Whether it is available.
        availability_note: Option<String>                 => (7 availabilityNote opt)            (7 availabilityNote opt);
    }
}

element! {
    /// Where to deliver.
    pub struct RequestedDeliveryInfo {
        /// Order of preference.
        sort_order: Option<String>                        => (1 sortOrder opt integer)           (1 sortOrder opt integer0);
        /// The address.
        address: Option<Address>                          => (2 address opt)                     (2 address opt);
        /// How (2021).
        delivery_method: Option<Open<DeliveryMethod>>     => (note "Delivery method")            (3 deliveryMethod opt);
        /// By whom (2021).
        courier_name: Option<Open<CourierName>>           => (note "Courier")                    (4 courierName opt);
    }
}

element! {
    /// Who the requester is.
    pub struct RequestingAgencyInfo {
        /// Its name.
        name: Option<String>                              => (1 name opt)                        (1 name opt);
        /// Whom to ask for.
        contact_name: Option<String>                      => (2 contactName opt)                 (2 contactName opt);
        /// Its addresses.
        address: Vec<Address>                             => (3 address many)                    (3 address many);
    }
}

element! {
    /// Who the patron is. Kept sealed; never in events, state or logs.
    pub struct PatronInfo {
        /// Card number or the like.
        patron_id: Option<String>                         => (1 patronId opt)                    (1 patronId opt);
        /// Family name.
        surname: Option<String>                           => (2 surname opt)                     (2 surname opt);
        /// Given name.
        given_name: Option<String>                        => (3 givenName opt)                   (3 givenName opt);
        /// Kind of patron.
        patron_type: Option<Open<PatronType>>             => (4 patronType opt)                  (4 patronType opt);
        /// Whether to send straight to the patron.
        send_to_patron: Option<YesNo>                     => (5 sendToPatron opt)                (5 sendToPatron opt);
        /// Addresses.
        address: Vec<Address>                             => (6 address many)                    (6 address many);
    }
}

element! {
    /// Who pays, how, and at most how much.
    pub struct BillingInfo {
        /// Means of payment.
        payment_method: Option<Open<PaymentMethod>>       => (1 paymentMethod opt)               (1 paymentMethod opt);
        /// At most this much.
        maximum_costs: Option<Costs>                      => (2 maximumCosts opt)                (2 maximumCosts opt);
        /// How it is billed.
        billing_method: Option<Open<BillingMethod>>       => (3 billingMethod opt)               (3 billingMethod opt);
        /// To whom.
        billing_name: Option<String>                      => (4 billingName opt)                 (4 billingName opt);
        /// Where.
        address: Option<Address>                          => (5 address opt)                     (5 address opt);
    }
}
