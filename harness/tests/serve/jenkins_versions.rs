//! A version of Jenkins reaches the controller and its face alike, and answers are packed. What differs between versions is
//! held by `jenkins-sim/tests/recordings`, which needs no socket for it.

use crate::client::with_twins;
use flate2::read::GzDecoder;
use footman::serve::{ClockMode, TwinsSettings};
use serde_json::{Value, json};
use std::io::Read;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[test]
fn a_version_is_that_of_the_controller_and_of_its_answers() {
    // (version, how the controller calls itself, whether saving a node leaves it marked)
    for (version, controller, marked) in [("2.263.4", "master", true), ("2.528.3", "Built-In Node", false)] {
        let mut twins = TwinsSettings::default();
        twins.set_version(version.parse().unwrap());
        with_twins(ClockMode::Lockstep, twins, |both| async move {
            both.create_node("n1", "docker").await;
            both.post_form("/computer/n1/changeOfflineCause", "offlineMessage=spent").await;
            let config = both.get("/computer/n1/config.xml").await.body;
            assert_eq!(both.post_xml("/computer/n1/config.xml", &config).await.status, 200);
            let answer = both.get("/computer/api/json?tree=computer[displayName,temporarilyOffline]").await;
            assert_eq!(answer.header("x-jenkins"), Some(version));
            let computers = &answer.json()["computer"];
            assert_eq!(computers[0]["displayName"], json!(controller), "{version}");
            assert_eq!(computers[1]["temporarilyOffline"], json!(marked), "{version}");
        });
    }
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
