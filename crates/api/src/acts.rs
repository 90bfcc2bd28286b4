//! What staff may do to a request now, described; and doing it.

use acts::{self, ActKind, Count, FieldInfo, Need};
use axum::{
    Json,
    extract::{Path, State},
};
use errors::slug;
use runtime::requests::read_stored;

use super::{
    Shared,
    model::{Act, ActField, AllowedAct, AllowedActs, Done},
    problem::Failure,
    requests::{because, done, find},
};

/// What staff may do now.
pub(super) async fn allowed(
    State(api): Shared,
    Path(id): Path<String>,
) -> Result<Json<AllowedActs>, Failure> {
    let stored = read_stored(&find(&api, &id).await?).map_err(Failure::bug)?;
    Ok(Json(AllowedActs { acts: stored.acts(&api.view.snapshot()).into_iter().map(described).collect() }))
}

/// Does it.
pub(super) async fn act(
    State(api): Shared,
    Path(id): Path<String>,
    Json(act): Json<Act>,
) -> Result<Json<Done>, Failure> {
    let request = find(&api, &id).await?.request;
    let Act { action, reason, by, with } = act;
    let because = because(by, reason)?;
    let bad = |why: String| Failure::new(slug!("request.bad-act"), why);
    let kind = action.parse::<ActKind>().map_err(|why| bad(why.to_string()))?;
    let act = acts::Act::new(kind, with).map_err(|why| bad(why.to_string()))?;
    let stepped = api.requests.act(request, act, &because).await?;
    Ok(Json(done(request, &stepped)))
}

fn described(kind: ActKind) -> AllowedAct {
    let info = kind.info();
    AllowedAct {
        action: info.name.to_owned(),
        does: info.does.to_owned(),
        fields: info.fields().map(field).collect(),
        example: info.example(),
    }
}

fn field(field: &FieldInfo) -> ActField {
    ActField {
        name: field.name.to_owned(),
        about: field.about.to_owned(),
        required: field.need == Need::Required,
        many: field.count == Count::Many,
        takes: field.takes.as_str().to_owned(),
        expects: field.takes.to_string(),
        values: field.takes.codes().iter().map(|code| (*code).to_owned()).collect(),
    }
}
