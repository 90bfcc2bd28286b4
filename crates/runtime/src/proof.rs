//! Proves who sends a message by what the registry says of its libraries: an address that is theirs alone, a secret that they present, or the
//! certificate that they show. Who has none is believed as the registry's `broker.unproven` says. Must never log a secret or what was presented for one, and never tell
//! a sender which of its secrets was nearly right.

use std::{net::IpAddr, sync::Arc};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{Engine, engine::general_purpose::STANDARD};
use errors::slug;
use loan_model::PeerId;
use net::{Clock, http::Locality};
use registry::{Carrier, ClientProof, Library, Proof, Unproven as Believed, client_proofs, proofs};

use crate::{
    failed_proofs::{FailedProofs, Pauses, place},
    presented::{Authenticator, Claim, Presented, Protocol, Remedy, Unproven},
    secrets::Secrets,
};

/// Judges claims by the registry.
pub struct Prover {
    secrets: Secrets,
    clock: Arc<dyn Clock>,
    /// By where a message came from and in whose name.
    failed: FailedProofs<(IpAddr, PeerId)>,
}

impl Prover {
    /// Judges by the registry that comes with each claim, and by these secrets, as they are at the moment.
    pub fn new(secrets: Secrets, clock: Arc<dyn Clock>) -> Self {
        Self { secrets, clock, failed: FailedProofs::new(Pauses::OF_PROOFS) }
    }

    /// What the secrets and the certificate are worth that are presented.
    fn judge(&self, presented: &Presented, wanted: &[(&PeerId, Proof)], bound: &[ClientProof]) -> Judgement {
        let mut judgement = Judgement::default();
        if let Some(shown) = presented.certificate.as_ref().filter(|_| !bound.is_empty()) {
            match bound.iter().any(|proof| proof.fits(shown)) {
                true => judgement.right += 1,
                false => judgement.wrong += 1,
            }
        }
        for (library, proof) in wanted {
            let Some(given) = given(&proof.carrier, presented) else { continue };
            match self.secrets.reveal(&proof.secret).map(|secret| (secret.is_empty(), secret)) {
                Ok((false, secret)) if is_same(&expected(&proof.carrier, &secret), &given) => {
                    judgement.right += 1
                }
                Ok((false, _)) => judgement.wrong += 1,
                Ok((true, _)) => judgement.cannot_tell(library, "it is empty"),
                Err(why) => judgement.cannot_tell(library, &why),
            }
        }
        judgement
    }
}

/// How many of the secrets and certificates that are presented are right, are wrong, and cannot be compared.
#[derive(Default)]
struct Judgement {
    right: usize,
    wrong: usize,
    untold: usize,
}

impl Judgement {
    fn cannot_tell(&mut self, library: &PeerId, why: &str) {
        tracing::error!(slug = %slug!("config.secret"), %library, why, "the secret by which a library proves itself cannot be used");
        self.untold += 1;
    }
}

impl Authenticator for Prover {
    fn prove(&self, claim: &Claim<'_>) -> Result<(), Unproven> {
        let Claim { peer, symbol, presented, registry, .. } = claim;
        let address = presented.address.ip();
        let refused = |remedy, why: String| Err(Unproven { library: (*peer).clone(), remedy, why });
        let here: Vec<Speaker<'_>> = registry
            .speakers(peer)
            .filter(|speaker| registry.accepts_from(&speaker.id, address))
            .map(|library| Speaker::of(library, claim))
            .collect();
        if here.is_empty() {
            return refused(Remedy::Address, format!("{symbol} may not be used from the address {address}"));
        }
        let by_address =
            |speaker: &Speaker<'_>| !speaker.must_show && registry.address_proves(speaker.id, address);
        if is_of_the_caller(presented) && here.iter().any(by_address) {
            return Ok(());
        }
        if !registry.can_prove(peer, |proof| counts(proof, claim)) {
            return match registry.unproven() {
                Believed::Accept => Ok(()),
                Believed::Loopback if presented.locality == Locality::Loopback => Ok(()),
                Believed::Loopback | Believed::Refuse => refused(
                    Remedy::Proof,
                    format!(
                        "nothing proves that this comes from {symbol}: its broker must know an address or a secret of its own"
                    ),
                ),
            };
        }
        let bound: Vec<ClientProof> = here.iter().flat_map(|speaker| speaker.bound.clone()).collect();
        let wanted: Vec<(&PeerId, Proof)> = here.into_iter().flat_map(Speaker::wanted).collect();
        if wanted.is_empty() && bound.is_empty() {
            let why = format!("the address {address} does not prove that this comes from {symbol}");
            return refused(Remedy::Address, why);
        }
        let (now, tried) = (self.clock.monotonic(), (place(address), (*peer).clone()));
        if let Some(wait) = self.failed.pause(&tried, now) {
            let why = "too many messages came from here without the right proof: come again later".to_owned();
            return refused(Remedy::Waiting(wait), why);
        }
        let judgement = self.judge(presented, &wanted, &bound);
        if judgement.right > 0 {
            self.failed.forget(&tried);
            return Ok(());
        }
        // A message without any proof is no guess: it must not hold up who has one.
        if judgement.wrong > 0 {
            self.failed.add(&tried, now);
        }
        if judgement.untold > 0 {
            let why = "the broker cannot check who sends this: its operator has been told".to_owned();
            return refused(Remedy::Operator, why);
        }
        let why = format!("the proof that this comes from {symbol} is missing or wrong");
        refused(Remedy::Credentials, why)
    }
}

/// A library that may send with the symbol of a claim, from where the message came.
struct Speaker<'a> {
    id: &'a PeerId,
    proofs: Vec<Proof>,
    /// Which certificates are its own.
    bound: Vec<ClientProof>,
    /// Whether its address alone does not prove it: a secret that an ILS must show over NCIP it must show from its own address too.
    must_show: bool,
}

impl<'a> Speaker<'a> {
    fn of(library: &'a Library, claim: &Claim<'_>) -> Self {
        let proofs: Vec<Proof> = proofs(library).filter(|proof| counts(proof, claim)).collect();
        let bound = client_proofs(library).collect();
        Self { id: &library.id, must_show: proofs.iter().any(Proof::is_for_ncip), proofs, bound }
    }

    fn wanted(self) -> impl Iterator<Item = (&'a PeerId, Proof)> {
        self.proofs.into_iter().map(move |proof| (self.id, proof))
    }
}

/// Whether a proof counts for the claim. The secret of an ILS is for messages over NCIP alone: of its library, and of those that it speaks for, as
/// one ILS does for the branches of a system.
fn counts(proof: &Proof, claim: &Claim<'_>) -> bool {
    claim.protocol == Protocol::Ncip || !proof.is_for_ncip()
}

/// Whether the address is that of who calls. Behind an address of this machine may stand a proxy that nobody named, and whom a trusted
/// proxy does not name has none.
fn is_of_the_caller(presented: &Presented) -> bool {
    let address = presented.address.ip().to_canonical();
    !address.is_unspecified() && (!address.is_loopback() || presented.locality == Locality::Loopback)
}

/// What came in such a carrier, if anything did.
fn given(carrier: &Carrier, presented: &Presented) -> Option<String> {
    let header = |name: &str| {
        let mut found = presented.headers.iter().filter(|(known, _)| known == name);
        // A header that stands twice is anybody's guess.
        found.next().filter(|_| found.next().is_none()).map(|(_, value)| value.as_str())
    };
    let authorization = |scheme: &str| {
        let (given, rest) = header("authorization")?.trim().split_once(' ')?;
        given.eq_ignore_ascii_case(scheme).then(|| rest.trim().to_owned())
    };
    match carrier {
        Carrier::Bearer => authorization("Bearer"),
        Carrier::Basic(_) => authorization("Basic"),
        Carrier::Header(name) => header(name.as_str()).map(str::to_owned),
        Carrier::Path => presented.in_path.as_ref().map(|secret| secret.expose().to_owned()),
        Carrier::Message | Carrier::NcipMessage => {
            presented.credential.as_ref().map(|secret| secret.expose().to_owned())
        }
    }
}

/// How a secret stands in such a carrier.
fn expected(carrier: &Carrier, secret: &str) -> String {
    match carrier {
        Carrier::Basic(user) => STANDARD.encode(format!("{user}:{secret}")),
        Carrier::Bearer | Carrier::Header(_) | Carrier::Path | Carrier::Message | Carrier::NcipMessage => {
            secret.to_owned()
        }
    }
}

fn is_same(expected: &str, given: &str) -> bool {
    verify_slices_are_equal(expected.as_bytes(), given.as_bytes()).is_ok()
}

impl std::fmt::Debug for Prover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Prover")
    }
}

#[cfg(test)]
mod tests {
    use loan_model::Symbol;
    use net::RealClock;
    use registry::Registry;

    use super::*;
    use crate::presented::Credential;

    const REGISTRY: &str = r#"
[broker]
name = "The broker"
symbols = ["ISIL:XX-BROKER"]
unproven = "refuse"

[[library]]
id = "north"
name = "North"
symbols = ["ISIL:XX-NORTH"]
accept_from = ["192.0.2.0/24"]
connection = { url = "http://127.0.0.1:1/", ncip.url = "http://127.0.0.1:1/", ncip.accept_secret = "file:ils" }

[[library]]
id = "south"
name = "South"
symbols = ["ISIL:XX-SOUTH"]
connection = { url = "http://127.0.0.1:1/" }
proof = [{ by = "bearer", secret = "file:ils" }, { by = "bearer", secret = "file:nowhere" }]
"#;

    #[test]
    fn an_ils_secret_is_for_ncip_alone_and_its_address_does_not_replace_it() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("ils"), "open-sesame\n").unwrap();
        let prover = Prover::new(Secrets { dir: dir.path().to_owned() }, Arc::new(RealClock));
        let registry = Registry::parse_toml(REGISTRY).unwrap();
        let (here, elsewhere) = ("192.0.2.7:9", "198.51.100.7:9");
        for (protocol, from, secret, proves) in [
            (Protocol::Iso18626, here, None, true),
            (Protocol::Iso18626, elsewhere, Some("open-sesame"), false),
            (Protocol::Ncip, here, Some("open-sesame"), true),
            (Protocol::Ncip, here, None, false),
            (Protocol::Ncip, here, Some("wrong"), false),
            (Protocol::Ncip, elsewhere, Some("open-sesame"), false),
        ] {
            let presented = Presented::at(from.parse().unwrap()).with_credential(secret.map(Credential::new));
            let (peer, symbol) = (PeerId::new("north"), Symbol::new("ISIL", "XX-NORTH"));
            let claim =
                Claim { protocol, peer: &peer, symbol: &symbol, presented: &presented, registry: &registry };
            assert_eq!(prover.prove(&claim).is_ok(), proves, "{protocol:?} {from} {secret:?}");
        }
    }

    const FAMILY: &str = r#"
[broker]
name = "The broker"
symbols = ["ISIL:XX-BROKER"]
unproven = "accept"

[[library]]
id = "gate"
name = "Gate"
symbols = ["ISIL:XX-GATE"]
kind = "broker"
accept_from = ["192.0.2.1"]
connection = { url = "http://127.0.0.1:1/", ncip.url = "http://127.0.0.1:1/", ncip.accept_secret = "file:ils" }

[[library]]
id = "behind"
name = "Behind"
symbols = ["ISIL:XX-BEHIND"]
behind = "gate"
accept_from = ["198.51.100.1"]
proof = [{ by = "path", secret = "file:path" }]

[[library]]
id = "by-ils"
name = "By its ILS"
symbols = ["ISIL:XX-ILS"]
connection = { url = "http://127.0.0.1:1/", ncip.url = "http://127.0.0.1:1/", ncip.accept_secret = "file:ils" }

[[library]]
id = "placed"
name = "Placed"
symbols = ["ISIL:XX-PLACED"]
accept_from = ["127.0.0.1"]
connection = { url = "http://127.0.0.1:1/" }
"#;

    #[test]
    fn each_that_speaks_for_a_library_proves_it_by_its_own_address_and_secret() {
        let dir = tempfile::tempdir().unwrap();
        for (name, secret) in [("ils", "of-the-ils"), ("path", "of-the-path")] {
            std::fs::write(dir.path().join(name), secret).unwrap();
        }
        let registry = Registry::parse_toml(FAMILY).unwrap();
        let (gate, own, other) = ("192.0.2.1:9", "198.51.100.1:9", "203.0.113.1:9");
        let (iso, ncip) = (Protocol::Iso18626, Protocol::Ncip);
        let cases = [
            (iso, "behind", gate, None, Ok(())),
            (iso, "behind", own, None, Ok(())),
            (iso, "behind", other, Some("of-the-path"), Err(Remedy::Address)),
            (iso, "gate", own, None, Err(Remedy::Address)),
            (ncip, "behind", own, Some("of-the-path"), Ok(())),
            // The broker's ILS shows its secret for those that it speaks for, too, and from its own address.
            (ncip, "behind", gate, Some("of-the-ils"), Ok(())),
            (ncip, "behind", gate, None, Err(Remedy::Credentials)),
            (ncip, "behind", other, Some("of-the-ils"), Err(Remedy::Address)),
            (ncip, "gate", gate, None, Err(Remedy::Credentials)),
            (ncip, "gate", gate, Some("of-the-ils"), Ok(())),
            // No secret of an ILS counts here, and so there is nothing that could prove it.
            (iso, "by-ils", other, Some("of-the-ils"), Ok(())),
            (ncip, "by-ils", other, Some("wrong"), Err(Remedy::Credentials)),
            // Behind an address of this machine may stand a proxy.
            (iso, "placed", "127.0.0.1:9", None, Ok(())),
        ];
        let prove = |protocol, id: &str, presented: &Presented| {
            let prover = Prover::new(Secrets { dir: dir.path().to_owned() }, Arc::new(RealClock));
            let peer = PeerId::new(id);
            let symbol = registry.library(&peer).unwrap().symbols[0].clone();
            let claim = Claim { protocol, peer: &peer, symbol: &symbol, presented, registry: &registry };
            prover.prove(&claim).map_err(|unproven| unproven.remedy)
        };
        for (protocol, id, from, secret, expected) in cases {
            let in_path = secret.map(Credential::new);
            let presented = Presented { in_path: in_path.clone(), ..Presented::at(from.parse().unwrap()) };
            let presented = presented.with_credential(in_path);
            assert_eq!(prove(protocol, id, &presented), expected, "{protocol:?} {id} {from} {secret:?}");
        }
        let relayed =
            Presented { locality: Locality::Elsewhere, ..Presented::at(([127, 0, 0, 1], 9).into()) };
        assert_eq!(prove(iso, "placed", &relayed), Err(Remedy::Address));
    }

    #[test]
    fn guesses_count_while_another_secret_cannot_be_read() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("ils"), "open-sesame\n").unwrap();
        let prover = Prover::new(Secrets { dir: dir.path().to_owned() }, Arc::new(RealClock));
        let registry = Registry::parse_toml(REGISTRY).unwrap();
        let (peer, symbol) = (PeerId::new("south"), Symbol::new("ISIL", "XX-SOUTH"));
        let presented = Presented {
            headers: vec![("authorization".to_owned(), "Bearer guess".to_owned())],
            ..Presented::at(([127, 0, 0, 1], 9).into())
        };
        let claim = Claim {
            protocol: Protocol::Iso18626,
            peer: &peer,
            symbol: &symbol,
            presented: &presented,
            registry: &registry,
        };
        let remedies: Vec<Remedy> = (0..6).map(|_| prover.prove(&claim).unwrap_err().remedy).collect();
        assert_eq!(remedies[..5], [Remedy::Operator; 5]);
        assert!(matches!(remedies[5], Remedy::Waiting(_)), "{remedies:?}");
    }
}
