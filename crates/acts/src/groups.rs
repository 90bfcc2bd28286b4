//! Fields that belong together.

use iso18626::LoanCondition;
use serde::{Deserialize, Serialize};

use super::{
    ActError, ActFault, Fields,
    declare::{field_info, group},
    fields::FieldInfo,
    reader::{Group, Reader},
    values::{Amount, Currency},
};

group! {
    /// A sum of money.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Cost {
        amount: Amount => "How much, in the currency's own units.";
        currency: Currency => "The currency.";
    }
}

group! {
    /// What staff correct in what is asked for. What is left out stays.
    #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case", default)]
    pub struct Patch {
        title: Option<String> => "The title.";
        author: Option<String> => "The author.";
        edition: Option<String> => "The edition.";
        title_of_component: Option<String> => "The title of the article or chapter.";
        author_of_component: Option<String> => "The author of the article or chapter.";
        volume: Vec<String> => "The volumes that are asked for, by their designations.";
        issue: Option<String> => "The issue.";
        pages_requested: Option<String> => "The pages.";
    }
}

/// On which terms something would be supplied: there is a condition, a cost, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Terms {
    /// On a condition.
    Condition(LoanCondition),
    /// At a cost.
    Cost(Cost),
    /// Both.
    Both(LoanCondition, Cost),
}

impl Terms {
    /// The condition, if there is one.
    pub fn condition(&self) -> Option<LoanCondition> {
        match self {
            Terms::Condition(condition) | Terms::Both(condition, _) => Some(*condition),
            Terms::Cost(_) => None,
        }
    }

    /// The cost, if there is one.
    pub fn cost(&self) -> Option<&Cost> {
        match self {
            Terms::Cost(cost) | Terms::Both(_, cost) => Some(cost),
            Terms::Condition(_) => None,
        }
    }
}

const CONDITION: FieldInfo = field_info!(condition: Option<LoanCondition>, "The condition. The act needs a condition, a cost, or both.");
const AMOUNT: FieldInfo = field_info!(amount: Option<Amount>, "What it costs, in the currency's own units.");
const CURRENCY: FieldInfo =
    field_info!(currency: Option<Currency>, "The currency; the act needs it where it has an amount.");

impl Group for Terms {
    const FIELDS: &'static [FieldInfo] = &[CONDITION, AMOUNT, CURRENCY];

    fn read(reader: &mut Reader) -> Result<Self, ActError> {
        let condition = reader.field::<Option<LoanCondition>>(CONDITION.name)?;
        let amount = reader.field::<Option<Amount>>(AMOUNT.name)?;
        let currency = reader.field::<Option<Currency>>(CURRENCY.name)?;
        match (condition, amount, currency) {
            (Some(condition), None, None) => Ok(Terms::Condition(condition)),
            (None, Some(amount), Some(currency)) => Ok(Terms::Cost(Cost { amount, currency })),
            (Some(condition), Some(amount), Some(currency)) => {
                Ok(Terms::Both(condition, Cost { amount, currency }))
            }
            (_, Some(_), None) => Err(reader.error(ActFault::Missing { fields: vec![&CURRENCY] })),
            (_, None, Some(_)) => Err(reader.error(ActFault::Missing { fields: vec![&AMOUNT] })),
            (None, None, None) => Err(reader.error(ActFault::NoneOf { fields: vec![&CONDITION, &AMOUNT] })),
        }
    }

    fn write(&self, fields: &mut Fields) {
        fields.write(CONDITION.name, &self.condition());
        if let Some(cost) = self.cost() {
            cost.write(fields);
        }
    }
}
