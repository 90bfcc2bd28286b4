//! `illgate status`: the running gateway at a glance.

use api::model::{ClockKind, IntakeState, SERVER_CERTIFICATE, Status};

use super::wait;
use crate::{
    client::Client,
    context::Context,
    exit::{Exit, Failure},
    output::{Colour, Tone},
    timeline::moment,
};

pub(crate) fn run(context: &Context) -> Result<Exit, Failure> {
    let client = Client::find(context)?;
    wait(async {
        let status: Status = client.get("status").await?;
        context.output.value(&status, print)?;
        Ok(Exit::Ok)
    })
}

fn print(status: &Status, colour: Colour) -> String {
    let mut text = String::new();
    let mut said = |name: &str, value: String| text += &format!("{name:<12} {value}\n");
    said("release", status.version.clone());
    let secured = status.certificates.iter().any(|shown| shown.named_by == SERVER_CERTIFICATE);
    let scheme = if secured { "https" } else { "http" };
    said("listening", format!("{scheme}://{}", status.listen));
    if let Some(listen) = &status.ncip_listen {
        said("", format!("{listen} (NCIP without HTTP)"));
    }
    for shown in &status.certificates {
        said("certificate", format!("until {} ({})", moment(shown.ends), shown.named_by));
    }
    said("running", format!("since {}", moment(status.started_at)));
    said(
        "clock",
        match status.clock {
            ClockKind::Real => moment(status.now),
            ClockKind::Stepped => format!("{} (a clock that can be advanced)", moment(status.now)),
        },
    );
    said(
        "intake",
        match status.intake {
            IntakeState::Open => colour.paint(Tone::Good, "open"),
            IntakeState::NoSpace => colour.paint(Tone::Bad, "closed: the disk is nearly full"),
            IntakeState::Draining => colour.paint(Tone::Warn, "closed: going down"),
        },
    );
    let free = status.free_bytes.map_or(String::new(), |bytes| format!(", {} MiB free", bytes >> 20));
    said("store", format!("{}{free}", status.engine));
    said("registry", format!("version {}, {} libraries", status.registry_version, status.libraries));
    said("queue", format!("{} waiting, {} held", status.queued, status.held));
    said("attention", format!("{} requests need staff", status.attention));
    if status.library_incidents > 0 {
        let many = format!("{} incidents about libraries or the gateway", status.library_incidents);
        said("", format!("{} (see `illgate incidents list`)", colour.paint(Tone::Warn, many)));
    }
    for counter in &status.counters {
        said("counter", format!("{} {}", counter.name, counter.value));
    }
    text
}
