//! What a check finds of a user's rights, in the simulated Jenkins.

use crate::fixture::{AGENT, agent, description, jenkins, jenkins_of, labels, served, wanted};
use footman::serve::TwinsSettings;
use footman_backend::jenkins::{
    check::{Permission, Verdict},
    continuation, lookouts,
    nodes::{Closed, NewNode},
    observe::{LabelSource, Observer},
};
use footman_core::id::{NodeName, OwnerId};
use footman_jenkins_sim::http::Security;
use serde_json::{Value, json};

/// A Jenkins with users: the set that does everything (jenkins.md 3), that without Job/Read, and one who may look.
fn with_users() -> TwinsSettings {
    let least =
        ["Overall/Read", "Job/Read", "Agent/Create", "Agent/Connect", "Agent/Disconnect", "Agent/Delete"];
    let blind: Vec<&str> = least.iter().copied().filter(|name| *name != "Job/Read").collect();
    let users = json!({
        "footman": {"token": "t1", "permissions": least},
        "blind": {"token": "t2", "permissions": blind},
        "reader": {"token": "t3", "permissions": ["Overall/Read", "Job/Read"]},
        "admin": {"token": "t4", "password": "p4", "permissions": ["Overall/Administer"]},
    });
    TwinsSettings { security: Security::parse(&users.to_string()).unwrap(), ..TwinsSettings::default() }
}

#[test]
fn a_check_proves_what_it_can_without_changing_anything() {
    served(with_users(), |served| async move {
        let (text, set) = (description(), labels("docker"));
        let admin = jenkins_of(&served.url(), "admin", "t4");
        admin.create_node(&agent(AGENT, &text, &set)).await.unwrap();
        let (held, unproven) = ("held", "unproven");
        // (user, token) => Overall/Read, Job/Read, Agent/Create, Agent/Connect, Agent/ExtendedRead, Overall/Administer
        let table = [
            (
                "footman",
                "t1",
                [
                    held,
                    held,
                    held,
                    held,
                    "hudson.model.Computer.ExtendedRead",
                    "hudson.model.Hudson.Administer",
                ],
            ),
            (
                "blind",
                "t2",
                [
                    held,
                    unproven,
                    held,
                    held,
                    "hudson.model.Computer.ExtendedRead",
                    "hudson.model.Hudson.Administer",
                ],
            ),
            (
                "reader",
                "t3",
                [
                    held,
                    held,
                    "hudson.model.Computer.Create",
                    "hudson.model.Computer.Connect",
                    "hudson.model.Computer.ExtendedRead",
                    "hudson.model.Hudson.Administer",
                ],
            ),
            ("admin", "t4", [held, held, held, held, held, held]),
        ];
        for (user, token, want) in table {
            let check = jenkins_of(&served.url(), user, token).check(Some(AGENT)).await.unwrap();
            assert_eq!((check.user.as_str(), check.anonymous), (user, false));
            assert_eq!(check.version.as_deref(), Some("2.263.4"));
            for ((permission, verdict), want) in check.permissions.iter().zip(want) {
                let is_so = match verdict {
                    Verdict::Held => want == held,
                    Verdict::Missing(words) => words.ends_with(want),
                    Verdict::Unproven(_) => want == unproven,
                };
                assert!(is_so, "{user} {permission}: {verdict:?}, not {want}");
            }
            assert_eq!(check.permissions.len(), want.len());
            assert_eq!((check.agent_port, check.web_socket), (None, true));
        }
        let check = admin.check(None).await.unwrap();
        assert!(matches!(check.verdict(Permission::AgentConnect), Some(Verdict::Unproven(_))));
        assert_eq!(check.keeps_nodes, None);
    });
}

#[test]
fn without_security_and_with_an_agent_port_a_check_says_so() {
    let twins = TwinsSettings { agent_port: Some(50_000), ..TwinsSettings::default() };
    served(twins, |served| async move {
        let check = jenkins(&served.url()).check(None).await.unwrap();
        assert!(check.anonymous);
        assert_eq!(check.agent_port, Some(50_000));
        assert_eq!(check.verdict(Permission::OverallAdminister), Some(&Verdict::Held));
    });
}

#[test]
fn a_wrong_token_is_told_from_a_lack_of_rights() {
    served(with_users(), |served| async move {
        let error = jenkins_of(&served.url(), "footman", "wrong-token").check(None).await.unwrap_err();
        let words = error.to_string();
        assert!(words.contains("401") && !words.contains("wrong-token"), "{words}");
    });
}

/// jenkins.md 3: the queue is silently empty for who may not read jobs.
#[test]
fn a_queue_that_is_empty_for_want_of_a_right_is_found_out() {
    served(with_users(), |served| async move {
        let (text, set) = (description(), labels("docker"));
        let admin = jenkins_of(&served.url(), "admin", "t4");
        admin.create_node(&agent(AGENT, &text, &set)).await.unwrap();
        served.connect(&admin, AGENT).await;
        served.builds("", "0,600,docker,a\n0,600,docker,b\n").await;
        served.advance(10).await;
        let footman = jenkins_of(&served.url(), "footman", "t1");
        let poll = Observer::new(footman, LabelSource::Why).poll().await.unwrap();
        assert_eq!((poll.listing.items.len(), poll.hidden_builds), (1, 0));

        let blind = jenkins_of(&served.url(), "blind", "t2");
        let poll = Observer::new(blind.clone(), LabelSource::Why).poll().await.unwrap();
        assert_eq!(
            (poll.listing.items.len(), poll.hidden_builds),
            (0, 1),
            "something runs that is not shown"
        );
        // Jenkins' averages follow what is waiting and running by a tenth every 10 s.
        served.advance(120).await;
        let check = blind.check(None).await.unwrap();
        let verdict = check.verdict(Permission::JobRead);
        assert!(matches!(verdict, Some(Verdict::Missing(_))), "{verdict:?}");
    });
}

#[test]
fn a_password_and_a_jenkins_without_users_both_ask_for_a_crumb_and_get_it() {
    served(with_users(), |served| async move {
        let (text, set) = (description(), labels("docker"));
        let admin = jenkins_of(&served.url(), "admin", "p4");
        admin.create_node(&agent(AGENT, &text, &set)).await.unwrap();
        admin.delete_node(AGENT).await.unwrap();
    });
    let crumbs = TwinsSettings { security: Security::only_crumbs(), ..TwinsSettings::default() };
    served(crumbs, |served| async move {
        let (text, set) = (description(), labels("docker"));
        let nobody = jenkins(&served.url());
        nobody.create_node(&agent(AGENT, &text, &set)).await.unwrap();
        assert_eq!(
            served.observer().poll().await.unwrap().listing.nodes.len(),
            2,
            "the controller and the agent"
        );
    });
}

/// jenkins.md 5 and 6: without Agent/Configure a node is marked, and the mark goes when its own Pipeline waits for it.
#[test]
fn without_the_right_to_configure_a_node_is_closed_by_a_mark_that_can_be_taken_off() {
    served(with_users(), |served| async move {
        let (text, set) = (description(), labels("docker"));
        let footman = jenkins_of(&served.url(), "footman", "t1");
        footman.create_node(&agent(AGENT, &text, &set)).await.unwrap();
        served.connect(&footman, AGENT).await;
        let mut observer = Observer::new(footman.clone(), LabelSource::Why);
        for _ in 0..2 {
            assert_eq!(footman.close_node(AGENT).await.unwrap(), Closed::Marked, "again is no harm");
            let poll = observer.poll().await.unwrap();
            let node = poll.listing.nodes.iter().find(|node| node.name.as_str() == AGENT).unwrap();
            assert_eq!((node.temporarily_offline, node.labels.clone()), (true, set.clone()));
        }
        assert!(footman.reopen_node(AGENT).await.unwrap());
        assert!(!footman.reopen_node(AGENT).await.unwrap(), "again marks nothing");
        let poll = observer.poll().await.unwrap();
        let node = poll.listing.nodes.iter().find(|node| node.name.as_str() == AGENT).unwrap();
        assert!(node.online && !node.temporarily_offline);
    });
}

/// jenkins.md 6: a marked node takes nothing, not even what its own Pipeline queues for it after a restart.
#[test]
fn the_pipeline_of_a_marked_node_goes_on_after_a_restart_once_the_mark_is_off() {
    served(with_users(), |served| async move {
        let (text, set) = (description(), labels("docker"));
        let footman = jenkins_of(&served.url(), "footman", "t1");
        for lookout in lookouts::wanted(&OwnerId::from("prod"), [&set]) {
            footman.create_node(&NewNode::lookout(&lookout)).await.unwrap();
        }
        footman.create_node(&agent(AGENT, &text, &set)).await.unwrap();
        served.connect(&footman, AGENT).await;
        served.builds("?kind=pipeline", "0,600,docker,a\n").await;
        served.advance(10).await;
        assert_eq!(footman.close_node(AGENT).await.unwrap(), Closed::Marked);
        let mut observer = Observer::new(footman.clone(), LabelSource::Why);
        let poll = observer.poll().await.unwrap();
        assert!(poll.listing.items.is_empty(), "it runs");

        served.post("restart", Value::Null).await;
        served.advance(60).await;
        let poll = observer.poll().await.unwrap();
        assert_eq!(wanted(&poll), [AGENT], "its continuation wants the node itself");
        let awaited = continuation::awaited(&poll.nodes, &poll.listing.items);
        assert_eq!(awaited, [&NodeName::from(AGENT)]);
        assert!(footman.reopen_node(AGENT).await.unwrap());
        served.advance(10).await;
        let poll = observer.poll().await.unwrap();
        let node = poll.listing.nodes.iter().find(|node| node.name.as_str() == AGENT).unwrap();
        assert!(poll.listing.items.is_empty() && !node.idle, "{node:?}");
    });
}
