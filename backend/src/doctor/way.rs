//! The way of agents to Jenkins, as far as it is seen from here: the URL they are told, the port, WebSocket, the tunnel.

use super::{Area, Row, Verdict};
use crate::{doctor::AgentWay, jenkins::check::Check};
use reqwest::Url;
use std::collections::BTreeMap;

/// A URL without what may be a password in it; a text that is none is not shown where it may have one.
pub(super) fn shown(text: &str) -> String {
    let Some(mut url) = Url::parse(text).ok().filter(Url::has_host) else {
        return if text.contains('@') { "…".to_owned() } else { text.to_owned() };
    };
    if url.username().is_empty() && url.password().is_none() {
        return text.to_owned();
    }
    let is_bare = url.set_username("").and_then(|()| url.set_password(None)).is_ok();
    if is_bare { url.into() } else { "…".to_owned() }
}

/// The rows about the way; `used` is the URL that was used here.
pub(super) fn rows(ways: &[AgentWay], used: &str, check: &Check) -> Vec<Row> {
    let mut by_url: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let (mut by_socket, mut by_port) = (Vec::new(), Vec::new());
    let mut tunnels: BTreeMap<(&str, bool), Vec<&str>> = BTreeMap::new();
    for AgentWay { template, url, tunnel, web_socket } in ways {
        by_url.entry(url).or_default().push(template);
        if *web_socket { &mut by_socket } else { &mut by_port }.push(template.as_str());
        if let Some(tunnel) = tunnel {
            tunnels.entry((tunnel, *web_socket)).or_default().push(template);
        }
    }
    let mut rows: Vec<Row> = by_url.iter().map(|(told, templates)| url(told, used, templates)).collect();
    if !by_socket.is_empty() {
        rows.push(socket(&by_socket, check));
    }
    if !by_port.is_empty() {
        rows.push(port(&by_port, check));
    }
    rows.extend(
        tunnels.iter().map(|((tunnel, web_socket), templates)| through(tunnel, *web_socket, templates)),
    );
    rows
}

fn row(what: &str, verdict: Verdict, found: impl Into<String>) -> Row {
    Row::new(Area::Jenkins, what, verdict, found)
}

/// Whether what agents are told may lead to the Jenkins that was used here. That it does is seen from their subnets alone.
fn url(told: &str, used: &str, templates: &[&str]) -> Row {
    let of = templates.join(", ");
    let what = "URL that agents are told";
    let shown = shown(told);
    let Some(url) =
        Url::parse(told).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    else {
        return row(what, Verdict::Failed, format!("`{shown}` is no URL of a Jenkins, for {of}"))
            .advice("see the cloud's `jenkinsUrl`; it looks like https://ci.example.org/jenkins/");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return row(what, Verdict::Warning, format!("{shown} has a user in it, for {of}"))
            .advice("take it out of `jenkinsUrl`: agents have a secret of their own, and everybody sees the task's variables");
    }
    let host = url.host_str().unwrap_or_default();
    if host == "localhost" || host.starts_with("127.") || host == "[::1]" {
        return row(
            what,
            Verdict::Warning,
            format!("{shown} leads every agent to its own machine, for {of}"),
        )
        .advice("give the cloud the `jenkinsUrl` by which its subnets reach Jenkins");
    }
    let Ok(used) = Url::parse(used) else {
        return row(what, Verdict::NotChecked, format!("{shown}, for {of}"));
    };
    let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
    if path(&url) != path(&used) {
        return row(what, Verdict::Warning, format!("{shown} has another path than {used}, for {of}"))
            .advice("agents need the prefix that Jenkins has; see `jenkinsUrl` and --jenkins-url");
    }
    if url.scheme() == "http" && used.scheme() == "https" {
        return row(what, Verdict::Warning, format!("{shown} is not encrypted, and {used} is, for {of}"))
            .advice("agents send their secret there: give the cloud an https `jenkinsUrl`");
    }
    let place = |url: &Url| (url.host_str().map(str::to_owned), url.port_or_known_default());
    if place(&url) != place(&used) {
        let found = format!(
            "{shown} is another address than {used}; that both lead to one Jenkins is not seen from here, for {of}"
        );
        return row(what, Verdict::NotChecked, found);
    }
    row(what, Verdict::Ok, format!("{shown}, for {of}"))
}

fn socket(templates: &[&str], check: &Check) -> Row {
    let of = templates.join(", ");
    if check.web_socket {
        return row("agents by WebSocket", Verdict::Ok, format!("Jenkins takes them, for {of}"));
    }
    row("agents by WebSocket", Verdict::Failed, format!("Jenkins has no entrance for them, which {of} need"))
        .advice("see whether a proxy passes /wsagents/ on, or set `webSocket: false` for the template")
}

fn port(templates: &[&str], check: &Check) -> Row {
    let of = templates.join(", ");
    match check.agent_port {
        Some(port) => row("agents by TCP", Verdict::Ok, format!("Jenkins listens on port {port}, for {of}")),
        None => row(
            "agents by TCP",
            Verdict::Failed,
            format!("Jenkins announces no port for agents, which {of} need"),
        )
        .advice("give Jenkins a TCP port for inbound agents, or set `webSocket: true` for the template"),
    }
}

/// `host:port`, either of which may be left away (Remoting, `-tunnel`).
fn through(tunnel: &str, web_socket: bool, templates: &[&str]) -> Row {
    let of = templates.join(", ");
    if web_socket {
        return row(
            "tunnel",
            Verdict::Warning,
            format!("{tunnel} is not used: agents connect by WebSocket, for {of}"),
        )
        .advice("take `tunnel` or `webSocket` away: Remoting refuses both");
    }
    let is_good = tunnel.rsplit_once(':').is_some_and(|(host, port)| {
        (!host.is_empty() || !port.is_empty())
            && !host.contains("//")
            && (port.is_empty() || port.parse::<u16>().is_ok_and(|port| port > 0))
    });
    if is_good {
        row(
            "tunnel",
            Verdict::Ok,
            format!("{tunnel}, for {of}; that it leads to Jenkins is not seen from here"),
        )
    } else {
        row("tunnel", Verdict::Failed, format!("`{tunnel}` is none, for {of}"))
            .advice("it is `host:port`, `host:` or `:port`, without http")
    }
}

#[cfg(test)]
mod tests {
    use super::{super::jenkins::tests::check, *};

    fn way(url: &str, tunnel: Option<&str>, web_socket: bool) -> AgentWay {
        AgentWay {
            template: "ecs/java".to_owned(),
            url: url.to_owned(),
            tunnel: tunnel.map(str::to_owned),
            web_socket,
        }
    }

    #[test]
    fn the_url_that_agents_are_told_is_held_against_the_one_that_is_used() {
        let used = "https://ci.example.org/jenkins/";
        // told => verdict, a word of what is said
        let table = [
            ("https://ci.example.org/jenkins", Verdict::Ok, "for ecs/java"),
            ("https://ci.example.org:443/jenkins/", Verdict::Ok, "for ecs/java"),
            ("https://ci.internal/jenkins/", Verdict::NotChecked, "another address"),
            ("https://ci.example.org:8443/jenkins/", Verdict::NotChecked, "another address"),
            ("https://ci.example.org/", Verdict::Warning, "another path"),
            ("http://ci.example.org/jenkins/", Verdict::Warning, "not encrypted"),
            ("http://localhost:8080/jenkins/", Verdict::Warning, "its own machine"),
            ("http://127.0.0.1:8080/jenkins/", Verdict::Warning, "its own machine"),
            ("https://a:hunter2@ci.example.org/jenkins/", Verdict::Warning, "has a user in it"),
            ("ci.example.org", Verdict::Failed, "no URL"),
            ("a:hunter2@ci.example.org", Verdict::Failed, "no URL"),
            ("ftp://ci.example.org/", Verdict::Failed, "no URL"),
            ("", Verdict::Failed, "no URL"),
        ];
        for (told, verdict, said) in table {
            let row = url(told, used, &["ecs/java"]);
            assert!(row.verdict == verdict && row.found.contains(said), "{told}: {row:?}");
            assert!(!format!("{row:?}").contains("hunter2"), "{row:?}");
        }
    }

    #[test]
    fn what_agents_connect_by_must_be_there() {
        let closed = Check { agent_port: None, web_socket: false, ..check() };
        // by WebSocket => where both are there, where none is
        for (web_socket, what) in [(true, "agents by WebSocket"), (false, "agents by TCP")] {
            let ways = [way("https://ci/", None, web_socket)];
            for (check, want) in [(check(), Verdict::Ok), (closed.clone(), Verdict::Failed)] {
                let rows = rows(&ways, "https://ci/", &check);
                let found: Vec<_> = rows[1..].iter().map(|row| (row.what.as_str(), row.verdict)).collect();
                assert_eq!(found, [(what, want)]);
            }
        }
    }

    #[test]
    fn a_tunnel_is_a_host_and_a_port_and_for_tcp_alone() {
        let table = [
            ("jenkins:50000", false, Verdict::Ok),
            ("jenkins:", false, Verdict::Ok),
            (":50000", false, Verdict::Ok),
            ("[::1]:50000", false, Verdict::Ok),
            ("jenkins", false, Verdict::Failed),
            (":", false, Verdict::Failed),
            ("jenkins:none", false, Verdict::Failed),
            ("jenkins:0", false, Verdict::Failed),
            ("http://jenkins:50000", false, Verdict::Failed),
            ("jenkins:50000", true, Verdict::Warning),
        ];
        for (tunnel, web_socket, want) in table {
            let rows = rows(&[way("https://ci/", Some(tunnel), web_socket)], "https://ci/", &check());
            assert_eq!(rows[2].verdict, want, "{tunnel}: {:?}", rows[2]);
        }
    }
}
