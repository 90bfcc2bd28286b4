//! Every key of the configuration, declared once. From here come the reader, the reference and the commented example.

use std::{net::SocketAddr, path::PathBuf};

use super::values::{
    Address, Addresses, Bytes, Engine, Expose, FileAt, ForwardedBy, Keep, LogFormat, LogRules, MailSecurity,
    PasswordAt, Span, Text, TlsFrom, Value, WebBase,
};

/// A key as the reader, the reference and the example need it.
pub(crate) struct Key {
    pub(crate) section: &'static str,
    pub(crate) name: &'static str,
    pub(crate) doc: &'static [&'static str],
    pub(crate) kind: &'static str,
    pub(crate) default: &'static str,
    /// Whether TOML writes it without quotes.
    pub(crate) bare: bool,
    pub(crate) set: fn(&mut Config, &str) -> Result<(), ()>,
    pub(crate) get: fn(&Config) -> String,
}

impl Key {
    /// Its full name.
    pub(crate) fn path(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }

    /// The environment variable that overrides it.
    pub(crate) fn variable(&self) -> String {
        format!("ILLGATE_{}__{}", self.section, self.name).to_uppercase()
    }

    /// A value as TOML writes it.
    pub(crate) fn toml(&self, value: &str) -> String {
        if self.bare { value.to_owned() } else { toml::Value::from(value).to_string() }
    }
}

/// Declares the sections and their keys: `name: kind = "default";`, each with its description.
macro_rules! configuration {
    ($($(#[doc = $sdoc:literal])+ [$section:ident] $part:ident {
        $($(#[doc = $doc:literal])+ $key:ident : $kind:ty = $default:literal;)+
    })+) => {
        $($(#[doc = $sdoc])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) struct $part {
            $($(#[doc = $doc])+ pub(crate) $key: $kind,)+
        })+

        /// The whole configuration.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) struct Config {
            $($(#[doc = $sdoc])+ pub(crate) $section: $part,)+
        }

        /// Every section with its description.
        pub(crate) const SECTIONS: &[(&str, &[&str])] = &[$((stringify!($section), &[$($sdoc),+]),)+];

        /// Every key, in the order of the reference.
        pub(crate) const KEYS: &[Key] = &[$($(Key {
            section: stringify!($section),
            name: stringify!($key),
            doc: &[$($doc),+],
            kind: <$kind as Value>::KIND,
            default: $default,
            bare: <$kind as Value>::BARE,
            set: |config, text| {
                config.$section.$key = Value::read(text).ok_or(())?;
                Ok(())
            },
            get: |config| config.$section.$key.text(),
        },)+)+];

        impl Default for Config {
            fn default() -> Self {
                Self { $($section: $part { $(
                    $key: <$kind as Value>::read($default)
                        .expect("a test reads every default of the table"),
                )+ },)+ }
            }
        }
    };
}

configuration! {
    /// Where the gateway listens, and for how long it listens to one client.
    [server] Server {
        /// The address and port. Port 0 takes any free one; `illgate status` tells which.
        listen: SocketAddr = "127.0.0.1:18626";
        /// The certificate that is shown there, with those between it and its root, in PEM. With it HTTPS is spoken and nothing else, and the
        /// address may be one that other machines reach. A new one is taken up within a minute, without a restart; 30, 7 and 1 days before one
        /// ends, `illgate incidents list`, `/health/ready` and the log say so.
        certificate: FileAt = "";
        /// The key of that certificate, in PEM, without a passphrase.
        key: FileAt = "";
        /// The authorities, in PEM, whose certificates the systems of libraries may show to prove who they are (a `[[library.proof]]` says
        /// whose is whose). Who shows none is let in and has proved nothing; who shows another is not let in. Holds for NCIP without HTTP
        /// too. Name only authorities whom you trust to tell your libraries apart.
        client_authorities: FileAt = "";
        /// The authorities' lists of the certificates that they took back (CRL), in PEM. Where there are any, a certificate of an authority
        /// without a list is refused, and so is every one while its list is over. A new file is taken up without a restart.
        client_revocations: FileAt = "";
        /// The oldest version of TLS that is spoken, here and for NCIP without HTTP. 1.3 goes with AES-GCM and ChaCha20-Poly1305; 1.2 with these
        /// and ephemeral elliptic curves (ECDHE) alone.
        tls_from: TlsFrom = "1.2";
        /// Who may be served without TLS. Without a certificate, an address that is not loopback is refused unless this says
        /// `plain-http`: do that only behind a proxy that ends TLS.
        expose: Expose = "loopback";
        /// Proxies in front of the gateway. What they say of their client counts as where a message comes from: for `accept_from`, for how
        /// much is kept of one source, and in the log. From anybody else it is not looked at. A proxy must add the header to every request: without
        /// it, one on this machine looks like a program here.
        trusted_proxies: Addresses = "";
        /// Where they say it. Another header is not looked at: their clients can send it through them.
        forwarded_header: ForwardedBy = "x-forwarded-for";
        /// How many connections may be open at once.
        connections: u32 = "2048";
        /// How many of them may come from one address; more are closed at once.
        connections_per_source: u32 = "256";
        /// How long a client may take for the head of a request.
        header_timeout: Span = "15s";
        /// How long a client may take for a whole request.
        body_timeout: Span = "30s";
        /// How long a stop waits for what is being done.
        drain_timeout: Span = "20s";
    }
    /// NCIP without HTTP. (With it, messages are posted to `/ncip` on the server's port.)
    [ncip] Ncip {
        /// The address and port where messages come one after another on a bare connection, as some library systems send them. What
        /// `[server]` says of exposure, connections and time-outs holds for it too. Behind a tunnel on this machine every caller looks like a
        /// program here: give each library a proof then.
        listen: Address = "off";
        /// The certificate that is shown there, with those between it and its root, in PEM. With it messages come over TLS, and the address may be
        /// one that other machines reach. A new one is taken up without a restart.
        certificate: FileAt = "";
        /// The key of that certificate, in PEM.
        key: FileAt = "";
    }
    /// Where the gateway keeps what it keeps.
    [data] Data {
        /// The folder of the store, its keyring and the API's token. Readable by its owner only.
        /// A relative one counts from the folder of the configuration file.
        dir: PathBuf = "illgate-data";
    }
    /// How it is kept.
    [store] Store {
        /// The engine. `memory` loses everything at the end of the process.
        engine: Engine = "redb";
        /// With less free space than this, new messages are answered 503 while what is on its way goes on.
        free_space_floor: Bytes = "256 MiB";
    }
    /// What a message may be at most. Beyond it a message is refused; nothing larger is ever held.
    [limits] Limits {
        /// Its size.
        message: Bytes = "1 MiB";
        /// How deep its elements nest.
        depth: u32 = "32";
        /// How many elements it has.
        elements: u32 = "20000";
    }
    /// What came in and could not be attributed to a request: kept, bounded per source.
    [intake] Intake {
        /// How many such messages are kept of one source.
        count: u32 = "1000";
        /// How many bytes of them.
        bytes: Bytes = "16 MiB";
    }
    /// How long things are kept. `illgate store prune` takes what is over.
    [retention] Retention {
        /// The bytes of messages, after their request has closed.
        raw: Keep = "90d";
        /// Everything else of a request, after it has closed. `forever` until your copyright rules say otherwise.
        events: Keep = "forever";
        /// What could not be attributed.
        intake: Keep = "30d";
    }
    /// How libraries without a system of their own are told by mail. Without a host nobody is told.
    [mail] Mail {
        /// The SMTP server.
        host: Text = "";
        /// Its port: 587 as a rule with STARTTLS, 465 with TLS.
        port: u32 = "587";
        /// How the way there is secured. `plain` is for a server on this machine only.
        tls: MailSecurity = "starttls";
        /// As whom the gateway logs in there, if it has to.
        user: Text = "";
        /// Where the password for it is kept.
        password: PasswordAt = "";
        /// Whom the mails are from: `Interlibrary loans <ill@example.org>`.
        from: Text = "";
        /// Where staff reach this gateway with a browser: `https://ill.example.org`. The links in mails begin with it.
        links: Text = "";
    }
    /// Copies that libraries without ISO 18626 of their own hand over as files; the requester is told where to fetch them.
    [copies] CopiesOf {
        /// How large a file may be.
        size: Bytes = "32 MiB";
        /// How long the link to it works. (The file itself is kept as `retention.raw` says.)
        link: Span = "30d";
        /// Where requesters reach this gateway: `https://ill.example.org`. The links begin with it; where nothing is said, with `mail.links`,
        /// and without either no files are taken.
        links: WebBase = "";
    }
    /// What is logged, on standard error.
    [log] Log {
        /// The form of a line.
        format: LogFormat = "text";
        /// What is logged.
        level: LogRules = "info";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_reads_and_is_written_as_it_stands() {
        let config = Config::default();
        for key in KEYS {
            assert_eq!((key.get)(&config), key.default, "{}", key.path());
        }
    }
}
