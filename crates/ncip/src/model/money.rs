//! Amounts and accounts.

use crate::model::{AgencyId, DateTime, Ext, Integer, ItemDetails, RequestId, SchemeValue};

element! {
    /// An amount of money, in the smallest unit of its currency.
    pub struct Amount {
        currency_code: SchemeValue => (CurrencyCode one);
        monetary_value: Integer    => (MonetaryValue one);
        ext: Option<Ext>           => (drop) (Ext opt);
    }
}

element! {
    /// A user's account.
    pub struct UserFiscalAccount {
        account_balance: Amount               => (AccountBalance one);
        account_detailss: Vec<AccountDetails> => (AccountDetails many);
        ext: Option<Ext>                      => (drop) (Ext opt);
    }
}

element! {
    /// One entry of an account.
    pub struct AccountDetails {
        accrual_date: DateTime                                   => (AccrualDate one);
        fiscal_transaction_information: FiscalTransactionInformation => (FiscalTransactionInformation one);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
}

element! {
    /// One transaction.
    pub struct FiscalTransactionInformation {
        fiscal_action_type: SchemeValue                          => (FiscalActionType one);
        fiscal_transaction_reference_id: Option<FiscalTransactionReferenceId> => (FiscalTransactionReferenceId opt);
        related_fiscal_transaction_reference_ids: Vec<FiscalTransactionReferenceId> => (RelatedFiscalTransactionReferenceId many);
        fiscal_transaction_type: SchemeValue                     => (FiscalTransactionType one);
        valid_from_date: Option<DateTime>                        => (ValidFromDate opt);
        valid_to_date: Option<DateTime>                          => (ValidToDate opt);
        amount: Amount                                           => (Amount one);
        payment_method_type: Option<SchemeValue>                 => (PaymentMethodType opt);
        fiscal_transaction_description: Option<String>           => (FiscalTransactionDescription opt);
        request_id: Option<RequestId>                            => (UniqueRequestId opt) (RequestId opt);
        item_details: Option<ItemDetails>                        => (ItemDetails opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
}

element! {
    /// Names a transaction.
    pub struct FiscalTransactionReferenceId {
        agency_id: AgencyId                         => (UniqueAgencyId one) (AgencyId one);
        fiscal_transaction_identifier_value: String => (FiscalTransactionIdentifierValue one);
        ext: Option<Ext>                            => (drop) (Ext opt);
    }
}

impl Amount {
    /// An amount in the smallest unit of a currency.
    pub fn new(currency: impl Into<SchemeValue>, value: i64) -> Self {
        Amount { currency_code: currency.into(), monetary_value: value.into(), ..Amount::default() }
    }
}
