//! Pages of listings that are not of tasks: clusters, task definitions, container instances.

use super::{model::Text, wire::Refusal};

/// The most entries of one page (Amazon ECS API Reference, the List operations, read 2026-11-23).
const PAGE_MAX: usize = 100;

/// Which page of a listing is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page<'a> {
    next_token: Option<&'a str>,
    max_results: Option<i32>,
}

impl<'a> Page<'a> {
    /// The page that a request asks for.
    pub(super) fn new(next_token: Option<&'a str>, max_results: Option<i32>) -> Self {
        Self { next_token, max_results }
    }

    /// The entries of the page and the token of the next one, where there is more.
    ///
    /// A token is the place in the listing: what was made or deleted between two pages may shift it, as AWS's own
    /// listings are free to.
    pub(super) fn cut<T>(self, entries: Vec<T>) -> Result<(Vec<T>, Option<Text>), Refusal> {
        let max = match self.max_results.map(usize::try_from) {
            None => PAGE_MAX,
            Some(Ok(max)) if (1..=PAGE_MAX).contains(&max) => max,
            Some(_) => return Err(Refusal::invalid("maxResults must be from 1 to 100.")),
        };
        let from: usize = match self.next_token.map(str::parse) {
            None => 0,
            Some(Ok(from)) => from,
            Some(Err(_)) => return Err(Refusal::invalid("Invalid token.")),
        };
        let end = from.saturating_add(max);
        let next = (end < entries.len()).then(|| end.to_string().into());
        Ok((entries.into_iter().skip(from).take(max).collect(), next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_end_to_end_are_the_listing() {
        let all: Vec<u32> = (0..7).collect();
        for max in 1..=8 {
            let (mut seen, mut token) = (Vec::new(), None::<Text>);
            loop {
                let page = Page { next_token: token.as_deref(), max_results: Some(max) };
                let (part, next) = page.cut(all.clone()).unwrap();
                assert!(!part.is_empty());
                seen.extend(part);
                match next {
                    Some(next) => token = Some(next),
                    None => break,
                }
            }
            assert_eq!(seen, all, "pages of {max}");
        }
    }

    #[test]
    fn a_bad_token_or_size_is_refused() {
        for (next_token, max_results) in
            [(Some("x"), None), (None, Some(0)), (None, Some(101)), (None, Some(-1))]
        {
            assert!(Page { next_token, max_results }.cut(vec![1]).is_err(), "{next_token:?} {max_results:?}");
        }
    }
}
