//! What the pages say and look like. Each works without script, by keyboard and read aloud: one heading, a label for every field, what is
//! wrong said before the form and named beside it.

use std::{fmt::Write, sync::LazyLock};

use acts::{ActKind, Count, FieldInfo, Need, Takes};
use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::STANDARD};
use errors::slug;
use hyper::StatusCode;
use runtime::copy_file::CopyFile;
use slips::{Heading, Slip, escaped, section};

use super::{
    Filling,
    form::{self, NOTE, asks_file},
    multipart::FILE,
};
use crate::{ActFailed, Allowed, Done, Link, offers};

/// A page to answer with.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) html: String,
}

const STYLE: &str = "\
body{font:1.05rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:42rem;margin:2rem auto;padding:0 1rem;\
overflow-wrap:anywhere}\
h1{font-size:1.5rem}section{border:1px solid #767676;padding:1rem;margin:1.5rem 0}section h2{font-size:1.1rem;margin:0}.sides p{margin:.2rem 0}\
dl{display:grid;grid-template-columns:minmax(6rem,9rem) 1fr;gap:.2rem .8rem}dt{font-weight:600}dd{margin:0}\
address{font-style:normal}svg{max-width:100%;height:auto}figure{margin:0}\
label,legend{display:block;font-weight:600;margin-top:1rem}fieldset{border:1px solid #767676;margin:1rem 0}\
fieldset label{font-weight:400;margin:.5rem 0}textarea,input[type=date],input[type=text]{font:inherit;padding:.4rem;width:100%;\
box-sizing:border-box;border:1px solid #595959}\
button{font:inherit;font-weight:600;margin-top:1.5rem;padding:.7rem 1.4rem;min-height:2.75rem;color:#fff;background:#0b4f8a;\
border:2px solid #0b4f8a;border-radius:.3rem}\
:focus-visible{outline:3px solid #b35900;outline-offset:2px}\
.wrong{border:2px solid #a30000;padding:.6rem 1rem}.hint{margin:.1rem 0 .3rem}";

/// What the browser may load and do: this style, this form, nothing else.
pub(super) fn policy() -> &'static str {
    static POLICY: LazyLock<String> = LazyLock::new(|| {
        let hash = STANDARD.encode(digest::digest(&digest::SHA256, STYLE.as_bytes()));
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
    });
    &POLICY
}

/// The form that does what the link is for.
pub(super) fn form(link: &Link, slip: Option<&Slip>, filled: &Filling, wrong: Option<&str>) -> Page {
    let says = offers::says(link.act);
    let mut body = String::new();
    if let Some(wrong) = wrong {
        let _ = writeln!(
            body,
            "<div class=\"wrong\" id=\"wrong\" role=\"alert\"><p>Nothing was done yet: {}.</p></div>",
            escaped(wrong)
        );
    }
    body += "<p>Nothing has been done yet. It is done when you press the button.</p>\n";
    body += &about(slip);
    body += match asks_file(link.act) {
        true => "<form method=\"post\" enctype=\"multipart/form-data\">\n",
        false => "<form method=\"post\">\n",
    };
    body += &fields(link.act, filled, wrong.is_some());
    let _ = writeln!(body, "<button type=\"submit\">{}</button>\n</form>", escaped(says));
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page(status, says, &body)
}

/// It was done.
pub(super) fn done(link: &Link, slip: Option<&Slip>, done: &Done) -> Page {
    let phase = if done.phase.is_empty() {
        String::new()
    } else {
        format!("<p>The request is now: {}.</p>\n", escaped(&done.phase.replace('-', " ")))
    };
    let body =
        format!("<p role=\"status\">Noted: {}.</p>\n{phase}{}", escaped(offers::says(link.act)), about(slip));
    page(StatusCode::OK, "Thank you", &body)
}

pub(super) fn not_ours() -> Page {
    let body = "<p>This link was not sent from here, or it was changed or cut on its way. Open the mail again and follow the whole \
                link, or copy all of it into the address line.</p>\n";
    page(StatusCode::NOT_FOUND, "This link is not known", body)
}

pub(super) fn expired(link: &Link) -> Page {
    let body = format!(
        "<p>The link “{}” could be used until {}. Nothing was done. The next mail about the request has new links; or ask \
         the consortium's office.</p>\n",
        escaped(offers::says(link.act)),
        link.expires.strftime("%Y-%m-%d %H:%M UTC")
    );
    page(StatusCode::GONE, "This link has expired", &body)
}

pub(super) fn used(link: &Link) -> Page {
    let body = format!(
        "<p>“{}” has been noted already: a link works once. Nothing was done now.</p>\n",
        escaped(offers::says(link.act))
    );
    page(StatusCode::GONE, "This link has been used", &body)
}

/// The act is not allowed as the request stands.
pub(super) fn not_now(link: &Link, allowed: &Allowed) -> Page {
    let mut body = format!(
        "<p>“{}” is not possible as the request stands. Nothing was done.</p>\n",
        escaped(offers::says(link.act))
    );
    if allowed.acts.is_empty() {
        body += "<p>Nothing is asked of you for this request at the moment.</p>\n";
    } else {
        body += "<p>What is possible now, by the links of the last mail:</p>\n<ul>\n";
        for act in &allowed.acts {
            let _ = writeln!(body, "<li>{}</li>", escaped(offers::says(*act)));
        }
        body += "</ul>\n";
    }
    body += &about(allowed.slip.as_deref());
    page(StatusCode::CONFLICT, "Not possible now", &body)
}

/// It could not be done.
pub(super) fn failed(link: &Link, why: ActFailed) -> Page {
    match why {
        ActFailed::DoneBefore => used(link),
        ActFailed::NoRequest => {
            let body = "<p>The request is not there any more. Nothing was done.</p>\n";
            page(StatusCode::GONE, "No such request", body)
        }
        ActFailed::NotAllowed { why } | ActFailed::Unfit { why } => {
            let body = format!(
                "<p>It cannot be done as the request stands: {}. Nothing was done.</p>\n",
                escaped(&why)
            );
            page(StatusCode::CONFLICT, "Not possible now", &body)
        }
        ActFailed::NotNow { why } => {
            tracing::warn!(slug = %slug!("link.not-done"), why, "an act by link could not be done");
            let body =
                "<p>It could not be done just now. The link stays good: try again in a few minutes.</p>\n";
            page(StatusCode::SERVICE_UNAVAILABLE, "Try again later", body)
        }
    }
}

fn fields(act: ActKind, filled: &Filling, wrong: bool) -> String {
    let value = |name: &str| escaped(filled.get(name).map(String::as_str).unwrap_or_default());
    let mut out = String::new();
    for field in form::fields(act) {
        out += &input(act, field, &value(field.name), wrong);
    }
    if asks_file(act) {
        let endings = CopyFile::endings().map(|ending| format!(".{ending}")).collect::<Vec<_>>().join(",");
        let _ = writeln!(
            out,
            "<label for=\"{FILE}\">The copy</label>\n<p class=\"hint\" id=\"{FILE}-hint\">A PDF file or a picture. The other library is \
             sent a link to it.</p>\n<input type=\"file\" id=\"{FILE}\" name=\"{FILE}\" accept=\"{endings}\" required \
             aria-describedby=\"{FILE}-hint\">"
        );
    }
    let _ = writeln!(
        out,
        "<label for=\"{NOTE}\">Note (optional)</label>\n<p class=\"hint\" id=\"{NOTE}-hint\">It is kept with the request. Name no \
         patron.</p>\n<textarea id=\"{NOTE}\" name=\"{NOTE}\" rows=\"2\" maxlength=\"1000\" \
         aria-describedby=\"{NOTE}-hint\">{}</textarea>",
        value(NOTE)
    );
    out
}

/// The input of a field, by what it takes.
fn input(act: ActKind, field: &FieldInfo, value: &str, wrong: bool) -> String {
    let name = field.name;
    let label = escaped(offers::label(field));
    let required = if field.need == Need::Required { " required" } else { "" };
    if let Takes::Code(codes) = field.takes {
        let described = if wrong { " aria-describedby=\"wrong\"" } else { "" };
        let mut out = format!("<fieldset{described}>\n<legend>{label}</legend>\n");
        for code in codes {
            let checked = if value == *code { " checked" } else { "" };
            let _ = writeln!(
                out,
                "<label><input type=\"radio\" name=\"{name}\" value=\"{code}\"{required}{checked}> {}</label>",
                escaped(offers::code(code))
            );
        }
        return out + "</fieldset>\n";
    }
    let hint = escaped(offers::hint(act, field));
    let head =
        format!("<label for=\"{name}\">{label}</label>\n<p class=\"hint\" id=\"{name}-hint\">{hint}</p>\n");
    let described = format!("id=\"{name}\" name=\"{name}\" aria-describedby=\"{name}-hint\"{required}");
    match (field.count, field.takes) {
        (Count::Many, _) => format!(
            "{head}<textarea {described} rows=\"3\" autocomplete=\"off\" spellcheck=\"false\">{value}</textarea>\n"
        ),
        (Count::One, Takes::DayOrTime) => {
            format!("{head}<input type=\"date\" {described} value=\"{value}\">\n")
        }
        (Count::One, _) => format!("{head}<input type=\"text\" {described} value=\"{value}\">\n"),
    }
}

fn about(slip: Option<&Slip>) -> String {
    slip.map(|slip| section(slip, Heading::Part)).unwrap_or_default()
}

fn page(status: StatusCode, title: &str, body: &str) -> Page {
    let title = escaped(title);
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n"
    );
    Page { status, html }
}
