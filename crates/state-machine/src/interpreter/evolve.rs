//! From events to a state: the same in every machine.

/// The state of a request, made and changed by events alone. Must look at nothing but itself and the event.
pub trait Evolve: Sized {
    /// What happened to it.
    type Event;

    /// The state that the first event makes; nothing where another event comes first.
    fn open(event: &Self::Event) -> Option<Self>;

    /// Changes the state by a later event.
    fn apply(&mut self, event: &Self::Event);
}

/// The state after an event.
pub fn evolve<S: Evolve>(state: Option<S>, event: &S::Event) -> Option<S> {
    match state {
        Some(mut state) => {
            state.apply(event);
            Some(state)
        }
        None => S::open(event),
    }
}

/// The state that all events of a request make.
pub fn replay<'a, S: Evolve>(events: impl IntoIterator<Item = &'a S::Event>) -> Option<S>
where
    S::Event: 'a,
{
    events.into_iter().fold(None, evolve)
}
