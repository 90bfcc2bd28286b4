//! The messages as they stand on the wire, where that differs from the model.
//!
//! 1.2 has the costs and dates of a retry in `messageInfo`, 2021-2 in `retryInfo`. The model knows one home for
//! them, `retryInfo`; the tables here have both, and the conversions move the values. So they do with the link of a
//! copy ([`crate::link`]).

use crate::{
    Costs, DateTime, DeliveryInfo, Message, Open, ReasonForMessage, ReasonRetry, ReasonUnfilled, Request,
    RequestConfirmation, RequestingAgencyMessage, RequestingAgencyMessageConfirmation, RetryInfo, ReturnInfo,
    ShippingInfo, StatusInfo, SupplyingAgencyMessageConfirmation, SupplyingAgencyMessageHeader, YesNo,
};

choice! {
    /// The envelope `ISO18626Message`.
    pub(crate) enum Envelope {                                      // 1.2                         2021-2
        Request(Request)                                             => (1 request one)             (1 request one);
        RequestConfirmation(RequestConfirmation)                     => (2 requestConfirmation one) (2 requestConfirmation one);
        SupplyingAgencyMessage(SupplyingAgencyMessage)           => (3 supplyingAgencyMessage one)
                                                                                                    (3 supplyingAgencyMessage one);
        SupplyingAgencyMessageConfirmation(SupplyingAgencyMessageConfirmation)
                                                                     => (4 supplyingAgencyMessageConfirmation one)
                                                                                                    (4 supplyingAgencyMessageConfirmation one);
        RequestingAgencyMessage(RequestingAgencyMessage)             => (5 requestingAgencyMessage one)
                                                                                                    (5 requestingAgencyMessage one);
        RequestingAgencyMessageConfirmation(RequestingAgencyMessageConfirmation)
                                                                     => (6 requestingAgencyMessageConfirmation one)
                                                                                                    (6 requestingAgencyMessageConfirmation one);
    }
}

impl Default for Envelope {
    fn default() -> Self {
        Envelope::Request(Request::default())
    }
}

element! {
    /// A supplier tells where a request stands.
    pub(crate) struct SupplyingAgencyMessage {       // 1.2                            2021-2
        header: SupplyingAgencyMessageHeader              => (1 header one)                  (1 header one);
        message_info: MessageInfo                     => (2 messageInfo one)             (2 messageInfo one);
        status_info: StatusInfo                           => (3 statusInfo forgiven)         (3 statusInfo forgiven);
        retry_info: Option<RetryInfo>                     => (note "Retry")                  (4 retryInfo opt);
        delivery_info: Option<DeliveryInfo>               => (4 deliveryInfo opt)            (5 deliveryInfo opt);
        shipping_info: Option<ShippingInfo>               => (note "Shipping")               (6 shippingInfo opt);
        return_info: Option<ReturnInfo>                   => (5 returnInfo opt)              (7 returnInfo opt);
    }
}

element! {
    /// Why the supplier writes.
    pub(crate) struct MessageInfo {
        reason_for_message: ReasonForMessage              => (1 reasonForMessage one)        (1 reasonForMessage one);
        answer_yes_no: Option<YesNo>                      => (2 answerYesNo opt)             (2 answerYesNo opt);
        note: Option<String>                              => (3 note opt)                    (3 note opt);
        reason_unfilled: Option<Open<ReasonUnfilled>>     => (4 reasonUnfilled opt)          (4 reasonUnfilled opt);
        reason_retry: Option<Open<ReasonRetry>>           => (5 reasonRetry opt)             (5 reasonRetry opt);
        offered_costs: Option<Costs>                      => (6 offeredCosts opt)            (moved);
        retry_after: Option<DateTime>                     => (7 retryAfter opt)              (moved);
        retry_before: Option<DateTime>                    => (8 retryBefore opt)             (moved);
    }
}

impl From<Envelope> for Message {
    fn from(envelope: Envelope) -> Self {
        match envelope {
            Envelope::Request(m) => Message::Request(m),
            Envelope::RequestConfirmation(m) => Message::RequestConfirmation(m),
            Envelope::SupplyingAgencyMessage(m) => Message::SupplyingAgencyMessage(m.into()),
            Envelope::SupplyingAgencyMessageConfirmation(m) => Message::SupplyingAgencyMessageConfirmation(m),
            Envelope::RequestingAgencyMessage(m) => Message::RequestingAgencyMessage(m),
            Envelope::RequestingAgencyMessageConfirmation(m) => {
                Message::RequestingAgencyMessageConfirmation(m)
            }
        }
    }
}

impl From<Message> for Envelope {
    fn from(message: Message) -> Self {
        match message {
            Message::Request(m) => Envelope::Request(m),
            Message::RequestConfirmation(m) => Envelope::RequestConfirmation(m),
            Message::SupplyingAgencyMessage(m) => Envelope::SupplyingAgencyMessage(m.into()),
            Message::SupplyingAgencyMessageConfirmation(m) => Envelope::SupplyingAgencyMessageConfirmation(m),
            Message::RequestingAgencyMessage(m) => Envelope::RequestingAgencyMessage(m),
            Message::RequestingAgencyMessageConfirmation(m) => {
                Envelope::RequestingAgencyMessageConfirmation(m)
            }
        }
    }
}

impl From<SupplyingAgencyMessage> for crate::SupplyingAgencyMessage {
    /// To the model: what 1.2 has in `messageInfo` goes to `retryInfo`.
    fn from(wire: SupplyingAgencyMessage) -> Self {
        let info = wire.message_info;
        let mut retry_info = wire.retry_info;
        if info.offered_costs.is_some() || info.retry_after.is_some() || info.retry_before.is_some() {
            let retry = retry_info.get_or_insert_default();
            retry.offered_costs.extend(info.offered_costs);
            retry.retry_after = retry.retry_after.take().or(info.retry_after);
            retry.retry_before = retry.retry_before.take().or(info.retry_before);
        }
        let mut delivery_info = wire.delivery_info;
        if let Some(delivery) = &mut delivery_info {
            delivery.link_to_its_home();
        }
        crate::SupplyingAgencyMessage {
            header: wire.header,
            message_info: crate::MessageInfo {
                reason_for_message: info.reason_for_message,
                answer_yes_no: info.answer_yes_no,
                note: info.note,
                reason_unfilled: info.reason_unfilled,
                reason_retry: info.reason_retry,
            },
            status_info: wire.status_info,
            retry_info,
            delivery_info,
            shipping_info: wire.shipping_info,
            return_info: wire.return_info,
        }
    }
}

impl From<crate::SupplyingAgencyMessage> for SupplyingAgencyMessage {
    /// To the wire, with everything where 2021-2 has it; a conversion to 1.2 moves it from there.
    fn from(model: crate::SupplyingAgencyMessage) -> Self {
        let info = model.message_info;
        SupplyingAgencyMessage {
            header: model.header,
            message_info: MessageInfo {
                reason_for_message: info.reason_for_message,
                answer_yes_no: info.answer_yes_no,
                note: info.note,
                reason_unfilled: info.reason_unfilled,
                reason_retry: info.reason_retry,
                ..MessageInfo::default()
            },
            status_info: model.status_info,
            retry_info: model.retry_info,
            delivery_info: model.delivery_info,
            shipping_info: model.shipping_info,
            return_info: model.return_info,
        }
    }
}
