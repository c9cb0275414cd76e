//! What a running daemon is asked by signals: to end, or to take a configuration that has changed.

use super::note;
use comfy_table::{ContentArrangement, Table, presets};
use footman_config::{Change, Effect, Loaded, Severity, changes};
use footman_config_files::{ConfigFiles, Reading};
use miette::IntoDiagnostic;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What the daemon is asked.
#[derive(Debug)]
pub(super) enum Asked {
    /// To end: SIGTERM or SIGINT.
    End,
    /// To go on with this configuration: SIGHUP, where there is one that can be gone on with.
    Reload(Box<Loaded>),
}

/// How long everything of ours may take to end, where nobody sets a bound: until nothing is left.
pub(super) type DrainMax = Option<Duration>;

/// Why draining ended before nothing was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DrainCut {
    /// A signal asked for it.
    Signal,
    /// It took as long as it may.
    TooLong,
}

/// The signals that are heeded.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

/// What is made of a configuration that was read again.
#[derive(Debug)]
enum Considered {
    /// Nothing differs.
    Same,
    /// It cannot be used, and what is wrong with it.
    Wrong(String),
    /// It can be used only once no agent is left.
    NeedsDrain(String),
    /// It can be gone on with.
    New(Box<Loaded>, String),
}

impl Signals {
    /// Heeds the signals from now on.
    ///
    /// # Errors
    ///
    /// Fails where the system lets nobody do that.
    pub(super) fn heed() -> miette::Result<Self> {
        let of = |kind| signal(kind).into_diagnostic();
        Ok(Self {
            terminate: of(SignalKind::terminate())?,
            interrupt: of(SignalKind::interrupt())?,
            hangup: of(SignalKind::hangup())?,
        })
    }

    /// Waits for what ends a drain before nothing is left: a signal, or the end of the time that it may take.
    pub(super) async fn end_drain(&mut self, max: DrainMax) -> DrainCut {
        let over = async {
            match max {
                Some(max) => tokio::time::sleep(max).await,
                None => std::future::pending().await,
            }
        };
        let mut over = std::pin::pin!(over);
        loop {
            tokio::select! {
                biased;
                _ = self.terminate.recv() => return DrainCut::Signal,
                _ = self.interrupt.recv() => return DrainCut::Signal,
                () = &mut over => return DrainCut::TooLong,
                _ = self.hangup.recv() => tracing::warn!("footmand drains: the configuration is not read anew"),
            }
        }
    }

    /// Waits until there is something to do. What is wrong with a configuration is said, and the present one stays.
    pub(super) async fn next(&mut self, files: &ConfigFiles, present: &Loaded) -> Asked {
        loop {
            tokio::select! {
                // Whoever wants it to end is heard first.
                biased;
                _ = self.terminate.recv() => return Asked::End,
                _ = self.interrupt.recv() => return Asked::End,
                _ = self.hangup.recv() => {}
            }
            let considered = match files.read() {
                Ok(reading) => consider(reading, present),
                Err(report) => Considered::Wrong(format!("{report:?}")),
            };
            match considered {
                Considered::Same => tracing::info!("the configuration is what it was"),
                Considered::Wrong(text) => {
                    note(text);
                    tracing::error!("the configuration cannot be used (above); the present one stays");
                }
                Considered::NeedsDrain(text) => {
                    note(text);
                    tracing::error!(
                        "agents that there are would not be found with this configuration; the present one stays: end \
                         footmand with --at-end drain, and start it anew"
                    );
                }
                Considered::New(loaded, text) => {
                    note(text);
                    return Asked::Reload(loaded);
                }
            }
        }
    }
}

fn consider(reading: Reading, present: &Loaded) -> Considered {
    let said = reading.show(|diagnostic| diagnostic.severity == Severity::Error);
    let Ok(loaded) = reading.outcome else { return Considered::Wrong(said) };
    let found = changes(present, &loaded);
    let text = table(&found);
    if found.is_empty() {
        // Texts may differ where no value does; what follows from the values is the same.
        return Considered::Same;
    }
    if found.iter().any(|change| change.effect == Effect::Drain) {
        return Considered::NeedsDrain(text);
    }
    Considered::New(Box::new(loaded), text)
}

/// The changes for people.
fn table(found: &[Change]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["template", "field", "old", "new", ""]);
    for change in found {
        let Change { subject, key, old, new, effect } = change;
        table.add_row([subject.clone(), (*key).to_owned(), old.clone(), new.clone(), effect.to_string()]);
    }
    table.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use std::{fs, path::Path};

    const JENKINS: &str = "jenkins:\n  clouds:\n  - ecs:\n      name: ecs\n      cluster: arn:aws:ecs:us-east-1:123456789012:cluster/ci\n      \
                           templates:\n      - {templateName: java, label: java, image: x, cpu: 1024, memory: 2048, launchType: FARGATE, \
                           subnets: s, securityGroups: g}\n";

    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        files: ConfigFiles,
    }

    fn read(folder: &Path, text: &str) -> Reading {
        fs::write(folder.join("jenkins.yaml"), text).expect("the folder is there");
        let folder = folder.to_str().expect("its name is UTF-8");
        Arguments::parse_from(["test", folder]).files.read().expect("it can be read")
    }

    #[test]
    fn only_a_configuration_that_can_be_gone_on_with_replaces_the_present_one() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let present = read(folder.path(), JENKINS).outcome.expect("it can be used");
        let considered =
            |old: &str, new: &str| consider(read(folder.path(), &JENKINS.replace(old, new)), &present);
        assert!(matches!(considered("", ""), Considered::Same));
        assert!(
            matches!(considered("cpu: 1024", "cpu: many"), Considered::Wrong(text) if text.contains("many"))
        );
        assert!(
            matches!(considered("cluster/ci", "cluster/cd"), Considered::NeedsDrain(text) if text.contains("needs drain"))
        );
        let Considered::New(loaded, text) = considered("image: x", "image: y") else {
            panic!("it can be used")
        };
        assert_eq!(loaded.clouds[0].templates[0].fields.image.value, "y");
        let words: Vec<&str> = text.lines().nth(1).expect("a row").split_whitespace().collect();
        assert_eq!(words, ["ecs/java", "image", "x", "y", "new", "agents", "only"]);
    }
}
