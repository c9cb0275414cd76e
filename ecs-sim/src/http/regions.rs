//! Accounts in other regions than the one that is served.
//!
//! A request says its region in the credential scope of its signature and nowhere else (botocore 1.43.11 and awscli 1.45.11,
//! tried 2026-11-23). Each region has an account of its own, made when it is first asked for.

use super::{Face, iam::Policy};
use crate::{Ecs, Settings, draw::mix};
use bytes::Bytes;
use footman_core::time::Timestamp;
use http::{Request, Response};
use std::{collections::BTreeMap, sync::Arc};

/// Regions at most: AWS has fewer than 40 of them.
const REGIONS_MAX: usize = 64;
/// Characters of a region's name at most; `ap-southeast-5` is one of the longest.
const NAME_MAX: usize = 32;

/// The accounts in regions that are not the one served.
#[derive(Debug)]
pub struct Regions {
    settings: Settings,
    seed: u64,
    accounts: BTreeMap<Arc<str>, (Ecs, Face)>,
    /// What may be called in each of them, where that is limited.
    policy: Option<Policy>,
}

/// The region in the credential scope of a request's signature, where it has one: it is neither checked to be one of AWS's nor
/// is the signature.
pub fn region_of<B>(request: &Request<B>) -> Option<&str> {
    let header = request.headers().get("authorization")?.to_str().ok()?;
    // AWS4-HMAC-SHA256 Credential=KEY/20240101/us-east-1/ecs/aws4_request, …
    let scope = header.split("Credential=").nth(1)?.split([',', ' ']).next()?;
    let region = scope.rsplit('/').nth(2)?;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let plain = (1..=NAME_MAX).contains(&region.len()) && region.chars().all(allowed);
    plain.then_some(region)
}

impl Regions {
    /// None so far; each is as `settings` say, but for its region, and has random draws of its own.
    pub fn new(settings: Settings, seed: u64) -> Self {
        Self { settings, seed, accounts: BTreeMap::new(), policy: None }
    }

    /// Answers only what `policy` allows in every region that is not in use yet.
    pub fn enforce(&mut self, policy: Policy) {
        self.policy = Some(policy);
    }

    /// Whether a request is for another region than the one served; one that names none is for that.
    pub fn is_elsewhere<B>(&self, request: &Request<B>) -> bool {
        region_of(request).is_some_and(|region| region != &*self.settings.region)
            && (self.accounts.len() < REGIONS_MAX || self.account_of(request).is_some())
    }

    fn account_of<B>(&self, request: &Request<B>) -> Option<&(Ecs, Face)> {
        self.accounts.get(region_of(request)?)
    }

    /// What ECS answers in the region of a request for which [`Self::is_elsewhere`] holds, or `None` where the answer is lost.
    pub fn answer(&mut self, now: Timestamp, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        let region: Arc<str> = region_of(request)?.into();
        let (settings, seed) = (&self.settings, self.seed);
        let made = || {
            let settings = Settings { region: Arc::clone(&region), ..settings.clone() };
            let seed = region.bytes().fold(seed, |hash, byte| mix(hash ^ u64::from(byte)));
            let mut face = Face::new();
            if let Some(policy) = self.policy.clone() {
                face.enforce(policy);
            }
            (Ecs::new(settings, seed, now), face)
        };
        let (ecs, face) = self.accounts.entry(Arc::clone(&region)).or_insert_with(made);
        let answer = face.answer(ecs, now, request);
        while ecs.poll_output().is_some() {}
        answer
    }

    /// When the next thing happens in one of them.
    pub fn next(&self) -> Option<Timestamp> {
        self.accounts.values().filter_map(|(ecs, _)| ecs.poll_timeout().map(|(at, _)| at)).min()
    }

    /// Lets happen what is due at `now` or before. Nobody is told of it.
    pub fn advance(&mut self, now: Timestamp) {
        for (ecs, _) in self.accounts.values_mut() {
            ecs.handle_timeout(now);
            while ecs.poll_output().is_some() {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_is_that_of_the_credential_scope() {
        let of = |header: Option<&str>| {
            let mut request = Request::post("/");
            if let Some(header) = header {
                request = request.header("authorization", header);
            }
            region_of(&request.body(()).unwrap()).map(str::to_owned)
        };
        // header => region
        let table = [
            (None, None),
            (
                Some(
                    "AWS4-HMAC-SHA256 Credential=x/20240101/eu-west-1/ecs/aws4_request, SignedHeaders=host, Signature=0",
                ),
                Some("eu-west-1"),
            ),
            (
                Some("AWS4-HMAC-SHA256 Credential=a/b/20240101/us-east-1/ecs/aws4_request,SignedHeaders=a"),
                Some("us-east-1"),
            ),
            (Some("AWS4-HMAC-SHA256 Credential=x"), None),
            (Some("AWS4-HMAC-SHA256 Credential=x/20240101/EU/ecs/aws4_request"), None),
            (Some("Basic abc"), None),
        ];
        for (header, region) in table {
            assert_eq!(of(header).as_deref(), region, "{header:?}");
        }
    }
}
