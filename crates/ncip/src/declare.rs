//! The declarations from which the codec is made: `element!` and `body!`.
//!
//! A table has one row a field and two columns: version 1 and version 2. One column says it for both. A cell says
//! the element's name and its cardinality there: `one`, `opt`, `many`, `some` (one or more); or `drop`, where the
//! version has no such element and the value is lost. Fields stand on the wire in the order of the table, unless
//! `at N` says otherwise.
//!
//! Then, where it matters:
//!
//! - `wrapped Name`: it is inside an element `Name`, together with neighbours that say the same.
//! - `nests`: it is a path, and the wrapper is in itself once more for each further part of it.
//! - `twin Name`: some of its values bear this name instead, and are made as the third column has it.
//! - `inside`: it is made as the third column has it. That column is version 1's other form of ids and errors.
//! - `v101`, `new201`, `new202`: not before 1.01, 2.01, 2.02. `some10`: mandatory in 1.0. `one20`: mandatory before
//!   2.02. `single20`, `sole20`, `many20`: at most once, once, or any number of times, in 2.0. `positive`, `positive20`: a number from 1,
//!   always or before 2.02.
//!
//! Rules say which fields exclude one another (`sides`) and of which one must stand there (`any`), and in which
//! versions. From the table come the struct, its schema for reader, writer and loss report, and its agencies.

/// Reads one cell.
macro_rules! cell {
    ($position:ident drop) => { $crate::column::Column::absent() };
    ($position:ident $name:ident drop) => { $crate::column::Column::absent() };
    ($position:ident $name:ident $need:ident $($more:tt)*) => {
        cell!(@more $crate::column::Column::here(Number::$position as usize + 1, stringify!($name)).$need(), $($more)*)
    };
    (@more $column:expr,) => { $column };
    (@more $column:expr, at $position:literal $($more:tt)*) => { cell!(@more $column.at($position), $($more)*) };
    (@more $column:expr, wrapped $name:ident $($more:tt)*) => {
        cell!(@more $column.wrapped(stringify!($name)), $($more)*)
    };
    (@more $column:expr, twin $name:ident $($more:tt)*) => {
        cell!(@more $column.twin(stringify!($name)), $($more)*)
    };
    (@more $column:expr, $word:ident $($more:tt)*) => { cell!(@more $column.$word(), $($more)*) };
}

/// The cells of a row, one a version.
macro_rules! cells {
    ($position:ident ($($both:tt)*)) => { cells!($position ($($both)*) ($($both)*) ($($both)*)) };
    ($position:ident ($($v1:tt)*) ($($v2:tt)*)) => { cells!($position ($($v1)*) ($($v2)*) ($($v1)*)) };
    ($position:ident ($($v1:tt)*) ($($v2:tt)*) ($($twin:tt)*)) => {
        &[
            cell!($position $($v1)*).0[0],
            cell!($position $($v1)*).0[1],
            cell!($position $($v2)*).0[0],
            cell!($position $($v2)*).0[1],
            cell!($position $($v2)*).0[2],
            cell!($position $($twin)*).0[2],
        ]
    };
}

/// What a field's documentation says of its place in each version.
macro_rules! place_doc {
    (($($both:tt)*)) => { concat!("`", stringify!($($both)*), "`") };
    (($($v1:tt)*) ($($v2:tt)*) $($twin:tt)?) => {
        concat!("1: `", stringify!($($v1)*), "`; 2: `", stringify!($($v2)*), "`")
    };
}

macro_rules! rule {
    ($editions:ident sides $([$($row:ident)*])+) => {
        ::xml::schema::Rule {
            editions: $crate::column::$editions,
            kind: ::xml::schema::RuleKind::Sides(&[$( &[$($row),*] ),+]),
        }
    };
    ($editions:ident any [$($row:ident)*]) => {
        ::xml::schema::Rule {
            editions: $crate::column::$editions,
            kind: ::xml::schema::RuleKind::Any(&[$($row),*]),
        }
    };
}

/// The schema of a struct or choice. Each row's number is a constant named after its field.
macro_rules! bind {
    ($group:ident $name:ident {
        $( $field:ident : $type:ty => $( ($($column:tt)*) )+; )*
    } rules { $( $editions:ident $kind:ident $([$($row:ident)*])+; )* }) => {
        enum Number { $( $field, )* }
        $(
            const $field: usize = Number::$field as usize;
        )*

        static ROWS: &[::xml::schema::Row] = &[ $(
            ::xml::schema::Row {
                field: stringify!($field),
                doc: "",
                content: <$type as ::xml::Field>::CONTENT,
                repeatable: <$type as ::xml::Field>::REPEATABLE,
                cells: cells!($field $( ($($column)*) )+),
            },
        )* ];

        static SCHEMA: ::xml::schema::Schema = ::xml::schema::Schema {
            name: stringify!($name),
            group: ::xml::schema::Group::$group,
            rows: ROWS,
            editions: &[
                ::xml::schema::Order::of(ROWS, 0),
                ::xml::schema::Order::of(ROWS, 1),
                ::xml::schema::Order::of(ROWS, 2),
                ::xml::schema::Order::of(ROWS, 3),
                ::xml::schema::Order::of(ROWS, 4),
                ::xml::schema::Order::of(ROWS, 5),
            ],
            rules: &[$( rule!($editions $kind $([$($row)*])+), )*],
        };

        impl ::xml::Single for $name {
            const CONTENT: ::xml::schema::Content = ::xml::schema::Content::Elements(&SCHEMA);

            fn slot(&mut self) -> ::xml::Slot<'_> {
                ::xml::Slot::Element(self)
            }

            fn view(&self) -> ::xml::View<'_> {
                ::xml::View::Element(self)
            }
        }
    };
}

/// Declares an element once.
macro_rules! element {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident $((twin $twin:ident))? {
            $( $(#[doc = $doc:literal])* $field:ident : $type:ty => $( ($($column:tt)*) )+; )*
        }
        $( rules { $( $editions:ident $kind:ident $([$($row:ident)*])+; )* } )?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        $vis struct $name {
            $( $(#[doc = $doc])* #[doc = place_doc!($( ($($column)*) )+)] pub $field: $type, )*
        }

        #[allow(non_camel_case_types, non_upper_case_globals, reason = "the rows' numbers are named after the fields")]
        const _: () = {
            bind! { Sequence $name { $( $field: $type => $( ($($column)*) )+; )* }
                rules { $( $( $editions $kind $([$($row)*])+; )* )? } }

            impl ::xml::Element for $name {
                fn schema(&self) -> &'static ::xml::schema::Schema {
                    &SCHEMA
                }

                fn open(&mut self, row: usize) -> ::xml::Slot<'_> {
                    match row {
                        $( $field => ::xml::Field::open(&mut self.$field), )*
                        _ => panic!("no such row"),
                    }
                }

                fn count(&self, row: usize) -> usize {
                    match row {
                        $( $field => ::xml::Field::count(&self.$field), )*
                        _ => 0,
                    }
                }

                fn get(&self, row: usize, index: usize) -> ::xml::View<'_> {
                    match row {
                        $( $field => ::xml::Field::get(&self.$field, index), )*
                        _ => panic!("no such row"),
                    }
                }

                fn get_mut(&mut self, row: usize, index: usize) -> ::xml::Slot<'_> {
                    match row {
                        $( $field => ::xml::Field::get_mut(&mut self.$field, index), )*
                        _ => panic!("no such row"),
                    }
                }

                fn truncate(&mut self, row: usize, len: usize) {
                    match row {
                        $( $field => ::xml::Field::truncate(&mut self.$field, len), )*
                        _ => {}
                    }
                }

                $(
                    fn is_twin(&self) -> bool {
                        self.$twin()
                    }
                )?
            }

            impl $crate::VisitAgencies for $name {
                fn visit_agencies(&mut self, visit: &mut dyn FnMut(&mut $crate::AgencyId)) {
                    $( $crate::VisitAgencies::visit_agencies(&mut self.$field, visit); )*
                }
            }
        };
    };
}

/// Declares the messages: one row a service, with the version-1 and version-2 cell of both its directions. A word
/// says whether it looks something up, changes it or tells of it.
macro_rules! body {
    ($( $(#[doc = $doc:literal])* $service:ident $response:ident $kind:ident => $( ($($cell:tt)*) )+; )*) => {
        /// What a message says: one variant a service and direction.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each variant is documented at its struct")]
        pub enum Body {
            $( $service(Box<$service>), $response(Box<$response>), )*
            /// Problems instead of any answer.
            Problem(Vec<Problem>),
            /// Nothing but what others put there.
            Ext(Ext),
            /// Asks which versions are spoken. It has a root element and a schema of its own.
            LookupVersion(Box<LookupVersion>),
            /// The answer to [`LookupVersion`].
            LookupVersionResponse(Box<LookupVersionResponse>),
            /// A service that no version knows, carried whole.
            Other(OtherService),
        }

        /// The services.
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Service {
            $( $(#[doc = $doc])* $service, )*
            /// Asks which versions are spoken.
            LookupVersion,
            /// One that no version knows.
            Other(String),
        }

        impl Service {
            /// Every service that some version knows.
            pub const ALL: &[Service] = &[$( Service::$service, )* Service::LookupVersion];

            /// Its name, which is also its initiation's element.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Service::$service => stringify!($service), )*
                    Service::LookupVersion => "LookupVersion",
                    Service::Other(name) => name,
                }
            }

            /// What kind of service it is. `None` for one that no version knows.
            pub fn kind(&self) -> Option<ServiceKind> {
                match self {
                    $( Service::$service => Some(ServiceKind::$kind), )*
                    Service::LookupVersion => Some(ServiceKind::Lookup),
                    Service::Other(_) => None,
                }
            }

            /// Its answer, with nothing in it but problems. `None` where no version has an answer to it.
            pub fn refusal(&self, header: Option<ResponseHeader>, problems: Vec<Problem>) -> Option<Body> {
                match self {
                    $(
                        Service::$service => Some(Body::$response(Box::new($response {
                            response_header: header,
                            problems,
                            ..Default::default()
                        }))),
                    )*
                    Service::LookupVersion | Service::Other(_) => None,
                }
            }
        }

        impl Body {
            /// The service. `None` where there are only problems.
            pub fn service(&self) -> Option<Service> {
                Some(match self {
                    $( Body::$service(_) | Body::$response(_) => Service::$service, )*
                    Body::LookupVersion(_) | Body::LookupVersionResponse(_) => Service::LookupVersion,
                    Body::Problem(_) | Body::Ext(_) => return None,
                    Body::Other(other) => Service::Other(other.service().to_owned()),
                })
            }

            /// Whether it asks or answers.
            pub fn direction(&self) -> Direction {
                match self {
                    $( Body::$service(_) => Direction::Initiation, )*
                    $( Body::$response(_) => Direction::Response, )*
                    Body::LookupVersion(_) => Direction::Initiation,
                    Body::LookupVersionResponse(_) | Body::Problem(_) => Direction::Response,
                    Body::Ext(_) => Direction::Initiation,
                    Body::Other(other) => other.direction(),
                }
            }

            /// The element's name.
            pub fn element(&self) -> &str {
                match self {
                    $(
                        Body::$service(_) => stringify!($service),
                        Body::$response(_) => stringify!($response),
                    )*
                    Body::LookupVersion(_) => "LookupVersion",
                    Body::LookupVersionResponse(_) => "LookupVersionResponse",
                    Body::Problem(_) => "Problem",
                    Body::Ext(_) => "Ext",
                    Body::Other(other) => &other.name,
                }
            }

            /// Who asks whom, if it asks and says so.
            pub fn initiation_header(&self) -> Option<&InitiationHeader> {
                match self {
                    $( Body::$service(m) => m.initiation_header.as_ref(), )*
                    _ => None,
                }
            }

            /// The place of the initiation header, if it asks.
            pub fn initiation_header_mut(&mut self) -> Option<&mut Option<InitiationHeader>> {
                match self {
                    $( Body::$service(m) => Some(&mut m.initiation_header), )*
                    _ => None,
                }
            }

            /// Who answers whom, if it answers and says so.
            pub fn response_header(&self) -> Option<&ResponseHeader> {
                match self {
                    $( Body::$response(m) => m.response_header.as_ref(), )*
                    _ => None,
                }
            }

            /// The place of the response header, if it answers.
            pub fn response_header_mut(&mut self) -> Option<&mut Option<ResponseHeader>> {
                match self {
                    $( Body::$response(m) => Some(&mut m.response_header), )*
                    _ => None,
                }
            }

            /// The problems it tells of.
            pub fn problems(&self) -> &[Problem] {
                match self {
                    $( Body::$response(m) => &m.problems, )*
                    Body::Problem(problems) => problems,
                    _ => &[],
                }
            }

            /// The place of the problems, if it answers.
            pub fn problems_mut(&mut self) -> Option<&mut Vec<Problem>> {
                match self {
                    $( Body::$response(m) => Some(&mut m.problems), )*
                    Body::Problem(problems) => Some(problems),
                    _ => None,
                }
            }

            /// As an element of the tables, to change; `None` for problems, which are several, and for what is
            /// carried whole.
            pub(crate) fn as_element_mut(&mut self) -> Option<&mut dyn ::xml::Element> {
                match self {
                    $(
                        Body::$service(m) => Some(&mut **m),
                        Body::$response(m) => Some(&mut **m),
                    )*
                    Body::LookupVersion(m) => Some(&mut **m),
                    Body::LookupVersionResponse(m) => Some(&mut **m),
                    Body::Problem(_) | Body::Ext(_) | Body::Other(_) => None,
                }
            }
        }

        impl $crate::VisitAgencies for Body {
            fn visit_agencies(&mut self, visit: &mut dyn FnMut(&mut $crate::AgencyId)) {
                match self {
                    $(
                        Body::$service(m) => m.visit_agencies(visit),
                        Body::$response(m) => m.visit_agencies(visit),
                    )*
                    Body::Problem(problems) => problems.visit_agencies(visit),
                    Body::LookupVersion(m) => m.visit_agencies(visit),
                    Body::LookupVersionResponse(m) => m.visit_agencies(visit),
                    // What is carried whole is not known inside.
                    Body::Ext(_) | Body::Other(_) => {}
                }
            }
        }

        $(
            impl From<$service> for Body {
                fn from(message: $service) -> Self {
                    Body::$service(Box::new(message))
                }
            }

            impl From<$response> for Body {
                fn from(message: $response) -> Self {
                    Body::$response(Box::new(message))
                }
            }
        )*

        #[allow(non_camel_case_types, non_upper_case_globals, reason = "the rows' numbers are named after the fields")]
        const _: () = {
            bind! { Choice Body {
                $(
                    $service: Box<$service> => $( ($service $($cell)*) )+;
                    $response: Box<$response> => $( ($response $($cell)*) )+;
                )*
                Problem: Vec<Problem> => (drop) (Problem many);
                Ext: Ext => (drop) (Ext one);
                LookupVersion: Box<LookupVersion> => (LookupVersion one);
                LookupVersionResponse: Box<LookupVersionResponse> => (LookupVersionResponse one);
            } rules {} }

            impl ::xml::Element for Body {
                fn schema(&self) -> &'static ::xml::schema::Schema {
                    &SCHEMA
                }

                fn open(&mut self, row: usize) -> ::xml::Slot<'_> {
                    match row {
                        $(
                            $service => *self = Body::$service(Default::default()),
                            $response => *self = Body::$response(Default::default()),
                        )*
                        Ext => *self = Body::Ext(Default::default()),
                        LookupVersion => *self = Body::LookupVersion(Default::default()),
                        LookupVersionResponse => *self = Body::LookupVersionResponse(Default::default()),
                        _ => {
                            if !matches!(self, Body::Problem(_)) {
                                *self = Body::Problem(Vec::new());
                            }
                        }
                    }
                    match self {
                        $(
                            Body::$service(m) => ::xml::Single::slot(m),
                            Body::$response(m) => ::xml::Single::slot(m),
                        )*
                        Body::Problem(problems) => ::xml::Field::open(problems),
                        Body::Ext(ext) => ::xml::Single::slot(ext),
                        Body::LookupVersion(m) => ::xml::Single::slot(m),
                        Body::LookupVersionResponse(m) => ::xml::Single::slot(m),
                        _ => panic!("the tables have no such row"),
                    }
                }

                fn count(&self, row: usize) -> usize {
                    match self {
                        $(
                            Body::$service(_) => usize::from(row == $service),
                            Body::$response(_) => usize::from(row == $response),
                        )*
                        Body::Problem(problems) if row == Problem => problems.len(),
                        Body::Ext(_) => usize::from(row == Ext),
                        Body::LookupVersion(_) => usize::from(row == LookupVersion),
                        Body::LookupVersionResponse(_) => usize::from(row == LookupVersionResponse),
                        _ => 0,
                    }
                }

                fn get(&self, _row: usize, index: usize) -> ::xml::View<'_> {
                    match self {
                        $(
                            Body::$service(m) => ::xml::Single::view(m),
                            Body::$response(m) => ::xml::Single::view(m),
                        )*
                        Body::Problem(problems) => ::xml::Field::get(problems, index),
                        Body::Ext(ext) => ::xml::Single::view(ext),
                        Body::LookupVersion(m) => ::xml::Single::view(m),
                        Body::LookupVersionResponse(m) => ::xml::Single::view(m),
                        _ => panic!("the tables have no such row"),
                    }
                }

                fn get_mut(&mut self, _row: usize, index: usize) -> ::xml::Slot<'_> {
                    match self {
                        $(
                            Body::$service(m) => ::xml::Single::slot(m),
                            Body::$response(m) => ::xml::Single::slot(m),
                        )*
                        Body::Problem(problems) => ::xml::Field::get_mut(problems, index),
                        Body::Ext(ext) => ::xml::Single::slot(ext),
                        Body::LookupVersion(m) => ::xml::Single::slot(m),
                        Body::LookupVersionResponse(m) => ::xml::Single::slot(m),
                        _ => panic!("the tables have no such row"),
                    }
                }

                fn truncate(&mut self, _row: usize, len: usize) {
                    if let Body::Problem(problems) = self {
                        problems.truncate(len);
                    }
                }
            }
        };
    };
}
