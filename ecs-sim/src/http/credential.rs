//! What the signature of a request says of itself: the access key, and the region.
//!
//! A request says its region in the credential scope of its signature and nowhere else (botocore 1.43.11 and awscli 1.45.11,
//! tried 2026-11-23). Nothing of it is checked: neither the signature, nor whether AWS has such a region.

use crate::draw::mix;
use http::{Request, header::AUTHORIZATION};

/// Characters of a region's name at most; `ap-southeast-5` is one of the longest.
const REGION_MAX: usize = 32;
/// Characters of an access key at most ("GetAccessKeyInfo", AWS STS API Reference, read 2026-11-26).
const KEY_MAX: usize = 128;

/// The region in the credential scope of a request's signature, where it has one.
pub fn region_of<B>(request: &Request<B>) -> Option<&str> {
    let region = credential(request)?.rsplit('/').nth(2)?;
    is_region(region).then_some(region)
}

/// Whether a text may be the name of a region.
pub fn is_region(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=REGION_MAX).contains(&text.len()) && text.chars().all(allowed)
}

/// The seed of the account in a region, so that each region has random draws of its own.
pub fn seed_of_region(seed: u64, region: &str) -> u64 {
    region.bytes().fold(seed, |hash, byte| mix(hash ^ u64::from(byte)))
}

/// The access key of a request's signature, where it has one.
pub(super) fn access_key<B>(request: &Request<B>) -> Option<&str> {
    let (key, _) = credential(request)?.split_once('/')?;
    let plain = (1..=KEY_MAX).contains(&key.len())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    plain.then_some(key)
}

/// `KEY/20240101/us-east-1/ecs/aws4_request`, of `AWS4-HMAC-SHA256 Credential=…, …`.
fn credential<B>(request: &Request<B>) -> Option<&str> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    header.split_once("Credential=")?.1.split([',', ' ']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_and_region_are_those_of_the_credential_scope() {
        // header => access key, region
        let table = [
            (None, None, None),
            (
                Some(
                    "AWS4-HMAC-SHA256 Credential=x/20240101/eu-west-1/ecs/aws4_request, SignedHeaders=host, Signature=0",
                ),
                Some("x"),
                Some("eu-west-1"),
            ),
            (
                Some("AWS4-HMAC-SHA256 Credential=a/b/20240101/us-east-1/ecs/aws4_request,SignedHeaders=a"),
                Some("a"),
                Some("us-east-1"),
            ),
            (Some("AWS4-HMAC-SHA256 Credential=x"), None, None),
            (Some("AWS4-HMAC-SHA256 Credential=/20240101/x/ecs/aws4_request"), None, Some("x")),
            (Some("AWS4-HMAC-SHA256 Credential=x/20240101/EU/ecs/aws4_request"), Some("x"), None),
            (Some("AWS4-HMAC-SHA256 Credential=\"/20240101/x/ecs/aws4_request"), None, Some("x")),
            (Some("Basic abc"), None, None),
        ];
        for (header, key, region) in table {
            let mut request = Request::post("/");
            if let Some(header) = header {
                request = request.header("authorization", header);
            }
            let request = request.body(()).unwrap();
            assert_eq!((access_key(&request), region_of(&request)), (key, region), "{header:?}");
        }
    }

    #[test]
    fn each_region_has_a_seed_of_its_own() {
        assert_eq!(seed_of_region(1, "us-east-1"), seed_of_region(1, "us-east-1"));
        assert_ne!(seed_of_region(1, "us-east-1"), seed_of_region(1, "us-east-2"));
        assert_ne!(seed_of_region(1, "us-east-1"), seed_of_region(2, "us-east-1"));
    }
}
