//! A library without a system lends by hand: its staff get mails, open the pages of their links, and press buttons.

use iso18626::Status;
use simulator::NewRequest;

use super::super::stage::{Stage, Why};

pub(super) async fn lends_by_mail(stage: &Stage) -> Result<String, Why> {
    let title = "Moths of the Heath";
    let talk = stage.ask("hill", NewRequest::loan(title).author("L. Lamp"), &["heath"]).await?;
    let lending = stage.side_of(&talk.0.id(), "lending", "heath").await?;
    let asked = stage.mail(title, "Please pull").await?;
    match asked.parts().iter().find(|part| part.media == "application/pdf") {
        Some(slip) if slip.bytes.starts_with(b"%PDF-") => {
            let name = slip.name.as_deref().unwrap_or("a file");
            stage.show(format!("• Heath Village gets a mail: Please pull. The slip is with it: {name}"));
        }
        _ => return Err(Why("no slip came with the mail".to_owned())),
    }

    let early = stage.press(&asked, "It has come back to us", "").await?;
    presses(
        early,
        409,
        "• They say too early that it has come back: the page says that this cannot be now",
        stage,
    )?;
    let will_supply = "We have it and will send it";
    let pressed = stage.press(&asked, will_supply, "").await?;
    presses(
        pressed,
        200,
        "• They open the link's page, look, and confirm: We have it and will send it",
        stage,
    )?;
    talk.hears(Status::WillSupply).await?;
    let again = stage.press(&asked, will_supply, "").await?;
    presses(again, 410, "• The same link again: it works once", stage)?;
    let pressed = stage.press(&asked, "We have sent it", "volumes=H-1").await?;
    presses(pressed, 200, "• They confirm: We have sent it, and scan its barcode", stage)?;
    let loaned = talk.hears(Status::Loaned).await?;
    let items = loaned.delivery_info.map(|info| info.item_id).unwrap_or_default();
    if items != ["H-1"] {
        return Err(Why(format!("Hill Town was told of {items:?}")));
    }
    talk.0.received().await?;
    stage.until_phase(&lending, "on-loan").await?;
    talk.0.shipped_return().await?;
    let back = stage.mail(title, "It is on its way back to you").await?;
    stage.show("• Heath Village gets a mail: It is on its way back to you".to_owned());
    let pressed = stage.press(&back, "It has come back to us", "volumes=H-1").await?;
    presses(pressed, 200, "• They confirm: It has come back to us", stage)?;
    talk.hears(Status::LoanCompleted).await?;
    stage.settled(&talk).await?;
    stage.at_rest(&lending).await?;
    Ok(talk.ending())
}

/// Shows what was pressed, if the page answered as it should.
fn presses(answered: u16, expected: u16, what: &str, stage: &Stage) -> Result<(), Why> {
    if answered != expected {
        return Err(Why(format!("{what}: the page answered {answered} and not {expected}")));
    }
    stage.show(what.to_owned());
    Ok(())
}
