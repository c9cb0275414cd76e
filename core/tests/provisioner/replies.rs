//! What follows on each answer to `RunTask`.

use crate::reference_model::{START, policy, template};
use footman_core::{
    Action, Event, Millis, Provisioner,
    decision::Phase,
    event::{Failure, ItemChange, ItemLabel, ItemState, JenkinsChanges, Outcome, QueueItem, TaskChanges},
    id::{QueueItemId, TaskArn},
};

/// A core that has just handed out the launch of its only agent.
fn launching() -> (Provisioner, footman_core::ActionId, String) {
    let mut core = Provisioner::new(policy(vec![template("java", &["java"])]), START);
    let item = QueueItem {
        id: QueueItemId(1),
        label: ItemLabel::Expression("java".into()),
        state: ItemState::Buildable { since: START },
        in_queue_since: START,
        job: None,
        run: None,
    };
    core.handle_event(START, Event::Tasks(TaskChanges::default()));
    let items = vec![ItemChange::Seen(item)];
    core.handle_event(START, Event::Jenkins(JenkinsChanges { items, ..JenkinsChanges::default() }));
    let (create, _) = core.poll_action().expect("a node is created");
    core.handle_event(START, Event::Reply { action: create, outcome: Outcome::Done });
    let Some((launch, Action::Launch { token, .. })) = core.poll_action() else { panic!("it is launched") };
    (core, launch, token.as_str().to_owned())
}

/// The next action within a minute.
fn next_action(core: &mut Provisioner) -> Option<Action> {
    loop {
        if let Some((_, action)) = core.poll_action() {
            return Some(action);
        }
        let (at, _) = core.poll_timeout().filter(|(at, _)| *at <= START + Millis::from_mins(1))?;
        core.handle_timeout(at);
    }
}

#[test]
fn an_attempt_follows_only_a_definite_answer_to_the_one_before() {
    let failed = Outcome::Failed;
    let arn = |name: &str| TaskArn::new(format!("arn:aws:ecs:eu-central-1:123456789012:task/ci/{name}"));
    // (answer) => the attempt of the next launch, or the phase after which nothing is launched
    let table = [
        (failed(Failure::Throttled { retry_after: None }), Ok(1)),
        (failed(Failure::Throttled { retry_after: Some(Millis::from_secs(7)) }), Ok(1)),
        (failed(Failure::Unavailable), Ok(1)),
        (failed(Failure::Unknown), Ok(1)),
        (failed(Failure::NoCapacity { reason: "RESOURCE:CPU".into() }), Ok(2)),
        (failed(Failure::Refused { reason: "TaskDefinition is inactive".into() }), Err(Phase::Spent)),
        (Outcome::Conflict { tasks: vec![] }, Err(Phase::Spent)),
        (Outcome::Conflict { tasks: vec![arn("a")] }, Err(Phase::Provisioning)),
        (Outcome::Launched { task: arn("a") }, Err(Phase::Provisioning)),
    ];
    for (outcome, next) in table {
        let (mut core, launch, first) = launching();
        let stem = first.strip_suffix(".1").expect("the first attempt").to_owned();
        core.handle_event(START, Event::Reply { action: launch, outcome: outcome.clone() });
        match (next_action(&mut core), next) {
            (Some(Action::Launch { token, .. }), Ok(attempt)) => {
                assert_eq!(token.as_str(), format!("{stem}.{attempt}"), "{outcome:?}");
            }
            (Some(Action::CloseNode { .. }), Err(Phase::Spent)) | (None, Err(Phase::Provisioning)) => {}
            (action, next) => panic!("{outcome:?}: {action:?}, expected {next:?}"),
        }
        if let Err(phase) = next {
            assert_eq!(core.agents_in(phase), 1, "{outcome:?}");
        }
    }
}

#[test]
fn a_second_answer_to_the_same_action_means_nothing() {
    let (mut core, launch, _) = launching();
    let lost = Event::Reply { action: launch, outcome: Outcome::Failed(Failure::Unavailable) };
    let task = TaskArn::from("arn:aws:ecs:eu-central-1:123456789012:task/ci/a");
    core.handle_event(START, Event::Reply { action: launch, outcome: Outcome::Launched { task } });
    core.handle_event(START, lost);
    assert_eq!(core.agents_in(Phase::Provisioning), 1);
    assert_eq!(core.actions_in_flight(), 0);
}
