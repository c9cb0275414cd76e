//! What differs between versions of Jenkins, as requests see it; what a guard file does; and answers that are packed.

use crate::client::{Both, with_twins};
use flate2::read::GzDecoder;
use footman::serve::{ClockMode, TwinsSettings};
use serde_json::{Value, json};
use std::io::Read;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

fn twins(version: &str) -> TwinsSettings {
    let mut twins = TwinsSettings::default();
    twins.set_version(version.parse().unwrap());
    twins
}

async fn status(both: Both, path: &str) -> u16 {
    both.get(path).await.status
}

#[test]
fn each_version_names_its_controller_and_the_file_of_its_agents() {
    // version, jenkins-agent.jnlp, (master), (built-in); jenkins.md 2 and 6
    let table = [
        ("2.263.4", 404, 200, 404),
        ("2.264", 200, 200, 404),
        ("2.306", 200, 200, 404),
        ("2.307", 200, 404, 200),
        ("2.528.3", 200, 404, 200),
    ];
    for (version, file, master, built_in) in table {
        with_twins(ClockMode::Lockstep, twins(version), |both| async move {
            both.create_node("n1", "docker").await;
            assert_eq!(status(both, "/computer/n1/jenkins-agent.jnlp").await, file, "{version}");
            assert_eq!(status(both, "/computer/n1/slave-agent.jnlp").await, 200, "{version}");
            assert_eq!(status(both, "/computer/(master)/api/json").await, master, "{version}");
            assert_eq!(status(both, "/computer/(built-in)/api/json").await, built_in, "{version}");
            let answer = both.get("/api/json").await;
            assert_eq!(answer.header("x-jenkins"), Some(version));
        });
    }
}

#[test]
fn saving_a_node_takes_its_mark_away_in_some_versions() {
    // version => whether the node is marked afterwards; jenkins.md 6 (#9855, #26154)
    for (version, marked) in [("2.263.4", true), ("2.481", true), ("2.482", false), ("2.528.3", false)] {
        with_twins(ClockMode::Lockstep, twins(version), |both| async move {
            both.create_node("n1", "docker").await;
            both.post_form("/computer/n1/changeOfflineCause", "offlineMessage=spent").await;
            let config = both.get("/computer/n1/config.xml").await.body;
            assert_eq!(both.post_xml("/computer/n1/config.xml", &config).await.status, 200);
            let node = both.get("/computer/n1/api/json?tree=temporarilyOffline").await.json();
            assert_eq!(node["temporarilyOffline"], json!(marked), "{version}");
        });
    }
}

#[test]
fn the_guard_file_lets_a_node_of_its_prefix_run_one_build() {
    let mut twins = TwinsSettings::default();
    twins.jenkins.guard = Some("footman-".into());
    with_twins(ClockMode::Lockstep, twins, |both| async move {
        let trace = "submit_s,duration_s,label,job\n0,1,docker,a\n0,1,docker,b\n";
        both.create_node("footman-1", "docker").await;
        both.connect("footman-1").await;
        assert_eq!(
            crate::client::send(both.jenkins, "POST", "/_sim/workload", &[], trace).await.unwrap().status,
            200
        );
        let (now, _) = both.clock().await;
        both.advance(now + 60_000).await;
        let progress = both.sim_done("GET", "/_sim/workload", Value::Null).await;
        assert_eq!(progress["workload"]["ended"], json!(1), "jenkins.md 5: exactly one ran: {progress}");
    });
}

#[test]
fn answers_are_packed_for_a_client_that_takes_gzip() {
    with_twins(ClockMode::Lockstep, TwinsSettings::default(), |both| async move {
        let plain = both.get("/computer/api/json?depth=2").await.body;
        let mut stream = TcpStream::connect(both.jenkins).await.unwrap();
        let request = "GET /computer/api/json?depth=2 HTTP/1.1\r\nhost: a\r\naccept-encoding: gzip\r\n\
                       connection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        assert!(head.contains("content-encoding: gzip"), "{head}");
        let mut unpacked = String::new();
        GzDecoder::new(&bytes[end..]).read_to_string(&mut unpacked).unwrap();
        assert!(bytes.len() - end < plain.len());
        let (packed, plain): (Value, Value) =
            (serde_json::from_str(&unpacked).unwrap(), serde_json::from_str(&plain).unwrap());
        assert_eq!(packed["computer"][0]["displayName"], plain["computer"][0]["displayName"]);
    });
}
