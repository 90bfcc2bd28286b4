//! Proves who sends a message by what the registry says of its libraries: an address that is theirs alone, or a secret that they present. Who
//! has neither is believed as the registry's `broker.unproven` says. Must never log a secret or what was presented for one, and never tell
//! a sender which of its secrets was nearly right.

use std::{net::IpAddr, sync::Arc};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{Engine, engine::general_purpose::STANDARD};
use errors::slug;
use loan_model::PeerId;
use net::{Clock, http::Locality};
use registry::{Carrier, Proof, Unproven as Believed, proofs};

use crate::{
    failed_proofs::{FailedProofs, Pauses, place},
    presented::{Authenticator, Claim, Presented, Remedy, Unproven},
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

    /// Whether what is presented holds one of the secrets.
    fn judge(&self, claim: &Claim<'_>, wanted: &[(&PeerId, Proof)]) -> Judgement {
        let mut judgement = Judgement::Wrong;
        for (library, proof) in wanted {
            let Some(given) = given(&proof.carrier, claim.presented) else { continue };
            match self.secrets.reveal(&proof.secret) {
                Ok(secret) if secret.is_empty() => judgement = Judgement::CannotTell,
                Ok(secret) if is_same(&expected(&proof.carrier, &secret), &given) => return Judgement::Right,
                Ok(_) => {}
                Err(why) => {
                    tracing::error!(slug = %slug!("config.secret"), %library, why, "the secret by which a library proves itself cannot be read");
                    judgement = Judgement::CannotTell;
                }
            }
        }
        judgement
    }
}

/// What a claim's secret is worth.
enum Judgement {
    Right,
    Wrong,
    CannotTell,
}

impl Authenticator for Prover {
    fn prove(&self, claim: &Claim<'_>) -> Result<(), Unproven> {
        let Claim { peer, symbol, presented, registry } = claim;
        let address = presented.address.ip();
        let refused = |remedy, why: String| Err(Unproven { library: (*peer).clone(), remedy, why });
        if !registry.accepts_from(peer, address) {
            let why = format!("{symbol} may not be used from the address {address}");
            return refused(Remedy::Registry, why);
        }
        if registry.speakers(peer).any(|speaker| registry.address_proves(&speaker.id, address)) {
            return Ok(());
        }
        let wanted: Vec<(&PeerId, Proof)> = registry
            .speakers(peer)
            .flat_map(|speaker| proofs(speaker).map(move |proof| (&speaker.id, proof)))
            .collect();
        if wanted.is_empty() {
            return match registry.unproven() {
                Believed::Accept => Ok(()),
                Believed::Loopback if presented.locality == Locality::Loopback => Ok(()),
                Believed::Loopback | Believed::Refuse => {
                    tracing::warn!(slug = %slug!("peer.unproven"), %peer, %address, unproven = registry.unproven().as_str(), "the registry knows no proof of this library, and broker.unproven does not let it in without");
                    let why = format!(
                        "nothing proves that this comes from {symbol}: its broker must know an address or a secret of its own"
                    );
                    refused(Remedy::Registry, why)
                }
            };
        }
        let (now, tried) = (self.clock.monotonic(), (place(address), (*peer).clone()));
        if let Some(wait) = self.failed.pause(&tried, now) {
            let why = "too many messages came from here without the right proof: come again later".to_owned();
            return refused(Remedy::Waiting(wait), why);
        }
        match self.judge(claim, &wanted) {
            Judgement::Right => {
                self.failed.forget(&tried);
                Ok(())
            }
            Judgement::Wrong => {
                self.failed.add(&tried, now);
                let why = format!("the proof that this comes from {symbol} is missing or wrong");
                refused(Remedy::Credentials, why)
            }
            Judgement::CannotTell => {
                let why = "the broker cannot check who sends this: its operator has been told".to_owned();
                refused(Remedy::Operator, why)
            }
        }
    }
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
        Carrier::Message => presented.credential.as_ref().map(|secret| secret.expose().to_owned()),
    }
}

/// How a secret stands in such a carrier.
fn expected(carrier: &Carrier, secret: &str) -> String {
    match carrier {
        Carrier::Basic(user) => STANDARD.encode(format!("{user}:{secret}")),
        Carrier::Bearer | Carrier::Header(_) | Carrier::Path | Carrier::Message => secret.to_owned(),
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
