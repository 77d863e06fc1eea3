//! Plan tokens: a keyed digest over what a caller has seen, good once and for a quarter of an hour.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::offer::Allowed;

/// How long a token is good.
pub(super) const LIFE: Duration = Duration::from_secs(15 * 60);

/// Longer texts are no tokens.
const LONGEST: usize = 200;

/// Issues the tokens of one open project. The key is of this process alone: no token outlives it.
pub struct Consents {
    key: [u8; 32],
    began: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    issued: u64,
    /// Numbers of used tokens, with the second after which they would be refused anyway.
    used: BTreeMap<u64, u64>,
}

/// What a token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Claim {
    /// Its number.
    n: u64,
    /// The last second of its life, counted from the start of this process.
    until: u64,
    allowed: Allowed,
}

impl Default for Consents {
    fn default() -> Self {
        // Two random numbers of 122 bits each.
        let (a, b) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
        let key = *blake3::Hasher::new().update(a.as_bytes()).update(b.as_bytes()).finalize().as_bytes();
        Self { key, began: Instant::now(), state: Mutex::default() }
    }
}

impl Consents {
    /// A token for what was planned.
    pub(super) fn issue(&self, planned: &Digest, allowed: Allowed) -> String {
        self.issue_at(self.began.elapsed(), planned, allowed)
    }

    /// Uses a token up.
    ///
    /// # Errors
    /// It is none of ours, too old, used, or for another plan; it then stays as it is.
    pub(super) fn redeem(&self, token: &str, planned: &Digest) -> Result<Allowed, Diagnostic> {
        self.redeem_at(self.began.elapsed(), token, planned)
    }

    /// Whether a token is good now; it stays good.
    ///
    /// # Errors
    /// As of [`Self::redeem`].
    pub(super) fn check(&self, token: &str, planned: &Digest) -> Result<Allowed, Diagnostic> {
        self.valid_at(self.began.elapsed(), token, planned).map(|(claim, _)| claim.allowed)
    }

    fn issue_at(&self, now: Duration, planned: &Digest, allowed: Allowed) -> String {
        let n = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.issued += 1;
            state.issued
        };
        let claim = Claim { n, until: (now + LIFE).as_secs(), allowed };
        format!("{}-{}-{}", claim.text(), self.seal(&claim, None), self.seal(&claim, Some(planned)))
    }

    fn redeem_at(&self, now: Duration, token: &str, planned: &Digest) -> Result<Allowed, Diagnostic> {
        let (claim, mut state) = self.valid_at(now, token, planned)?;
        state.used.insert(claim.n, claim.until);
        Ok(claim.allowed)
    }

    /// What a token says, with the lock under which it can be used up.
    fn valid_at(
        &self,
        now: Duration,
        token: &str,
        planned: &Digest,
    ) -> Result<(Claim, MutexGuard<'_, State>), Diagnostic> {
        let (claim, of_server, of_plan) = parse(token).ok_or_else(foreign)?;
        if !is_equal(of_server, &self.seal(&claim, None)) {
            return Err(foreign());
        }
        if now.as_secs() > claim.until {
            let message = format!("the plan token is older than {} minutes", LIFE.as_secs() / 60);
            return Err(refused("plan-token-expired", message));
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.used.retain(|_, until| now.as_secs() <= *until);
        if state.used.contains_key(&claim.n) {
            return Err(refused("plan-token-used", "the plan token was used before"));
        }
        if !is_equal(of_plan, &self.seal(&claim, Some(planned))) {
            let message = "the plan token is for another plan: the manifest, an input, the lock or the request changed";
            return Err(refused("plan-changed", message));
        }
        Ok((claim, state))
    }

    /// 64 bits say that this process issued a claim, and 128 bits for which plan.
    fn seal(&self, claim: &Claim, planned: Option<&Digest>) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(claim.text().as_bytes());
        if let Some(planned) = planned {
            hasher.update(b" ").update(&planned.0);
        }
        let hex = hasher.finalize().to_hex();
        hex[..if planned.is_some() { 32 } else { 16 }].to_owned()
    }
}

impl Claim {
    fn text(&self) -> String {
        format!("{:x}.{:x}.{:x}.{:x}", self.n, self.until, self.allowed.assets, self.allowed.images)
    }
}

fn parse(token: &str) -> Option<(Claim, &str, &str)> {
    if token.len() > LONGEST {
        return None;
    }
    let mut parts = token.split('-');
    let (claim, of_server, of_plan) = (parts.next()?, parts.next()?, parts.next()?);
    let numbers: Option<Vec<u64>> = claim.split('.').map(|part| u64::from_str_radix(part, 16).ok()).collect();
    let [n, until, assets, images] = *numbers?.as_slice() else { return None };
    let allowed = Allowed { assets: usize::try_from(assets).ok()?, images: usize::try_from(images).ok()? };
    parts.next().is_none().then_some((Claim { n, until, allowed }, of_server, of_plan))
}

/// Compares in a time that does not depend on where they differ.
fn is_equal(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

fn foreign() -> Diagnostic {
    refused("plan-token-unknown", "this process did not issue the plan token for this project")
}

fn refused(code: &'static str, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, message).hint("look at the plan in this answer, and call again with its `plan_token`")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: Allowed = Allowed { assets: 3, images: 2 };

    fn code(result: Result<Allowed, Diagnostic>) -> String {
        result.map_or_else(|why| why.code.into_owned(), |_| "good".to_owned())
    }

    #[test]
    fn a_token_is_good_once_for_its_plan() {
        let (consents, plan) = (Consents::default(), Digest::of(b"plan"));
        let token = consents.issue(&plan, ALLOWED);
        assert_eq!(code(consents.redeem(&token, &Digest::of(b"other"))), "plan-changed");
        assert_eq!(consents.redeem(&token, &plan).unwrap(), ALLOWED);
        assert_eq!(code(consents.redeem(&token, &plan)), "plan-token-used");
        assert_eq!(code(Consents::default().redeem(&token, &plan)), "plan-token-unknown");
    }

    #[test]
    fn a_token_ends_after_a_quarter_of_an_hour() {
        let (consents, plan) = (Consents::default(), Digest::of(b"plan"));
        let issue = |second| consents.issue_at(Duration::from_secs(second), &plan, ALLOWED);
        let redeem = |second, token: &str| code(consents.redeem_at(Duration::from_secs(second), token, &plan));
        assert_eq!(redeem(900, &issue(0)), "good");
        assert_eq!(redeem(901, &issue(0)), "plan-token-expired");
        assert_eq!(redeem(86_400, &issue(7)), "plan-token-expired");
    }

    #[test]
    fn no_other_text_is_a_token() {
        let (consents, plan) = (Consents::default(), Digest::of(b"plan"));
        let token = consents.issue(&plan, ALLOWED);
        let more_images = token.replacen(".3.2-", ".3.64-", 1);
        assert_ne!(more_images, token);
        let long = format!("{token}{}", "0".repeat(1 << 20));
        for forged in ["", "-", "1.1.1.1--", "\0", "é-é-é", &more_images, &token[1..], &format!("{token}-"), &long] {
            assert_eq!(code(consents.redeem(forged, &plan)), "plan-token-unknown", "{:.80}", forged);
        }
        assert_eq!(code(consents.redeem(&token, &plan)), "good");
    }
}
