//! Containers that really run: one local process per container, each under a keeper that ends with this program.
//!
//! A keeper (`footman container`, hidden) starts the program in a process group of its own and listens on its standard
//! input: it passes on the stop signal when it reads a `T`, and kills the group on anything else and at the end of the
//! input, which comes when this program ends, however it ends. So no process outlives it. Nothing is interpreted by a
//! shell.

use super::accounts::{AccountId, TaskKey};
use footman_ecs_sim::http::ContainerLaunch;
use std::{
    collections::BTreeMap,
    fmt,
    fs::{self, File},
    io::{self, PipeWriter, Write},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{process::Command, sync::mpsc, task::JoinSet, time::timeout};

/// What a keeper is told to pass on the stop signal.
pub(crate) const STOP: u8 = b'T';
/// What a keeper is told to kill everything.
pub(crate) const KILL: u8 = b'K';
/// The exit code of a container whose program cannot be started, as a shell has it.
const NOT_STARTED: i32 = 127;
/// How many exits may wait to be heeded.
const EXITS_MAX: usize = 1024;
/// How long processes are waited for at the end, after they were killed.
const END_WAIT: Duration = Duration::from_secs(2);
/// What of our own environment a container gets, before its own: what programs need to be found and to speak.
const INHERITED: [&str; 6] = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ"];

/// What an image stands for: `IMAGE='program args'`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageProgram {
    /// The image, as task definitions name it; without a tag it is for all of them.
    pub image: String,
    /// The program and its first arguments, split at white space; the container's command follows them.
    pub words: Vec<String>,
}

/// How containers run as processes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessSettings {
    /// What images stand for.
    pub images: Vec<ImageProgram>,
    /// Where the output of each task goes.
    pub log_dir: PathBuf,
    /// The program that keeps containers: `footman` itself.
    pub keeper: PathBuf,
}

/// The processes of all tasks.
pub(super) struct Processes {
    settings: ProcessSettings,
    running: BTreeMap<TaskKey, Vec<PipeWriter>>,
    exits: mpsc::Sender<Exit>,
    waits: JoinSet<()>,
}

/// The end of a container's process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exit {
    pub(super) task: TaskKey,
    /// Its place in the definition.
    pub(super) container: usize,
    pub(super) code: i32,
}

impl fmt::Debug for Processes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Processes").field("running", &self.running.len()).finish_non_exhaustive()
    }
}

impl std::str::FromStr for ImageProgram {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected IMAGE='program args'";
        let (image, program) = text.split_once('=').ok_or(expected)?;
        let words: Vec<String> = program.split_whitespace().map(str::to_owned).collect();
        if image.is_empty() || words.is_empty() {
            return Err(expected.to_owned());
        }
        Ok(Self { image: image.to_owned(), words })
    }
}

impl ProcessSettings {
    /// What `image` stands for: the entry with its very name, else the one with its name without tag and digest.
    pub(super) fn program(&self, image: &str) -> Option<&ImageProgram> {
        let exact = self.images.iter().find(|known| known.image == image);
        exact.or_else(|| self.images.iter().find(|known| known.image == repository(image)))
    }
}

/// The name of an image without its tag and digest.
fn repository(image: &str) -> &str {
    let image = image.split_once('@').map_or(image, |(name, _)| name);
    match image.rsplit_once(':') {
        // A colon before a slash belongs to the port of a registry.
        Some((name, tag)) if !tag.contains('/') => name,
        Some(_) | None => image,
    }
}

impl Processes {
    /// None so far; their ends come out of the other half.
    pub(super) fn new(settings: ProcessSettings) -> io::Result<(Self, mpsc::Receiver<Exit>)> {
        fs::create_dir_all(&settings.log_dir)?;
        let (exits, ends) = mpsc::channel(EXITS_MAX);
        Ok((Self { settings, running: BTreeMap::new(), exits, waits: JoinSet::new() }, ends))
    }

    /// Starts the containers of a task.
    pub(super) fn start(&mut self, task: TaskKey, name: &str, containers: &[ContainerLaunch]) {
        while self.waits.try_join_next().is_some() {}
        let log = self.settings.log_dir.join(format!("{name}.log"));
        for (place, container) in containers.iter().enumerate() {
            if let Err(error) = self.start_one(task, &log, place, container) {
                super::note(&format!("container {} of task {name} was not started: {error}", container.name));
                self.report(Exit { task, container: place, code: NOT_STARTED });
            }
        }
    }

    fn start_one(
        &mut self,
        task: TaskKey,
        log: &Path,
        place: usize,
        container: &ContainerLaunch,
    ) -> io::Result<()> {
        let missing = || io::Error::new(io::ErrorKind::NotFound, "no --image stands for its image");
        let program = self.settings.program(&container.image).ok_or_else(missing)?;
        let output = File::options().create(true).append(true).open(log)?;
        let (input, control) = io::pipe()?;
        let mut command = Command::new(&self.settings.keeper);
        command
            .args(["container", "--"])
            .args(&program.words)
            .args(&container.command)
            .env_clear()
            .envs(INHERITED.iter().filter_map(|name| Some((*name, std::env::var_os(name)?))))
            .envs(container.environment.iter().filter(|(name, _)| is_name(name)).map(|(k, v)| (k, v)))
            .stdin(Stdio::from(input))
            .stdout(output.try_clone()?)
            .stderr(output);
        // The terminal's Ctrl-C is for us: we end what we started.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let exits = self.exits.clone();
        self.waits.spawn(async move {
            let code = child.wait().await.ok().and_then(|status| status.code()).unwrap_or(NOT_STARTED);
            // Nobody heeds it once the server has ended.
            let _ = exits.send(Exit { task, container: place, code }).await;
        });
        self.running.entry(task).or_default().push(control);
        Ok(())
    }

    fn report(&mut self, exit: Exit) {
        let exits = self.exits.clone();
        self.waits.spawn(async move {
            let _ = exits.send(exit).await;
        });
    }

    /// Sends the stop signal to the containers of a task.
    pub(super) fn stop(&mut self, task: TaskKey) {
        for control in self.running.get_mut(&task).into_iter().flatten() {
            // A keeper that is gone has nothing left to stop.
            drop(control.write_all(&[STOP]));
        }
    }

    /// Kills what is left of the containers of a task.
    pub(super) fn kill(&mut self, task: TaskKey) {
        for mut control in self.running.remove(&task).into_iter().flatten() {
            drop(control.write_all(&[KILL]));
        }
    }

    /// Kills what is left of every task of an account.
    pub(super) fn kill_account(&mut self, account: AccountId) {
        let tasks: Vec<TaskKey> =
            self.running.keys().filter(|task| task.account == account).copied().collect();
        tasks.into_iter().for_each(|task| self.kill(task));
    }

    /// Kills everything.
    fn kill_all(&mut self) {
        while let Some((&task, _)) = self.running.first_key_value() {
            self.kill(task);
        }
    }

    /// Kills everything and waits until it is gone.
    pub(super) async fn end(mut self, mut exits: mpsc::Receiver<Exit>) {
        self.kill_all();
        drop(self.exits);
        let gone = async {
            while exits.recv().await.is_some() {}
            while self.waits.join_next().await.is_some() {}
        };
        if timeout(END_WAIT, gone).await.is_err() {
            super::note(
                "some containers did not end in time; they are killed when their keepers find us gone",
            );
        }
    }
}

/// Whether a variable of this name can be given to a process.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(['=', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_found_by_its_name_with_and_without_its_tag() {
        let images = ["agent=a b", "host:5000/x/agent=c", "agent:2=d"].map(|text| text.parse().unwrap());
        let settings =
            ProcessSettings { images: images.to_vec(), log_dir: "logs".into(), keeper: "footman".into() };
        // image => the first word of its program
        let table = [
            ("agent", Some("a")),
            ("agent:1", Some("a")),
            ("agent:2", Some("d")),
            ("agent@sha256:0", Some("a")),
            ("agent:1@sha256:0", Some("a")),
            ("host:5000/x/agent", Some("c")),
            ("host:5000/x/agent:1", Some("c")),
            ("x/agent", None),
            ("other", None),
        ];
        for (image, want) in table {
            let found = settings.program(image).map(|program| program.words[0].as_str());
            assert_eq!(found, want, "{image}");
        }
        for text in ["", "agent", "agent=", "=a", "agent= "] {
            assert!(text.parse::<ImageProgram>().is_err(), "{text}");
        }
    }
}
