//! The ways in which a reference subject can be wrong.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The confirmation names another request.
    WrongEcho,
    /// Messages have no namespace.
    LostNamespace,
    /// The version attribute is not qualified.
    BareVersion,
    /// A confirmation repeats a timestamp without its offset.
    DroppedOffset,
    /// A status from a supplier that was passed over is relayed.
    StatusOutOfOrder,
    /// A repeat has its effect a second time.
    DoubleEffect,
    /// Messages get no confirmation, only 200.
    ForgottenConfirmation,
    /// What is sent again has a new timestamp.
    RestampedResend,
    /// An Unfilled on the way is relayed as an answer.
    InterimUnfilled,
    /// All suppliers are asked at once.
    EverybodyAtOnce,
    /// A late WillSupply is not cancelled.
    NoCancelForTheLate,
    /// An accepted cancel does not stop the rota.
    CancelDoesNotStop,
    /// The supplier's reason is copied upstream.
    CopiedReason,
    /// The requester's id is used downstream.
    SharedIds,
    /// The supplier's id is not echoed.
    ForgottenSupplierId,
    /// A decimal cost goes through a float.
    FloatCosts,
    /// A Notification is taken for an answer.
    NotificationCounts,
    /// Elements come in the other edition's order.
    WrongOrder,
    /// A DOCTYPE and its entities are expanded.
    ExpandsEntities,
    /// Anybody may speak about any request.
    AnybodySpeaks,
    /// An item in custody is completed by a timer.
    TimerEndsCustody,
    /// A silent supplier is waited for for ever.
    WaitsForEver,
    /// HTML with 200 counts as delivered.
    HtmlIsDelivered,
    /// A confirmation about another request counts as delivered.
    AnyConfirmation,
    /// A confirmation of another kind counts as delivered.
    AnyKindConfirms,
    /// Listed values go out without their list.
    BareValues,
    /// An ERROR confirmation under HTTP 400 counts as not delivered.
    IgnoresErrorBody,
    /// A decline ends the whole request.
    DeclineEnds,
    /// A retry goes to the next supplier.
    RetryGoesOn,
    /// Codes lose their scheme.
    LostScheme,
    /// The requester's secret goes downstream.
    LeaksSecret,
    /// A redirect is followed.
    FollowsRedirect,
    /// A retry that was taken up is told as possible once more.
    StaleRetry,
    /// This status, where it crosses a Cancel, is taken for an answer to it: N. `Conditional` is a WillSupply with a condition.
    RefusesCancel(&'static str),
    /// Retries are taken without end.
    RetriesWithoutEnd,
    /// A circle in which ids are rewritten is not seen.
    NeverSeesCircles,
    /// Listed values go out with a list of something else.
    WrongList,
    /// A request is confirmed at once, and known a while later.
    BooksLate,
    /// Each RetryPossible is taken up at once.
    RetriesByItself,
    /// A request of its own that comes back is taken for a new one.
    TakesItsOwnBack,
    /// A retry of a request of its own that comes back is taken for a new one.
    RetriesItsOwn,
    /// A Notification of one library's no ends the leg of a broker below.
    InterimNoEnds,
    /// What names a supplier goes to that one, whoever has the loan.
    LeftBehind,
    /// Who does not know a request yet is told nothing again.
    RefusalIsFinal,
    /// Two final answers.
    DoubleAnswer,
    /// An answer lacks its yes or no.
    ForgottenAnswer,
    /// Unfilled and RetryPossible have no reason.
    ForgottenReason,
    /// A StatusRequest is confirmed and not answered.
    SilentOnStatus,
    /// A retry does not name the request before.
    ForgottenPrevious,
    /// Received is sent as a Notification.
    WrongAction,
    /// A request is sent until it is confirmed, though it was answered, and what follows waits behind it.
    RepeatsWhatIsAnswered,
    /// A repeat of a request that was answered is refused.
    RefusesRepeats,
    /// A repeat of a request that was answered is booked once more.
    BooksRepeats,
    /// Unknown actions are confirmed OK.
    AnyActionGoes,
}
