//! The demonstration: a gateway in a process of its own, simulated libraries of both editions on loopback, ILSs and a mailbox of libraries
//! that the gateway hosts, and the scenarios that are played between them. Everything goes over real sockets; a kill is a real kill. Must never touch a store that is not its own.

mod scenarios;
mod stage;

use std::time::{Duration, Instant};

use api::model::RequestDetail;
use errors::slug;
use net::{Clock, RealClock, timeout};
use serde::Serialize;

use self::{
    scenarios::{SCENARIOS, Scenario},
    stage::Stage,
};
use crate::{
    exit::{Exit, Failure},
    output::{Form, Output, Table, Tone, say},
    stop,
    timeline::Timeline,
};

/// How long one scenario may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// What happens after the last scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stay {
    Once,
    Up,
}

/// How a scenario ended.
#[derive(Debug, Serialize)]
struct Played {
    scenario: &'static str,
    outcome: String,
    ok: bool,
    /// What was asked in it: ids under which the gateway knows the requests.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    requests: Vec<String>,
    /// What was shown on the way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<String>,
    milliseconds: u128,
}

/// Lists the scenarios.
pub(crate) fn list(output: &Output) -> Result<Exit, Failure> {
    output.value(&SCENARIOS, |scenarios, colour| {
        let mut table = Table::new(&["SCENARIO", "WHAT HAPPENS"]);
        for scenario in *scenarios {
            table.row([scenario.name.to_owned(), scenario.title.to_owned()]);
        }
        table.print(colour)
    })?;
    Ok(Exit::Ok)
}

/// Plays the scenarios.
pub(crate) async fn run(output: Output, stay: Stay, only: &[String], engine: &str) -> Result<Exit, Failure> {
    for name in only {
        if !SCENARIOS.iter().any(|scenario| scenario.name == name) {
            return Err(Failure::new(slug!("demo.unknown"), format!("there is no scenario `{name}`"))
                .hint("`illgate demo --list` lists them"));
        }
    }
    let mut signals = stop::Signals::listen()?;
    let began = RealClock.monotonic();
    let stage = Stage::set(engine).await?;
    if output.form == Form::Text {
        say(format!("The gateway runs at {} and {} libraries around it.\n", stage.url(), stage.libraries()));
    }
    let mut all_well = true;
    let wanted =
        SCENARIOS.iter().filter(|scenario| only.is_empty() || only.iter().any(|name| name == scenario.name));
    for scenario in wanted {
        tokio::select! {
            played = play(&output, &stage, scenario) => all_well &= played?,
            why = signals.asked() => {
                say(format!("stopped: {why}"));
                stage.strike().await;
                return Ok(Exit::Finding);
            }
        }
    }
    let took = RealClock.monotonic() - began;
    if output.form == Form::Text {
        let verdict = match all_well {
            true => output.colour.paint(Tone::Good, "Every scenario ended as it should."),
            false => output.colour.paint(Tone::Bad, "Not every scenario ended as it should."),
        };
        output.text(format!("{verdict} ({:.1} s)", took.as_secs_f64()))?;
    }
    if stay == Stay::Up {
        say(stage.invitation());
        signals.asked().await;
    }
    stage.strike().await;
    Ok(if all_well { Exit::Ok } else { Exit::Finding })
}

/// Plays one scenario and shows its timeline; tells whether it ended as it should.
async fn play(output: &Output, stage: &Stage, scenario: &Scenario) -> Result<bool, Failure> {
    let colour = output.colour;
    if output.form == Form::Text {
        output.text(format!("{}  {}", colour.paint(Tone::Title, scenario.name), scenario.title))?;
    }
    let began: Instant = RealClock.monotonic();
    let ended = timeout(&RealClock, TIMEOUT, (scenario.play)(stage)).await;
    let outcome = match ended {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(why)) => why.0,
        Err(_) => format!("not over within {} s", TIMEOUT.as_secs()),
    };
    let (steps, asked, by_patrons) = (stage.notes(), stage.asked(), stage.asked_by_patrons());
    let played = Played {
        scenario: scenario.name,
        ok: outcome == scenario.outcome,
        outcome,
        requests: [asked.as_slice(), &by_patrons].concat(),
        steps: steps.iter().map(|(_, step)| step.clone()).collect(),
        milliseconds: (RealClock.monotonic() - began).as_millis(),
    };
    match output.form {
        Form::Json => output.json(&played)?,
        Form::Text => {
            if let Some(id) = asked.first() {
                match stage.request(id).await {
                    Ok(detail) => output.text(show(output, &detail))?,
                    Err(why) => say(format!("{id}: {}", why.0)),
                }
            }
            if asked.len() > 1 {
                output.text(format!("and {} more like it: {}", asked.len() - 1, asked[1..].join(", ")))?;
            }
            for (tone, note) in steps {
                output.text(colour.paint(tone, note))?;
            }
            let (tone, mark) =
                if played.ok { (Tone::Good, "✓") } else { (Tone::Bad, "✗ not as it should be:") };
            output.text(format!(
                "{} ({} ms)\n",
                colour.paint(tone, format!("{mark} {}", played.outcome)),
                played.milliseconds
            ))?;
        }
    }
    if !played.ok {
        say(format!("the gateway's log: {}", stage.log_tail()));
    }
    Ok(played.ok)
}

fn show(output: &Output, detail: &RequestDetail) -> String {
    let mut timeline = Timeline::new(output.colour, &detail.legs);
    let mut text = timeline.head();
    for step in &detail.timeline {
        text += &timeline.step(step);
    }
    text
}
