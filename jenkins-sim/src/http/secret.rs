//! Secrets of agents, and the session: texts that are the same in every run with the same seed.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The secret of the agent of this name, 64 hexadecimal digits. Jenkins' own is an HMAC of the name under a key of the
/// controller's (`JnlpSlaveAgentProtocol.SLAVE_SECRET`); here the seed is the key.
pub(super) fn of_agent(seed: u64, name: &str) -> String {
    of(seed, "agent", name.as_bytes())
}

/// The session of the `nth` start of the controller, 8 hexadecimal digits.
pub(super) fn of_session(seed: u64, nth: u64) -> String {
    let mut text = of(seed, "session", &nth.to_be_bytes());
    text.truncate(8);
    text
}

/// What nobody can guess: 64 hexadecimal digits for this purpose, of this.
pub(super) fn of(seed: u64, what_for: &str, of: &[u8]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(seed.to_be_bytes());
    hasher.update(what_for.as_bytes());
    hasher.update([0]);
    hasher.update(of);
    hasher.finalize().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes everything");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_depends_on_seed_and_name_alone() {
        assert_eq!(of_agent(1, "n1"), of_agent(1, "n1"));
        assert_eq!(of_agent(1, "n1").len(), 64);
        assert_ne!(of_agent(1, "n1"), of_agent(1, "n2"));
        assert_ne!(of_agent(1, "n1"), of_agent(2, "n1"));
        assert_ne!(of_session(1, 1), of_session(1, 2));
    }
}
