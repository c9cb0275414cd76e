//! The configuration of the benchmarks, and a daemon within this process.

use crate::servers::Servers;
use aws_sdk_ecs::{
    Client,
    config::{Credentials, SharedCredentialsProvider},
};
use footman_backend::{
    ecs::{Backend, TaskTemplate, client::ConnectSettings},
    jenkins::{
        client::{Jenkins, JenkinsSettings},
        observe::LabelSource,
    },
    services::Services,
};
use footman_config::{Loaded, Text, load};
use std::{fs, path::Path};

/// Jenkins' half.
pub(crate) const JENKINS: &str = "
jenkins:
  clouds:
    - ecs:
        name: ecs
        regionName: us-east-1
        cluster: builds
        jenkinsUrl: https://jenkins.example.com/
        templates:
          - {templateName: java, label: java, image: jenkins/inbound-agent, cpu: 1024, memory: 2048}
";
/// Footman's half.
pub(crate) const FOOTMAN: &str = "
owner: bench
simulation:
  clusters:
    builds:
      instances: [{type: m5.4xlarge, count: 40}]
";

/// The configuration of every benchmark.
pub(crate) fn configuration() -> Loaded {
    let texts = [Text::new("jenkins.yaml", JENKINS), Text::new("footman.yaml", FOOTMAN)];
    load(&texts, &|_| None).expect("the configuration is good")
}

/// What a daemon with this configuration acts with.
pub(crate) fn services(servers: &Servers, loaded: &Loaded) -> Services {
    let credentials = Credentials::new("footmand", "secret", None, None, "bench");
    let connect = ConnectSettings {
        endpoint: Some(format!("http://{}", servers.ecs)),
        ..ConnectSettings::in_region("us-east-1")
    };
    let client = Client::from_conf(connect.config(SharedCredentialsProvider::new(credentials)).build());
    let templates = TaskTemplate::of_configuration(loaded, "https://jenkins.example.com/");
    let ecs = Backend::new(templates.into_iter().map(|template| (template, client.clone())).collect());
    let settings = JenkinsSettings::at(format!("http://{}/", servers.jenkins));
    let jenkins = Jenkins::new(JenkinsSettings { environment_proxy: false, ..settings }).expect("a client");
    Services::new(jenkins, LabelSource::Why, ecs, &loaded.policy)
}

/// The figures of a process in /proc, of which `field` is counted from 1 (Linux, `man 5 proc`).
pub(crate) fn process(file: &Path, field: usize) -> u64 {
    let text = fs::read_to_string(file).expect("/proc is there");
    // The name of the program stands in parentheses, and may hold spaces.
    let (before, after) = text.rsplit_once(')').map_or((0, &*text), |(_, after)| (2, after));
    let found = after.split_whitespace().nth(field - before - 1).expect("the field is there");
    found.parse().expect("a number")
}
