//! Every agency that a message names, so that a system can be told of it by the name that it knows. The tables write the way from an element
//! to its fields, by their types: a field of a new type does not compile until it says here whether agencies are in it. Must never look
//! into what is carried whole.

use crate::model::{AgencyId, DateTime, Ext, Flag, Integer, NonNegative, Positive, SchemeValue};
use xml::Secret;

/// Goes to every agency that a value names.
pub trait VisitAgencies {
    /// Calls `visit` once for each agency, in the order of the model. It may name it anew.
    fn visit_agencies(&mut self, visit: &mut dyn FnMut(&mut AgencyId));
}

impl VisitAgencies for AgencyId {
    fn visit_agencies(&mut self, visit: &mut dyn FnMut(&mut AgencyId)) {
        visit(self);
    }
}

impl<T: VisitAgencies> VisitAgencies for Option<T> {
    fn visit_agencies(&mut self, visit: &mut dyn FnMut(&mut AgencyId)) {
        self.iter_mut().for_each(|value| value.visit_agencies(visit));
    }
}

impl<T: VisitAgencies> VisitAgencies for Vec<T> {
    fn visit_agencies(&mut self, visit: &mut dyn FnMut(&mut AgencyId)) {
        self.iter_mut().for_each(|value| value.visit_agencies(visit));
    }
}

impl<T: VisitAgencies> VisitAgencies for Box<T> {
    fn visit_agencies(&mut self, visit: &mut dyn FnMut(&mut AgencyId)) {
        (**self).visit_agencies(visit);
    }
}

/// Types in which no agency is.
macro_rules! without_agencies {
    ($($type:ty)*) => {
        $(
            impl VisitAgencies for $type {
                fn visit_agencies(&mut self, _visit: &mut dyn FnMut(&mut AgencyId)) {}
            }
        )*
    };
}

without_agencies! { String SchemeValue Flag Ext Secret DateTime Integer NonNegative Positive }
