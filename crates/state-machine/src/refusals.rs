//! The rules by which every machine refuses an act before its tables are asked.

/// The act is for another machine.
pub(crate) const OF_ANOTHER_MACHINE: (&str, &str) =
    ("act-of-another-machine", "This act is for another side of the loan.");

/// The act names a volume that there is not.
pub(crate) const NO_SUCH_VOLUME: (&str, &str) = ("no-such-volume", "There is no such volume.");
