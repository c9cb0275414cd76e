//! Where the servers may listen.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use thiserror::Error;

/// An address that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AddressError {
    /// It is none.
    #[error("`{0}` is no address: write 127.0.0.1:PORT, [::1]:PORT, localhost:PORT or a port alone")]
    Malformed(String),
    /// Others than this machine could reach it.
    #[error(
        "`{0}` is not on loopback: the servers have no login, so they listen on 127.0.0.1, [::1] or localhost only, \
         unless --listen-publicly says that others may do everything too"
    )]
    NotLoopback(String),
}

/// Reads an address: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `:8080`, `8080`; without a host it is 127.0.0.1.
///
/// # Errors
///
/// Fails for what is no address; names are not looked up.
pub fn address(text: &str) -> Result<SocketAddr, AddressError> {
    let local = |port: &str| port.parse().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port))).ok();
    let port_alone = text.strip_prefix("localhost:").or_else(|| text.strip_prefix(':')).unwrap_or(text);
    match local(port_alone) {
        Some(address) => Ok(address),
        None => text.parse().map_err(|_| match text.rsplit_once(':') {
            // A name may mean any machine, and names are not looked up here.
            Some((host, port))
                if port.parse::<u16>().is_ok() && host.parse::<IpAddr>().is_err() && !host.is_empty() =>
            {
                AddressError::NotLoopback(text.to_owned())
            }
            Some(_) | None => AddressError::Malformed(text.to_owned()),
        }),
    }
}

/// Reads an address on loopback.
///
/// # Errors
///
/// Fails for what is no address, and for an address that others than this machine could reach.
pub fn loopback(text: &str) -> Result<SocketAddr, AddressError> {
    let address = address(text)?;
    if address.ip().is_loopback() { Ok(address) } else { Err(AddressError::NotLoopback(text.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_on_loopback_are_taken_and_no_others() {
        // text => address
        let table = [
            ("127.0.0.1:8080", Some("127.0.0.1:8080")),
            ("127.9.9.9:1", Some("127.9.9.9:1")),
            ("[::1]:8080", Some("[::1]:8080")),
            ("localhost:8080", Some("127.0.0.1:8080")),
            (":0", Some("127.0.0.1:0")),
            ("8080", Some("127.0.0.1:8080")),
            ("0.0.0.0:8080", None),
            ("[::]:8080", None),
            ("192.168.1.2:8080", None),
            ("example.com:80", None),
            ("127.0.0.1", None),
            ("127.0.0.1:70000", None),
            ("", None),
        ];
        for (text, want) in table {
            let address = loopback(text).ok().map(|address| address.to_string());
            assert_eq!(address.as_deref(), want, "{text}");
        }
        assert_eq!(loopback("0.0.0.0:1"), Err(AddressError::NotLoopback("0.0.0.0:1".to_owned())));
        assert_eq!(loopback("example.com:80"), Err(AddressError::NotLoopback("example.com:80".to_owned())));
        assert_eq!(loopback("x"), Err(AddressError::Malformed("x".to_owned())));
        assert_eq!(address("0.0.0.0:1").ok().map(|address| address.port()), Some(1));
    }
}
