//! Any message value at all. A message is deserialised from a tape of random numbers, so that a field that is added to the model is
//! drawn from the same day on. A tape that has run out draws the smallest value: proptest shrinks by cutting it.

use iso18626::*;
use proptest::prelude::*;
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, Visitor, value::Error};

/// Any message of the model.
pub(crate) fn any_message() -> impl Strategy<Value = Message> {
    (0..KINDS.len(), proptest::collection::vec(any::<u32>(), 0..600)).prop_map(|(kind, numbers)| {
        let mut tape = Tape { numbers: numbers.into_iter() };
        let draw = Draw { tape: &mut tape, owner: "Message", field: "" };
        match KINDS[kind] {
            MessageKind::Request => Message::Request(draw.one()),
            MessageKind::RequestConfirmation => Message::RequestConfirmation(draw.one()),
            MessageKind::SupplyingAgencyMessage => Message::SupplyingAgencyMessage(draw.one()),
            MessageKind::SupplyingAgencyMessageConfirmation => {
                Message::SupplyingAgencyMessageConfirmation(draw.one())
            }
            MessageKind::RequestingAgencyMessage => Message::RequestingAgencyMessage(draw.one()),
            MessageKind::RequestingAgencyMessageConfirmation => {
                Message::RequestingAgencyMessageConfirmation(draw.one())
            }
        }
    })
}

const KINDS: [MessageKind; 6] = [
    MessageKind::Request,
    MessageKind::RequestConfirmation,
    MessageKind::SupplyingAgencyMessage,
    MessageKind::SupplyingAgencyMessageConfirmation,
    MessageKind::RequestingAgencyMessage,
    MessageKind::RequestingAgencyMessageConfirmation,
];

/// Texts that have gone wrong somewhere before.
const TEXTS: &[&str] = &[
    "a",
    "",
    " leading and trailing ",
    "<&>\"'",
    "]]>",
    "two\nlines\tand a tab",
    "carriage\rreturn\r\n",
    "Zürich, 東京, 𝔘𝔫𝔦𝔠𝔬𝔡𝔢, \u{feff}",
    "&amp; &#65; <!-- no comment -->",
    "\u{85}\u{2028}\u{a0}",
];
const DATES: &[&str] = &[
    "2026-01-31T12:00:00Z",
    "2026-01-31T12:00:00.123456+01:00",
    "2024-02-29T23:59:59",
    "1999-12-31T00:00:00.5-07:00",
];
const DECIMALS: &[&str] = &["0", "12.50", "-3", "+0.1", "00012.500", "0792281625142643375935.010"];
const SCHEMES: &[&str] =
    &["http://illtransactions.org/ISO18626/OpenCodeList/ServiceLevelList-V1.0", "urn:x", "RESHARE"];

struct Tape {
    numbers: std::vec::IntoIter<u32>,
}

impl Tape {
    /// One of `0..below`; 0 when the tape is at its end.
    fn below(&mut self, below: usize) -> usize {
        self.numbers.next().unwrap_or(0) as usize % below
    }

    fn of<'a>(&mut self, some: &[&'a str]) -> &'a str {
        some[self.below(some.len())]
    }
}

/// Draws the value of one field of one element.
struct Draw<'t> {
    tape: &'t mut Tape,
    owner: &'static str,
    field: &'static str,
}

impl Draw<'_> {
    fn one<T: de::DeserializeOwned>(self) -> T {
        T::deserialize(self).expect("the generator knows every shape of the model")
    }

    fn text(&mut self) -> String {
        let listed = |codes: &[&str], tape: &mut Tape| tape.of(codes).to_owned();
        macro_rules! code {
            ($list:ident) => {{
                let all: Vec<&str> = $list::ALL.iter().map(|code| code.as_str()).collect();
                listed(&all, self.tape)
            }};
        }
        match (self.owner, self.field) {
            (
                _,
                "timestamp"
                | "timestamp_received"
                | "need_before_date"
                | "start_date"
                | "end_date"
                | "retry_before"
                | "retry_after"
                | "expected_delivery_date"
                | "due_date"
                | "last_change"
                | "date_sent",
            ) => listed(DATES, self.tape),
            (_, "monetary_value") => listed(DECIMALS, self.tape),
            (_, "sort_order") => listed(&["0", "1", "17"], self.tape),
            (_, "scheme") => listed(SCHEMES, self.tape),
            (_, "status") => code!(Status),
            (_, "reason_for_message") => code!(ReasonForMessage),
            (_, "action") => code!(Action),
            (_, "message_status") => code!(MessageStatus),
            (_, "error_type") => code!(ErrorType),
            (_, "request_type") => code!(RequestType),
            (_, "request_sub_type") => code!(RequestSubType),
            (_, "service_type") => code!(ServiceType),
            (_, "preferred_edition") => code!(PreferredEdition),
            (
                _,
                "answer_yes_no" | "send_to_patron" | "any_edition" | "insurance" | "insurance_third_party",
            ) => {
                code!(YesNo)
            }
            _ => listed(TEXTS, self.tape),
        }
    }
}

impl<'de> Deserializer<'de> for Draw<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.text())
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(self.tape.below(2) == 1)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        // More often there than not: what is not there cannot go wrong.
        if self.tape.below(3) == 0 { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let left = self.tape.below(4);
        visitor.visit_seq(Items { draw: self, left })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(Fields { tape: self.tape, owner: name, fields: fields.iter(), now: "" })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let chosen = variants[self.tape.below(variants.len())];
        visitor.visit_enum(Variant { draw: self, chosen })
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct map identifier ignored_any
    }
}

struct Items<'t> {
    draw: Draw<'t>,
    left: usize,
}

impl<'de> de::SeqAccess<'de> for Items<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let Draw { tape, owner, field } = &mut self.draw;
        seed.deserialize(Draw { tape, owner, field }).map(Some)
    }
}

struct Fields<'t> {
    tape: &'t mut Tape,
    owner: &'static str,
    fields: std::slice::Iter<'static, &'static str>,
    now: &'static str,
}

impl<'de> de::MapAccess<'de> for Fields<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        match self.fields.next() {
            Some(field) => {
                self.now = field;
                seed.deserialize(field.into_deserializer()).map(Some)
            }
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Draw { tape: self.tape, owner: self.owner, field: self.now })
    }
}

struct Variant<'t> {
    draw: Draw<'t>,
    chosen: &'static str,
}

impl<'de, 't> de::EnumAccess<'de> for Variant<'t> {
    type Error = Error;
    type Variant = Inside<'t>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Inside<'t>), Error> {
        Ok((seed.deserialize(self.chosen.into_deserializer())?, Inside(self.draw)))
    }
}

struct Inside<'t>(Draw<'t>);

impl<'de> de::VariantAccess<'de> for Inside<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_struct("", fields, visitor)
    }
}
