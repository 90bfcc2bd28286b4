//! Requests as the gateway has them, and what staff of a hosted library do about them.

use acts::Fields;
use api::model::{Act, Done, RequestDetail};
use net::{Clock, RealClock};

use super::{GLANCE, SOON, Stage, Why};
use crate::client::part;

impl Stage {
    /// A request as the gateway sees it.
    pub(crate) async fn request(&self, id: &str) -> Result<RequestDetail, Why> {
        Ok(self.client.get(&format!("requests/{}", part(id))).await?)
    }

    /// Waits until something is so of a request.
    pub(crate) async fn until(
        &self,
        id: &str,
        what: &str,
        is: impl Fn(&RequestDetail) -> bool,
    ) -> Result<RequestDetail, Why> {
        let began = RealClock.monotonic();
        loop {
            let detail = self.request(id).await?;
            if is(&detail) {
                return Ok(detail);
            }
            if RealClock.monotonic() - began > SOON {
                let line = &detail.line;
                return Err(Why(format!(
                    "{id} never came to this: {what}; it is {} of {}, volumes {:?}, waits {:?}, incidents {:?}, queue {:?}, asked {:?}",
                    line.phase,
                    line.library.as_deref().unwrap_or("the broker"),
                    detail.volumes,
                    line.waits,
                    line.incidents,
                    detail.queue,
                    detail.asked,
                )));
            }
            RealClock.sleep(GLANCE).await;
        }
    }

    /// Waits until a request is in that state.
    pub(crate) async fn until_phase(&self, id: &str, phase: &str) -> Result<RequestDetail, Why> {
        self.until(id, phase, |detail| detail.line.phase == phase).await
    }

    /// Waits until the gateway awaits nothing more of a request, has nothing more to send, and nothing more to ask.
    pub(crate) async fn at_rest(&self, id: &str) -> Result<(), Why> {
        let at_rest = |detail: &RequestDetail| {
            detail.queue.is_empty() && detail.line.waits.is_empty() && detail.asked.is_empty()
        };
        let detail = self.until(id, "nothing is awaited", at_rest).await?;
        match detail.line.incidents.first() {
            None => Ok(()),
            Some(incident) => Err(Why(format!("an incident is left: {}: {}", incident.slug, incident.text))),
        }
    }

    /// Advances every date beyond what is awaited of a request next. What is on its way arrives before.
    pub(crate) async fn run_out(&self, id: &str, timer: &str) -> Result<(), Why> {
        let awaited = |detail: &RequestDetail| {
            detail.line.waits.iter().find(|wait| wait.timer.starts_with(timer)).map(|wait| wait.until)
        };
        let what = format!("something like `{timer}` is awaited, and nothing is on its way");
        let ready = |detail: &RequestDetail| awaited(detail).is_some() && detail.queue.is_empty();
        let detail = self.until(id, &what, ready).await?;
        let now = self.clock().now();
        let left = awaited(&detail).map_or(0, |until| until.duration_since(now).as_secs());
        self.advance(left.max(0) + 60).await
    }

    /// Staff of a hosted library act, as `illgate requests act` does for them.
    pub(crate) async fn act(&self, id: &str, action: &str, with: Fields) -> Result<Done, Why> {
        let act = Act {
            action: action.to_owned(),
            reason: "the demonstration".to_owned(),
            by: Some("staff".to_owned()),
            with,
        };
        Ok(self.client.post(&format!("requests/{}/act", part(id)), &act).await?)
    }

    /// Waits for the record that this library's machine has of the same loan: `borrowing` or `lending`.
    pub(crate) async fn side_of(&self, broker: &str, machine: &str, library: &str) -> Result<String, Why> {
        let find = |detail: &RequestDetail| {
            let mut all = detail.related.iter();
            let fits = all.find(|it| it.machine == machine && it.library.as_deref() == Some(library));
            fits.map(|it| it.id.clone())
        };
        let what = format!("{library} has its own record of it, {machine}");
        let detail = self.until(broker, &what, |detail| find(detail).is_some()).await?;
        find(&detail).ok_or(Why(what))
    }

    /// Waits for the broker's record of what a hosted library asks for.
    pub(crate) async fn brokered(&self, borrowing: &str) -> Result<String, Why> {
        let find = |detail: &RequestDetail| {
            detail.related.iter().find(|it| it.machine == "brokering").map(|it| it.id.clone())
        };
        let what = "the broker has it";
        let detail = self.until(borrowing, what, |detail| find(detail).is_some()).await?;
        find(&detail).ok_or_else(|| Why(what.to_owned()))
    }
}
