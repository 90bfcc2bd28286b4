//! The table of acts. Must hold nothing else.

use iso18626::{ReasonRetry, ReasonUnfilled};
use loan_model::ils::StepId;
use serde::{Deserialize, Serialize};

use super::{
    ActError,
    declare::acts,
    fields::Fields,
    groups::{Cost, Patch, Terms},
    reader::Reader,
    values::{Answer, DayOrTime, VolumeRef},
};

acts! {
    NextSupplier "next-supplier" (Brokering)
        "Passes the current supplier over, which is sent a cancel, and asks the next one.";
    NeverLeft "never-left" (Brokering Borrowing)
        "Notes that an item that was said to be sent never left: the next supplier is asked. A borrower cancels with the broker and asks anew.";
    WasLent "was-lent" (Brokering)
        "Notes that what a supplier said, and what nothing had led up to, is so: it lent the item or delivered a copy, and the request goes on from there.";
    WasNotLent "was-not-lent" (Brokering)
        "Notes that a supplier that said so has lent nothing: it is out of it, and the next one is asked.";
    LocateAgain "locate-again" (Brokering)
        "Looks for suppliers again; those that have been asked are left out.";

    Send "send" (Borrowing)
        "Sends the request to the broker.";
    Edit "edit" (Borrowing) needs any {
        ..patch: Box<Patch>;
        need_before: Option<DayOrTime> => "The item is of no use after this.";
    }
        "Corrects what is asked for, before it is sent or sent again."
        example [title "Dune", author "Herbert, Frank"];
    SetPickup "set-pickup" (Borrowing) {
        place: Option<String> => "Where; if it is left out, where the library's settings say.";
    }
        "Sets where the patron picks it up."
        example [place "Branch 2"];
    Cancel "cancel" (Borrowing)
        "Cancels the request for the patron: where it has been sent, the broker is asked to cancel it.";
    AgreeCondition "agree-condition" (Brokering Borrowing)
        "Agrees to the supplier's condition for the requester; the supplier is told.";
    DeclineCondition "decline-condition" (Brokering Borrowing)
        "Declines the supplier's condition for the requester; the supplier is told, and the next one is asked.";
    CancelRequest "cancel-request" (Brokering)
        "Cancels the request for the requester: the supplier is asked to cancel, and the requester is told how it ends.";
    Retry "retry" (Borrowing)
        "Sends the request again on the terms that the supplier named.";
    Receive "receive" (Borrowing) {
        volumes: Vec<VolumeRef> => "Which volumes have come; if it is left out, all that are on their way. One without a barcode is named by its number, a new one by the next number.";
    }
        "Notes that volumes have come; the supplier is told when the last one has."
        example [volumes "31183004" "31183005"];
    CopyReceived "copy-received" (Borrowing) {
        url: Option<String> => "Where it can be fetched, if it is kept somewhere.";
    }
        "Notes that the copy has come, which ends the request."
        example [url "https://files.example.org/article.pdf"];
    PickUp "pick-up" (Borrowing) {
        volumes: Vec<VolumeRef> => "Which; if it is left out, all that are here.";
    }
        "Notes that the patron takes the volumes; the ILS is asked to lend them."
        example [volumes "31183004"];
    CheckIn "check-in" (Borrowing) {
        volumes: Vec<VolumeRef> => "Which; if it is left out, all that are here or with the patron.";
    }
        "Notes that the patron has brought the volumes back; the ILS is asked to take them back."
        example [volumes "31183004"];
    Renew "renew" (Borrowing)
        "Asks the supplier whether the patron may keep it longer.";
    ShipBack "ship-back" (Borrowing) {
        volumes: Vec<VolumeRef> => "Which; if it is left out, all that are here.";
    }
        "Notes that the volumes go back; the supplier is told when the last one does."
        example [volumes "31183004"];
    ReportLost "report-lost" (Borrowing) {
        volumes: Vec<VolumeRef> => "Which; if it is left out, every one that can be.";
    }
        "Notes that volumes are lost, and tells the supplier."
        example [volumes "31183004"];
    ReportDamaged "report-damaged" (Borrowing) {
        volumes: Vec<VolumeRef> => "Which; if it is left out, every one that can be.";
        note: String => "What is damaged; the supplier reads it.";
    }
        "Notes that volumes are damaged, and tells the supplier how."
        example [note "Page 12 is torn", volumes "31183004"];
    Charge "charge" (Borrowing) {
        ..cost: Cost;
    }
        "Asks the ILS to charge the patron."
        example [amount "5.00", currency "USD"];

    WillSupply "will-supply" (Lending)
        "Promises to supply it; the requester is told.";
    Conditional "conditional" (Lending) {
        ..terms: Terms;
    }
        "Offers to supply it on a condition, at a cost, or both; the requester must agree or decline."
        example [condition "LibraryUseOnly", amount "12.50", currency "USD"];
    RetryLater "retry-later" (Lending) {
        reason: ReasonRetry => "Why it cannot be supplied now.";
        before: Option<DayOrTime> => "Until when the requester may ask again.";
        after: Option<DayOrTime> => "From when on it may be had.";
    }
        "Tells the requester that it cannot be supplied now, and may be asked for again."
        example [reason "OnLoan", after "2026-12-20"];
    Unfilled "unfilled" (Lending) {
        reason: ReasonUnfilled => "Why it cannot be supplied.";
    }
        "Tells the requester that it cannot be supplied, which ends the request."
        example [reason "NotOnShelf"];
    Pulled "pulled" (Lending) {
        volumes: Vec<VolumeRef> => "Which volumes, by their barcodes.";
    }
        "Notes that it is off the shelf; the requester is told that it will be supplied."
        example [volumes "31183004"];
    Ship "ship" (Lending) {
        volumes: Vec<VolumeRef> => "Which volumes go; if it is left out, all that were pulled.";
        due: Option<DayOrTime> => "When it is due back; if it is left out, after the library's loan period.";
        instead_of: Vec<VolumeRef> => "Which volumes were scanned wrongly: they are taken back, and stay.";
    }
        "Sends it to the requester, which is told when the ILS has checked everything out and the time to undo a scan is over."
        example [volumes "31183004" "31183005", due "2026-12-20"];
    Unship "unship" (Lending) {
        volumes: Vec<VolumeRef> => "Which; if it is left out, all that have not left.";
    }
        "Takes back that volumes are sent, while the requester has not been told: they stay, and the ILS takes back what it checked out."
        example [volumes "31183004"];
    ShipAnyway "ship-anyway" (Lending) {
        volumes: Vec<VolumeRef> => "Which; if it is left out, all that the ILS has not checked out.";
    }
        "Sends volumes that the ILS has not checked out or refuses to: they really go, and the ILS does not know of it."
        example [volumes "31183004"];
    DeliverCopy "deliver-copy" (Lending) {
        url: Option<String> => "Where it can be fetched, if it is not sent otherwise.";
    }
        "Delivers a copy, which ends the request; the requester is told where to fetch it."
        example [url "https://files.example.org/article.pdf"];
    Recall "recall" (Lending) {
        due: Option<DayOrTime> => "By when it must be back.";
    }
        "Asks the requester to send it back early."
        example [due "2026-12-20"];
    AnswerCancel "answer-cancel" (Lending) {
        answer: Answer => "Yes, if it has not been sent.";
    }
        "Answers the requester's cancel."
        example [answer "yes"];
    AnswerRenewal "answer-renewal" (Lending) {
        answer: Answer => "Whether it may be kept longer.";
        due: Option<DayOrTime> => "Until when; if it is left out, for another loan period.";
    }
        "Answers the requester's wish to keep it longer."
        example [answer "yes", due "2026-12-20"];
    Extend "extend" (Lending) {
        due: Option<DayOrTime> => "Until when; if it is left out, for another loan period.";
    }
        "Lets the requester keep it longer, unasked; the ILS is asked to renew it where it is asked that, and the requester is told the new date."
        example [due "2026-12-20"];
    SendOverdue "send-overdue" (Lending)
        "Reminds the requester that it should have been back.";
    HoldReturn "hold-return" (Lending)
        "Asks the requester to keep it for the time being.";
    ReleaseHoldReturn "release-hold-return" (Lending)
        "Tells the requester that it may be sent back after all.";
    Returned "returned" (Lending) {
        volumes: Vec<VolumeRef> => "Which; if it is left out, all that are out.";
    }
        "Notes that volumes are back; the requester is told when the last one is."
        example [volumes "31183004"];
    Lost "lost" (Lending) {
        volumes: Vec<VolumeRef> => "Which; if it is left out, all that are out.";
    }
        "Writes volumes off as lost; the requester is told."
        example [volumes "31183004"];
    Damaged "damaged" (Lending) {
        volumes: Vec<VolumeRef> => "Which; it may be left out where there is one.";
        note: String => "What is damaged; the requester reads it.";
    }
        "Notes that volumes are damaged, and tells the requester how."
        example [note "Page 12 is torn", volumes "31183004"];

    Note "note" (Borrowing Lending) {
        note: String => "What to write.";
    }
        "Writes to the other library."
        example [note "The map is in the pocket at the back"];
    AskStatus "ask-status" (Brokering Borrowing)
        "Asks the supplier how things stand.";
    RetryStep "retry-step" (Borrowing Lending) {
        step: StepId => "Which call, as `requests show` lists it.";
    }
        "Asks the ILS once more for what it did not do."
        example [step "hold-for-patron/vol-1/0"];
    DoneByHand "done-by-hand" (Borrowing Lending) {
        step: StepId => "Which call, as `requests show` lists it.";
    }
        "Notes that what the ILS did not do was done there by hand."
        example [step "hold-for-patron/vol-1/0"];
    GiveUp "give-up" (Borrowing Lending) {
        step: StepId => "Which call, as `requests show` lists it.";
    }
        "Goes on without what the ILS did not do."
        example [step "hold-for-patron/vol-1/0"];
    Close "close" (Brokering Borrowing Lending)
        "Closes the request, whatever the other library and the item do; the other library is told the reason.";
    ResolveIncidents "resolve-incidents" (Brokering Borrowing Lending)
        "Notes that what needed staff has been looked at.";
}
