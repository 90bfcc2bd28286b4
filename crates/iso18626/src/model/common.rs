//! Elements that several messages share.

use crate::{
    AgencyIdType, BibliographicRecordIdCode, Country, CurrencyCode, Decimal, ElectronicAddressType, Open,
    Region, Secret,
};

element! {
    /// A library's symbol: whose list it is in, and the symbol itself.
    pub struct AgencyId {             // 1.2                             2021-2
        /// Whose symbols these are, such as ISIL.
        id_type: Open<AgencyIdType>    => (1 agencyIdType one)             (1 agencyIdType one);
        /// The symbol.
        value: String                  => (2 agencyIdValue one)            (2 agencyIdValue one);
    }
}

element! {
    /// An amount of money.
    pub struct Costs {
        /// ISO 4217.
        currency_code: Open<CurrencyCode>  => (1 currencyCode one)         (1 currencyCode one);
        /// The amount, to the letter.
        monetary_value: Decimal            => (2 monetaryValue one)        (2 monetaryValue one);
    }
}

choice! {
    /// An address: electronic or physical, never both.
    pub enum Address {
        /// An e-mail address and the like.
        Electronic(ElectronicAddress)      => (1 electronicAddress one)    (1 electronicAddress one);
        /// A place on a street.
        Physical(PhysicalAddress)          => (2 physicalAddress one)      (2 physicalAddress one);
    }
}

impl Default for Address {
    fn default() -> Self {
        Address::Physical(PhysicalAddress::default())
    }
}

element! {
    /// An electronic address.
    pub struct ElectronicAddress {
        /// What kind it is.
        address_type: Open<ElectronicAddressType>  => (1 electronicAddressType one) (1 electronicAddressType one);
        /// The address.
        data: String                               => (2 electronicAddressData one) (2 electronicAddressData one);
    }
}

element! {
    /// A postal address.
    pub struct PhysicalAddress {
        /// First line.
        line1: Option<String>            => (1 line1 opt)                  (1 line1 opt);
        /// Second line.
        line2: Option<String>            => (2 line2 opt)                  (2 line2 opt);
        /// Town.
        locality: Option<String>         => (3 locality opt)               (3 locality opt);
        /// Postal code.
        postal_code: Option<String>      => (4 postalCode opt)             (4 postalCode opt);
        /// ISO 3166-2; a plain string in 2021.
        region: Option<Open<Region>>     => (5 region opt)                 (5 region opt plain);
        /// ISO 3166-1.
        country: Option<Open<Country>>   => (6 country opt)                (6 country opt);
    }
}

element! {
    /// A record's number in somebody's catalogue.
    pub struct BibliographicRecordId {
        /// Whose catalogue.
        code: Open<BibliographicRecordIdCode>
                                         => (1 bibliographicRecordIdentifierCode one) (1 bibliographicRecordIdentifierCode one);
        /// The number.
        identifier: String               => (2 bibliographicRecordIdentifier one)     (2 bibliographicRecordIdentifier one);
    }
}

element! {
    /// How a requester proves who it is inside the message.
    pub struct RequestingAgencyAuthentication {
        /// Account.
        account_id: Option<String>       => (1 accountId opt)              (1 accountId opt);
        /// Secret. Never logged.
        #[serde(skip)]
        security_code: Option<Secret>    => (2 securityCode opt)           (2 securityCode opt);
    }
}
