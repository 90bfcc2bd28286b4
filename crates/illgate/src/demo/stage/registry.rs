//! The registry of the demonstration: quick retries, and the usual clocks.

use simulator::{Library, ils::IlsServer};

use super::{
    BROKER,
    hosted::{HOSTED, OTHERS, Tells},
    mailbox::MANUAL,
    native::NATIVES,
    symbol,
    union::{ISLE, UNION, Union},
};

/// The registry's file.
pub(super) fn file(libraries: &[Library], union: &Union, systems: &[IlsServer]) -> String {
    let mut text = format!(
        "[broker]\nname = \"The demonstration's broker\"\nsymbols = [\"{BROKER}\"]\n\n\
         [defaults.connection]\nrate = \"1000/s\"\n\
         timeouts = {{ connect = \"1s\", read = \"2s\", total = \"3s\" }}\n\
         retry = {{ first = \"100ms\", factor = 2, longest = \"1s\", give_up_after = \"1h\" }}\n\n\
         [defaults.hosted]\nundo_window = \"0s\"\n\n\
         [[ncip_route]]\nservices = [\"LookupUser\"]\n"
    );
    for (native, library) in NATIVES.iter().zip(libraries) {
        text += &entry(native.id, native.name);
        text += &format!(
            "\n[library.connection]\nurl = \"{}\"\nedition = \"{}\"\nface = \"{}\"\n",
            library.url(),
            native.edition,
            native.face
        );
    }
    text += &entry(UNION, "The island's broker");
    text += &format!(
        "kind = \"broker\"\n\n[library.connection]\nurl = \"{}\"\nedition = \"2021-2\"\n",
        union.broker.url()
    );
    text += &entry(ISLE, "Island Library");
    text += &format!("behind = \"{UNION}\"\n");
    for (hosted, ils) in HOSTED.iter().zip(systems) {
        let polled = hosted.tells == Tells::Nothing;
        text += &entry(hosted.id, hosted.name);
        text += &format!(
            "\n[library.connection]\nkind = \"ncip\"\n\n[library.connection.ncip]\nurl = \"{}\"\npreset = \"{}\"\n\
             version = \"{}\"\ninstitutional_patrons = [{{ patron = \"{OTHERS}\" }}]\n",
            ils.url(),
            hosted.dialect,
            hosted.version,
        );
        if !polled {
            text += "steps.poll_item = false\n";
        }
    }
    text += &entry(MANUAL.id, MANUAL.name);
    text +=
        &format!("\n[library.connection]\nkind = \"manual\"\nmanual.mail_to = [\"{}\"]\n", MANUAL.mail_to);
    text
}

fn entry(id: &str, name: &str) -> String {
    format!("\n[[library]]\nid = \"{id}\"\nname = \"{name}\"\nsymbols = [\"{}\"]\n", symbol(id))
}
