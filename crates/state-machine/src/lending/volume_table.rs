//! The table of one volume: what staff, the ILS and the request do to it. What a row makes happen to the request stands behind `then`.

use loan_model::ils::Step;

use super::{
    actions::VolumeAction::{self, CallIls, CancelIlsCall, Incident, RecordIlsDue, RecordIlsLoan},
    guards,
    machine::Lending,
    phases::VolumeState,
    state::IlsLoan,
    trigger::{RequestTrigger, VolumeTrigger},
};
use crate::interpreter::rows;

const ANY: &[VolumeState] = VolumeState::ALL;

rows! { VOLUME_TABLE: Lending, VolumeState, VolumeTrigger, VolumeAction then RequestTrigger;
    // It goes.
    "check-out": (Pulled) on (Ship) if ils_checks_out => CheckingOut [CallIls(Step::CheckOutToLibrary)]:
        "The ILS is asked to check it out to the requester's library.";
    "check-out-unasked": (Pulled) on (Ship) => CheckedOut then VolumeReady:
        "The ILS is not asked: it is ready to go.";
    "ready-before": (CheckedOut) on (Ship) => stay then VolumeReady:
        "It is checked out already.";
    "ship-no": ANY on (Ship) => refuse:
        "It has gone, or is not to go.";
    "checked-out": (CheckingOut) on (CheckOutDone NoticeCheckedOut) => CheckedOut [RecordIlsLoan(IlsLoan::Out)] then VolumeReady:
        "It is checked out.";
    "checked-out-at-desk": (Pulled) on (NoticeCheckedOut) => CheckedOut [RecordIlsLoan(IlsLoan::Out)]:
        "Staff have checked it out in the ILS; it waits to be sent.";
    "checked-out-late": (CheckedOut Shipped) on (CheckOutDone NoticeCheckedOut) => stay [RecordIlsLoan(IlsLoan::Out)]:
        "It is checked out.";
    "checked-out-in-vain": (PutBack) on (CheckOutDone) if ils_checks_in => stay [RecordIlsLoan(IlsLoan::Out), CallIls(Step::CheckInFromLibrary)]:
        "It does not go after all: the ILS takes it back.";
    "checked-out-anyway": ANY on (CheckOutDone NoticeCheckedOut) => refuse:
        "It is back, or does not go.";
    "check-out-failed": (CheckingOut Shipped) on (CheckOutFailed) => stay [Incident("ils.step-failed")]:
        "The ILS did not check it out: staff must look.";
    "check-out-failed-anyway": ANY on (CheckOutFailed) => withdraw:
        "It is checked out otherwise, or does not go.";
    "check-out-given-up": (CheckingOut) on (CheckOutGivenUp) => PutBack then VolumeStays:
        "It is not checked out, so it does not go.";
    "checked-out-after-all": (CheckedOut Shipped) on (CheckedOutAfterAll) => stay [RecordIlsLoan(IlsLoan::Out)]:
        "It goes, and the ILS knows of it after all.";
    "checked-out-after-all-in-vain": ANY on (CheckedOutAfterAll) => stay [RecordIlsLoan(IlsLoan::Out), Incident("ils.done-late")]:
        "Staff gave it up, and the ILS has lent it: they must look, and nothing moves.";
    "goes-anyway": (CheckingOut) on (GoAnyway) => CheckedOut [CancelIlsCall(Step::CheckOutToLibrary)] then VolumeReady:
        "Staff send it, though the ILS does not know of it.";
    "goes-anyway-no": ANY on (GoAnyway) => refuse:
        "It does not wait for the ILS.";
    "check-out-given-up-anyway": ANY on (CheckOutGivenUp) => refuse:
        "It is checked out otherwise, has gone, or does not go.";
    "leave": (CheckedOut CheckingOut) on (Leave) => Shipped:
        "It is on its way.";
    "leave-no": ANY on (Leave) => refuse:
        "It is not ready to go.";
    "put-back": (Pulled) on (PutBack) => PutBack:
        "It stays.";
    "put-back-asked": (CheckingOut) on (PutBack) => PutBack [CancelIlsCall(Step::CheckOutToLibrary)]:
        "It stays: the check-out is taken back.";
    "put-back-undo": (CheckedOut) on (PutBack) if ils_takes_it_back => PutBack [CallIls(Step::CheckInFromLibrary)]:
        "It stays: the ILS takes it back.";
    "put-back-ready": (CheckedOut) on (PutBack) => PutBack:
        "It stays.";
    "put-back-no": ANY on (PutBack) => refuse:
        "It has gone, or stays already.";

    // It comes back, or not.
    "back": (Shipped Lost) on (Back) if ils_checks_in => Returned [CallIls(Step::CheckInFromLibrary)] then VolumeBack:
        "It is back: the ILS is asked to check it in.";
    "back-unasked": (Shipped Lost) on (Back) => CheckedIn then VolumeBack:
        "It is back; the ILS is not asked.";
    "back-no": ANY on (Back) => refuse:
        "It is not out.";
    "back-at-desk": (Shipped Lost) on (NoticeCheckedIn) => CheckedIn [RecordIlsLoan(IlsLoan::Back)] then VolumeBack:
        "The ILS has checked it in: it is back.";
    "not-lent": (Returned) on (CheckInDone) if ils_had_no_loan => CheckedIn [RecordIlsLoan(IlsLoan::Back)]:
        "It is back; the ILS says that it has no loan of it, and has taken nothing back.";
    "checked-in": (Returned) on (CheckInDone NoticeCheckedIn) => CheckedIn [RecordIlsLoan(IlsLoan::Back)]:
        "It is checked in.";
    "checked-in-put-back": (PutBack) on (CheckInDone) => stay [RecordIlsLoan(IlsLoan::Back)]:
        "It stays; the ILS has no loan of it.";
    "checked-in-anyway": ANY on (CheckInDone NoticeCheckedIn) => refuse:
        "It has not gone, or that is known.";
    "check-in-failed": (Returned PutBack) on (CheckInFailed) => stay [Incident("ils.step-failed")]:
        "The ILS did not check it in: staff must look.";
    "check-in-failed-anyway": ANY on (CheckInFailed) => withdraw:
        "It is checked in otherwise.";
    "check-in-given-up": (Returned) on (CheckInGivenUp) => CheckedIn:
        "It is back, whatever the ILS says.";
    "check-in-given-up-anyway": ANY on (CheckInGivenUp) => refuse:
        "No check-in is open.";
    "written-off": (Shipped) on (WriteOff) => Lost then VolumeLost:
        "It will not come back.";
    "written-off-no": ANY on (WriteOff) => refuse:
        "It is not out.";
    "missing": (Shipped) on (NoticeLost) => stay then VolumeMissing:
        "The ILS counts it as lost; staff must say what follows.";
    "missing-anyway": ANY on (NoticeLost) => refuse:
        "It is not out.";

    // While it is out.
    "renew": (Shipped) on (Renew) => stay [CallIls(Step::RenewForLibrary)]:
        "The ILS is asked to renew it.";
    "renew-no": ANY on (Renew) => refuse:
        "It is not out.";
    "renewed-shorter": (Shipped) on (RenewDone) if the_date_is_earlier => stay [Incident("renewal.shortens"), RecordIlsDue] then VolumeRenewed:
        "It is renewed to a date before the one that it had: the loan goes by that, and staff must look.";
    "renewed": (Shipped) on (RenewDone) => stay [RecordIlsDue] then VolumeRenewed:
        "It is renewed.";
    "renew-refused": (Shipped) on (RenewRefused) => stay then VolumeNotRenewed:
        "It is not renewed.";
    "renew-failed": (Shipped) on (RenewFailed) => stay [Incident("ils.step-failed")]:
        "The ILS could not be asked: staff must look.";
    "renew-late": ANY on (RenewDone RenewRefused RenewFailed) => withdraw:
        "It is not out.";
    "renewed-after-all-shorter": ANY on (RenewedAfterAll) if the_date_is_earlier => stay [Incident("renewal.shortens"), RecordIlsDue, Incident("ils.done-late")]:
        "Staff gave it up, and the ILS has renewed it to a date before the one that it had: nothing moves, and staff must look.";
    "renewed-after-all": ANY on (RenewedAfterAll) => stay [RecordIlsDue, Incident("ils.done-late")]:
        "Staff gave it up, and the ILS has renewed it: the requester has been told otherwise, and nothing moves.";
    "done-after-all": ANY on (DoneAfterAll) => stay:
        "Staff went on without it, and the ILS has done it: nothing moves.";
    "renewed-at-desk-shorter": (Shipped) on (NoticeRenewed) if the_date_is_earlier => stay [Incident("renewal.shortens"), RecordIlsDue] then VolumeDueMoved:
        "The ILS has renewed it to a date before the one that it had: staff must look.";
    "renewed-at-desk": (Shipped) on (NoticeRenewed) => stay [RecordIlsDue] then VolumeDueMoved:
        "The ILS has renewed it.";
    "renewed-at-desk-anyway": ANY on (NoticeRenewed) => refuse:
        "It is not out.";
    "recall": (Shipped) on (Recall) if ils_recalls => stay [CallIls(Step::RecallFromLibrary)]:
        "The ILS is asked to recall it.";
    "recall-unasked": ANY on (Recall) => refuse:
        "The ILS is not asked, or it is not out.";
    "recalled": (Shipped) on (RecallDone RecallGivenUp) => stay:
        "The requester has been told already.";
    "recall-failed": (Shipped) on (RecallFailed) => stay [Incident("ils.step-failed")]:
        "The ILS did not recall it: staff must look.";
    "recall-late": ANY on (RecallDone RecallFailed RecallGivenUp) => withdraw:
        "It is not out.";
    "recalled-at-desk": (Shipped) on (NoticeRecalled) => stay [RecordIlsDue] then VolumeRecalled:
        "The ILS has recalled it.";
    "recalled-at-desk-anyway": ANY on (NoticeRecalled) => refuse:
        "It is not out.";
}
