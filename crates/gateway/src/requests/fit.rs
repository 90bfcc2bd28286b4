//! An act of a hosted library's staff as people type it, fitted to how the machine in question takes it: barcodes for volumes, a reason that
//! is also the act's own. Must never change what the act says.

use serde_json::{Map, Value, json};
use state_machine::hosted::Summary;

use super::machine::State;

/// The act as its machine takes it, or why it takes it in no form.
pub(super) fn fitted(state: &State, act: &Value, reason: &str) -> Result<Value, String> {
    let as_it_is = match state.check_act(act) {
        Ok(()) => return Ok(act.clone()),
        Err(why) => why,
    };
    let (Some(told), Some(summary)) = (act.as_object(), state.hosted()) else { return Err(as_it_is) };
    let with_volumes = [told.clone(), by_number(told, &summary), by_barcode(told, &summary)];
    let fits = with_volumes.iter().flat_map(|act| {
        let with = |key: &str, value: Value| {
            let mut act = act.clone();
            act.entry(key).or_insert(value);
            Value::Object(act)
        };
        let text = act.get("note").cloned().unwrap_or_else(|| json!(reason));
        [Value::Object(act.clone()), with("reason", json!(reason)), with("note", json!(reason)), {
            let mut act = act.clone();
            act.remove("note");
            act.insert("text".to_owned(), text);
            Value::Object(act)
        }]
    });
    fits.into_iter().find(|act| state.check_act(act).is_ok()).ok_or(as_it_is)
}

/// Volumes by their number, where barcodes were told.
fn by_number(act: &Map<String, Value>, summary: &Summary) -> Map<String, Value> {
    with_volumes(act, |told| {
        let barcode = told.get("barcode")?.as_str()?;
        let is = |known: &Option<String>| known.as_deref() == Some(barcode);
        let volume = summary.volumes.iter().find(|volume| is(&volume.barcode) || is(&volume.local))?;
        Some(json!(volume.volume))
    })
}

/// Volumes by their barcode, where numbers were told.
fn by_barcode(act: &Map<String, Value>, summary: &Summary) -> Map<String, Value> {
    with_volumes(act, |told| {
        let number = told.as_str()?;
        let volume = summary.volumes.iter().find(|volume| volume.volume.to_string() == number)?;
        Some(json!({ "barcode": volume.barcode.clone()? }))
    })
}

fn with_volumes(act: &Map<String, Value>, map: impl Fn(&Value) -> Option<Value>) -> Map<String, Value> {
    let mut act = act.clone();
    if let Some(Value::Array(volumes)) = act.get_mut("volumes") {
        for volume in volumes {
            if let Some(other) = map(volume) {
                *volume = other;
            }
        }
    }
    act
}
