//! The settings of mail, as the gateway takes them. Must never show a password.

use errors::slug;
use manual::mail::{BadMailSettings, MailSettings, MailTls, Password};

use super::{
    table::Mail,
    values::{MailSecurity, PasswordAt},
};
use crate::exit::Failure;

/// What the keys say, the password apart; nothing, where no host is named.
pub(super) fn settings(mail: &Mail) -> Result<Option<MailSettings>, BadMailSettings> {
    if mail.host.0.is_empty() {
        return Ok(None);
    }
    let tls = match mail.tls {
        MailSecurity::StartTls => MailTls::StartTls,
        MailSecurity::Tls => MailTls::Implicit,
        MailSecurity::Plain => MailTls::Plain,
    };
    // A port that is none is refused when it is connected to, and that is said then.
    let port = u16::try_from(mail.port).unwrap_or_default();
    MailSettings::new(&mail.host.0, port, tls, &mail.from.0, &mail.links.0).map(Some)
}

/// The settings with the password, read from where it is kept.
pub(crate) fn with_password(mail: &Mail) -> Result<Option<MailSettings>, Failure> {
    let failed = |why: String| Failure::new(slug!("config.mail"), why);
    let Some(settings) = settings(mail).map_err(|why| failed(why.to_string()))? else { return Ok(None) };
    if mail.user.0.is_empty() {
        return Ok(Some(settings));
    }
    let password = match &mail.password {
        PasswordAt::Nowhere => return Err(failed("mail.user is set, and mail.password is not".to_owned())),
        PasswordAt::File(path) => std::fs::read_to_string(path)
            .map_err(|why| failed(format!("the password of mail: {}: {why}", path.display())))?,
        PasswordAt::Variable(name) => std::env::var(name)
            .map_err(|_| failed(format!("the password of mail: the environment has no variable {name}")))?,
    };
    let password = Password::new(password.trim_end_matches(['\r', '\n']));
    Ok(Some(settings.with_login(mail.user.0.clone(), password)))
}
