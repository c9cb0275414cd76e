//! Worlds whose templates are for some jobs and some hours alone, from the configuration to the end of the builds.

use footman::{
    cli::Interrupt,
    setup::Setup,
    workload::{Build, CsvTrace},
    world::{AgentSeen, Ending, Witness, World, WorldError, WorldSettings},
};
use footman_config::{Text, load};
use footman_core::{Millis, Timestamp};
use std::{collections::BTreeMap, io::Cursor};

const JENKINS: &str = "
jenkins:
  clouds:
    - ecs:
        name: ecs
        regionName: us-east-1
        cluster: builds
        jenkinsUrl: https://jenkins.example.com/
        templates:
          - {templateName: java, label: java, image: jenkins/inbound-agent, cpu: 1024, memory: 2048}
          - {templateName: deploy, label: java deploy, image: jenkins/inbound-agent, cpu: 512, memory: 1024, subnets: subnet-1,
             executionRole: arn:aws:iam::123456789012:role/ecs}
";

/// When each build started, in minutes after the first was submitted, and the template that its agent is of.
#[derive(Debug, Default)]
struct Started(BTreeMap<u64, (u64, u32)>);

impl Witness for Started {
    fn build_started(&mut self, at: Timestamp, build: &Build, _wait: Millis, agent: Option<AgentSeen>) {
        let minutes = at.since(footman::world::ORIGIN).as_millis() / 60_000;
        self.0.insert(build.index, (minutes, agent.map_or(u32::MAX, |agent| agent.template.0)));
    }
}

/// Plays `trace` from Monday 2024-01-01 00:00 UTC on, with these keys of the templates.
fn play(templates: &str, trace: &str) -> Result<Started, WorldError> {
    let footman = format!(
        "clouds: {{ecs: {{templates: {{{templates}}}}}}}\nsimulation: {{clusters: {{builds: {{instances: [{{type: \
         m5.xlarge, count: 20}}]}}}}}}\n"
    );
    let texts = [Text::new("jenkins.yaml", JENKINS), Text::new("footman.yaml", &footman)];
    let loaded = load(&texts, &|_| None).unwrap_or_else(|refused| panic!("{:?}", refused.diagnostics));
    let settings = WorldSettings::of(Setup::from(loaded), 1);
    let mut workload = CsvTrace::from_reader("builds", Cursor::new(trace.to_owned()))?;
    let mut world = World::new(settings, &mut workload)?;
    let mut started = Started::default();
    let ending = world.run(&mut started, &Interrupt::new(), &mut |_| {})?;
    assert_eq!(ending, Ending::Done);
    Ok(started)
}

#[test]
fn a_template_that_is_closed_at_night_lets_builds_wait_for_the_morning() {
    // 06:00 UTC is 07:00 in Berlin, and 18:00 is 19:00. A build on Monday at noon, two in its evening, one on Friday evening.
    let trace =
        "submit_s,duration_s,label\n43200,60,deploy\n64500,1800,deploy\n68400,60,deploy\n414000,60,deploy\n";
    let hours = "deploy: {activeHours: {timeZone: Europe/Berlin, hours: Mon-Fri 07:00-19:00}}";
    let started = play(hours, trace).unwrap();
    let after = |index: u64, minutes: u64| {
        let (at, _) = started.0[&index];
        assert!((minutes..minutes + 5).contains(&at), "build {index} at {at}, wanted {minutes}");
    };
    after(0, 12 * 60);
    after(1, 17 * 60 + 55); // it has its agent five minutes before the end, and goes on
    after(2, 30 * 60); // Tuesday morning
    after(3, 7 * 24 * 60 + 6 * 60); // a weekend without anything to do is no world that is stuck
}

#[test]
fn a_place_outside_of_its_hours_is_passed_over_to_the_next_one() {
    // Builds on Monday at 02:00, 12:00, 19:30 and 23:00.
    let trace =
        "submit_s,duration_s,label\n7200,60,deploy\n43200,60,deploy\n70200,60,deploy\n82800,60,deploy\n";
    let hours = |hours: &str| format!("activeHours: {{timeZone: UTC, hours: {hours}}}");
    let (day, evening, always) = (hours("07:00-19:00"), hours("19:00-22:00"), hours("00:00-24:00"));
    let spot = format!("{{capacityProviderStrategies: [{{provider: FARGATE_SPOT, weight: 1}}], {evening}}}");
    let places = format!("deploy: {{{day}, failover: [{spot}, {{launchType: FARGATE, {always}}}]}}");
    let started = play(&places, trace).unwrap();
    let found: Vec<(u64, u32)> =
        started.0.values().map(|&(minutes, template)| (minutes / 60, template)).collect();
    // Template 1 is `deploy`, and 2 and 3 are the places behind it.
    assert_eq!(found, [(2, 3), (12, 1), (19, 2), (23, 3)]);
}

#[test]
fn builds_go_to_templates_that_are_for_their_jobs() {
    let trace = "submit_s,duration_s,label,job\n0,60,java,team/app\n0,60,java,infra/deploy web\n600,60,java,infra/x\n";
    let lists = "java: {allowJobs: [team/*, infra/x]}, deploy: {rank: 1, allowJobs: [infra/deploy*]}";
    let started = play(lists, trace).unwrap();
    let templates: Vec<u32> = started.0.values().map(|(_, template)| *template).collect();
    assert_eq!(templates[2], 0, "alone, it gets the agent that was made for it");
    let mut both = templates[..2].to_vec();
    both.sort_unstable();
    assert_eq!(both, [0, 1], "one agent of each was made; who gets which is for Jenkins to say");
}

#[test]
fn a_build_whose_job_no_template_is_for_ends_the_run_with_its_name() {
    // (the trace, what is said)
    let table = [
        (
            "submit_s,duration_s,label,job\n0,60,deploy,team/app\n",
            "`builds`, line 2: the build of job `team/app` asks for `deploy`, and the templates that serve that are for \
             other jobs alone (`allowJobs`)",
        ),
        (
            "submit_s,duration_s,label\n0,60,deploy\n",
            "`builds`, line 2: the build of job `workload` asks for `deploy`, and the templates that serve that are for \
             other jobs alone (`allowJobs`)",
        ),
    ];
    for (trace, says) in table {
        let error = play("deploy: {allowJobs: [infra/*]}", trace).expect_err(trace);
        assert_eq!(error.to_string(), says);
    }
}
