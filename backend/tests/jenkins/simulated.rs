//! A node's life, a restart and the labels of Pipelines, in the simulated Jenkins.

use crate::fixture::{AGENT, Served, agent, description, jenkins, labels, served, wanted};
use footman::serve::TwinsSettings;
use footman_backend::jenkins::{
    lookouts,
    nodes::{Closed, NewNode, created},
    observe::{LabelSource, Observer, Poll},
};
use footman_core::{
    event::{Failure, Node, Outcome},
    id::OwnerId,
};
use serde_json::Value;
use std::collections::BTreeSet;

fn find<'a>(poll: &'a Poll, name: &str) -> Option<&'a Node> {
    poll.listing.nodes.iter().find(|node| node.name.as_str() == name)
}

#[test]
fn a_node_is_created_seen_launched_closed_and_deleted() {
    served(TwinsSettings::default(), |served| async move {
        let jenkins = jenkins(&served.url());
        let (text, set) = (description(), labels("docker linux"));
        let new = agent(AGENT, &text, &set);
        jenkins.create_node(&new).await.unwrap();
        let again = jenkins.create_node(&new).await;
        assert_eq!(created(&again), Outcome::Done, "it is the one that the first attempt made");
        let foreign = jenkins.create_node(&NewNode { description: "by hand", ..new }).await;
        assert!(matches!(created(&foreign), Outcome::Failed(Failure::Refused { .. })), "{foreign:?}");

        let mut observer = served.observer();
        let poll = observer.poll().await.unwrap();
        let node = find(&poll, AGENT).unwrap();
        assert_eq!((&node.labels, node.description.as_deref()), (&set, Some(text.as_str())));
        assert!(!node.online && node.idle && node.executors == 1);

        served.connect(&jenkins, AGENT).await;
        served.builds("", "0,60,docker,a\n0,60,docker,b\n").await;
        served.advance(10).await;
        let poll = observer.poll().await.unwrap();
        let node = find(&poll, AGENT).unwrap();
        assert!(node.online && !node.idle && node.running.len() == 1, "{node:?}");
        assert_eq!(wanted(&poll), ["docker"]);

        assert_eq!(jenkins.close_node(AGENT).await.unwrap(), Closed::Emptied);
        assert_eq!(jenkins.close_node(AGENT).await.unwrap(), Closed::Already);
        let node = find(&observer.poll().await.unwrap(), AGENT).unwrap().clone();
        assert!(node.online && !node.temporarily_offline && !node.idle && node.labels.is_empty(), "{node:?}");
        served.advance(120).await;
        let poll = observer.poll().await.unwrap();
        assert!(find(&poll, AGENT).unwrap().idle, "its build is over");
        assert_eq!(wanted(&poll), ["docker"], "and the other one was not taken");

        for _ in 0..2 {
            jenkins.delete_node(AGENT).await.unwrap();
        }
        assert_eq!(find(&observer.poll().await.unwrap(), AGENT), None);
        assert_eq!(jenkins.close_node(AGENT).await.unwrap(), Closed::Gone);
        let secret = jenkins.agent_secret(AGENT).await.unwrap_err();
        assert_eq!(secret.failure(), Failure::Unavailable);
    });
}

/// jenkins.md 2 and 6: the file of the secret, the controller's name, and what saving does to a mark.
#[test]
fn every_version_of_jenkins_is_spoken_to() {
    for version in ["2.263.4", "2.264", "2.307", "2.482", "2.528.3"] {
        let mut twins = TwinsSettings::default();
        twins.set_version(version.parse().unwrap());
        served(twins, |served| async move {
            let jenkins = jenkins(&served.url());
            let (text, set) = (description(), labels("docker"));
            jenkins.create_node(&agent(AGENT, &text, &set)).await.unwrap();
            for log in [None, Some("https://logs/7"), Some("https://logs/7")] {
                jenkins.describe_node(AGENT, "arn:task/7", log).await.unwrap();
            }
            let poll = served.observer().poll().await.unwrap();
            let node = find(&poll, AGENT).unwrap();
            let said = format!("{text} task=arn:task/7 log=https://logs/7");
            assert_eq!((node.description.as_deref(), &node.labels), (Some(said.as_str()), &set), "{version}");
            let again = jenkins.create_node(&agent(AGENT, &text, &set)).await;
            assert_eq!(created(&again), Outcome::Done, "it is the one that is there: {again:?}");
            served.connect(&jenkins, AGENT).await;
            assert!(find(&served.observer().poll().await.unwrap(), AGENT).unwrap().online, "{version}");
            assert_eq!(jenkins.close_node(AGENT).await.unwrap(), Closed::Emptied);
            let check = jenkins.check(Some(AGENT)).await.unwrap();
            assert_eq!(check.version.as_deref(), Some(version));
        });
    }
}

/// jenkins.md 2: no answer for 4 s, 503 for 8 s more, and then the queue as it was.
#[test]
fn a_restart_is_ridden_out_and_the_labels_that_were_read_are_kept() {
    served(TwinsSettings::default(), |served| async move {
        let jenkins = jenkins(&served.url());
        let (text, set) = (description(), labels("docker linux"));
        served.builds("?kind=pipeline", "0,60,docker || mac,a\n").await;
        let other = agent("other", "", &set);
        jenkins.create_node(&other).await.unwrap();
        jenkins.create_node(&NewNode { name: "another", ..other }).await.unwrap();
        let mut observer = served.observer();
        let before = observer.poll().await.unwrap();
        assert_eq!(wanted(&before), ["docker||mac"]);

        served.post("restart", Value::Null).await;
        let lost = observer.poll().await.unwrap_err();
        assert_eq!(lost.failure(), Failure::Unavailable, "{lost}");
        served.advance(5).await;
        let starting = observer.poll().await.unwrap_err();
        assert_eq!(starting.failure(), Failure::Unavailable, "{starting}");
        let reply = jenkins.create_node(&agent(AGENT, &text, &set)).await;
        assert_eq!(created(&reply), Outcome::Failed(Failure::Unavailable));
        served.advance(20).await;
        let after = observer.poll().await.unwrap();
        assert_ne!(after.listing.session, before.listing.session);
        assert_eq!(wanted(&after), ["docker||mac"]);
        let after: Vec<_> = after.listing.items.iter().map(|item| item.id).collect();
        let before: Vec<_> = before.listing.items.iter().map(|item| item.id).collect();
        assert_eq!(after, before, "the item is the same");
    });
}

/// jenkins.md 5: what zero, one and two lookouts make readable.
#[test]
fn the_labels_of_pipelines_are_readable_with_two_lookouts() {
    served(TwinsSettings::default(), |served: Served| async move {
        let jenkins = jenkins(&served.url());
        let (owner, set) = (OwnerId::from("prod"), labels("docker linux"));
        served
            .builds(
                "?kind=pipeline",
                "0,60,docker,a\n0,60,docker && linux,b\n0,60,docker || windows,c\n0,60,docker && !windows,d\n\
                 0,60,gpu,e\n",
            )
            .await;
        // An observer each, so that none remembers what another has seen.
        let poll = async || served.observer().poll().await.unwrap();
        let none = poll().await;
        assert_eq!(wanted(&none), ["?"; 5], "no node but the controller");
        assert_eq!((none.unknown_labels, none.has_hidden), (5, true));
        assert_eq!(none.unreadable, [""; 0], "the text is known, and shows nothing");

        let wanted_lookouts = lookouts::wanted(&owner, [&set]);
        let missing = lookouts::changes(&owner, &wanted_lookouts, &none.nodes).create;
        assert_eq!(missing.len(), 2);
        jenkins.create_node(&NewNode::lookout(&missing[0])).await.unwrap();
        let one = poll().await;
        let all = "docker&&linux";
        assert_eq!(
            wanted(&one),
            [all, all, all, all, "gpu"],
            "its name in place of the labels leads back to its own"
        );

        jenkins.create_node(&NewNode::lookout(&missing[1])).await.unwrap();
        let two = poll().await;
        let exact = ["docker", "docker&&linux", "docker||windows", "docker&&!windows", "gpu"];
        assert_eq!(wanted(&two), exact);
        assert_eq!(two.unknown_labels, 0);
        assert!(lookouts::changes(&owner, &wanted_lookouts, &two.nodes).is_empty());
        assert_eq!(two.listing.nodes.len(), 1, "the core is told of the controller alone");

        // Beside a busy agent they stay readable.
        let text = description();
        jenkins.create_node(&agent(AGENT, &text, &set)).await.unwrap();
        served.connect(&jenkins, AGENT).await;
        served.advance(10).await;
        assert_eq!(wanted(&poll().await), exact[1..], "one of them runs");

        // An administrator's script needs no lookouts.
        for lookout in &missing {
            jenkins.delete_node(lookout.name.as_str()).await.unwrap();
        }
        let script = Observer::new(jenkins.clone(), LabelSource::Script).poll().await.unwrap();
        assert_eq!(
            (wanted(&script), script.script_failure),
            (exact[1..].iter().map(ToString::to_string).collect(), None)
        );
    });
}

/// jenkins.md 1: a job shows an absolute URL, and a block of a Pipeline where its run is.
#[test]
fn every_item_is_seen_with_the_job_that_it_belongs_to() {
    // (how builds are played, whether they are blocks of a run)
    for (kind, are_blocks) in
        [("", false), ("?kind=pipeline", true), ("?kind=maven", false), ("?kind=matrix", false)]
    {
        served(TwinsSettings::default(), |served: Served| async move {
            served.builds(kind, "0,60,gpu,team/app\n0,60,gpu,feature ü\n0,60,gpu,web\n").await;
            let items = served.observer().poll().await.unwrap().listing.items;
            let seen: BTreeSet<_> = items.iter().map(|item| (item.job.as_deref(), item.run)).collect();
            let run = are_blocks.then_some(1);
            let want = ["feature ü", "team/app", "web"].map(|job| (Some(job), run));
            assert_eq!(seen, BTreeSet::from(want), "{kind}");
        });
    }
}

/// jenkins.md 2: a Pipeline's run is on an executor of the controller's that is none of its own, for as long as it lasts, and a
/// block on an agent's. What the REST client reads is what the state machine tells of.
#[test]
fn runs_are_seen_under_way_from_their_beginning_to_their_end() {
    // (how builds are played, whether they are blocks of a run, whether the agent shows a part of a run alone)
    for (kind, are_blocks, part) in [
        ("", false, false),
        ("?kind=pipeline", true, true),
        ("?kind=maven", false, false),
        ("?kind=matrix", false, true),
    ] {
        served(TwinsSettings::default(), |served: Served| async move {
            let jenkins = jenkins(&served.url());
            let mut observer = Observer::new(jenkins.clone(), LabelSource::Why).of_runs(true);
            served.builds(kind, "0,60,gpu,team/app\n").await;
            let mut seen = async || {
                let nodes = observer.poll().await.unwrap().listing.nodes;
                let shown = |node: &Node| {
                    node.runs.iter().map(|it| (it.run.job.to_string(), it.run.number, it.part)).collect()
                };
                nodes.iter().map(shown).collect::<Vec<Vec<(String, u32, bool)>>>()
            };
            let app = |part| vec![("team/app".to_owned(), 1, part)];
            let controller = || if are_blocks { app(false) } else { Vec::new() };
            served.advance(1).await;
            assert_eq!(seen().await, [controller()], "{kind}: it waits");
            let text = description();
            jenkins.create_node(&agent(AGENT, &text, &labels("gpu"))).await.unwrap();
            served.connect(&jenkins, AGENT).await;
            served.advance(10).await;
            assert_eq!(seen().await, [app(part), controller()], "{kind}: it runs on the agent");
            served.advance(120).await;
            assert_eq!(seen().await, [vec![], vec![]], "{kind}: it is over");
        });
    }
}
