//! Gives a recording to a new core and holds what that decides against what was decided.

use super::{
    line::{LogHash, Mark},
    player::{PlayError, Played, Player},
    reader::{Place, Recording},
    text::decision_line,
};
use footman_core::{Policy, Timestamp, provisioner::Provisioner};
use std::{collections::VecDeque, fmt};
use thiserror::Error;

/// What a replay came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// How many inputs there were, how many decisions, and the hash of these.
    pub mark: Mark,
    /// How many of the decisions the recording holds too.
    pub confirmed: u64,
    /// How the recording ends.
    pub ending: Ending,
}

impl Replayed {
    /// The replay of a recording as a JSON document, with the `decisions` that were made; docs/replay.md documents it.
    pub fn document(&self, recording: &Recording, decisions: &[String]) -> serde_json::Value {
        serde_json::json!({
            "run": recording.run().to_string(),
            "inputs": self.mark.inputs,
            "decisions": decisions,
            "hash": self.mark.hash,
            "confirmed": self.confirmed,
            "ending": self.ending.word(),
        })
    }
}

/// How a recording ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With the daemon's end.
    End,
    /// At the time that was asked for.
    Until,
    /// In the middle of a line: the daemon was killed as it wrote.
    Cut,
    /// Without an end: the daemon was killed, could not write on, or runs still.
    Open,
}

impl Ending {
    /// The ending in one word, as documents have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::End => "end",
            Self::Until => "until",
            Self::Cut => "cut",
            Self::Open => "open",
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::End => "the recording has the same to its end",
            Self::Until => "ended where it was asked to",
            Self::Cut => "the recording ends in the middle of a line, which is left out",
            Self::Open => "the recording has no end",
        })
    }
}

impl fmt::Display for Replayed {
    /// What people are told of it, in two lines.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mark, confirmed, ending } = self;
        let (inputs, decisions) = (mark.inputs, mark.decisions);
        write!(
            f,
            "{inputs} inputs, {decisions} decisions, {confirmed} of them confirmed; {ending}\nhash {}",
            mark.hash
        )
    }
}

/// Why a replay is none.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// The recording cannot be played.
    #[error(transparent)]
    Play(#[from] PlayError),
    /// Something else is decided than was.
    #[error("{place}: decision {number} differs: `{recorded}` was recorded, and `{replayed}` is decided")]
    Differs {
        /// Where the recorded one stands.
        place: Place,
        /// Its number, from 1.
        number: u64,
        /// What was decided.
        recorded: String,
        /// What is decided.
        replayed: String,
    },
    /// Less or more is decided than was.
    #[error("{place}: {counted} were recorded by here, and there are {replayed}")]
    Marked {
        /// Where the recording says it.
        place: Place,
        /// What it counts.
        counted: String,
        /// The same of the replay.
        replayed: String,
    },
}

/// Replays `recording` up to `until`, that time included; tells `decided` each line of the decision log.
///
/// # Errors
///
/// Fails where the recording cannot be read, and at the first decision that differs from the recorded one.
pub fn replay(
    recording: &Recording,
    until: Option<Timestamp>,
    decided: impl FnMut(&str),
) -> Result<Replayed, ReplayError> {
    let (player, policy, start) = Player::begin(recording, until)?;
    play(player, Core::new(policy, start), decided)
}

/// As [`replay()`], of a core with another policy. Up to the first decision that differs it is told just what it would have been
/// told: the same actions have the same answers. What comes after that nobody recorded.
///
/// # Errors
///
/// As [`replay()`].
pub fn replay_under(
    recording: &Recording,
    policy: Policy,
    until: Option<Timestamp>,
    decided: impl FnMut(&str),
) -> Result<Replayed, ReplayError> {
    let (player, _, start) = Player::begin(recording, until)?;
    play(player, Core::new(policy, start), decided)
}

fn play(
    mut player: Player<'_>,
    mut core: Core,
    mut decided: impl FnMut(&str),
) -> Result<Replayed, ReplayError> {
    let mut ending = Ending::Open;
    while let Some((place, played)) = player.next_played()? {
        match played {
            Played::Event(now, event) => {
                core.provisioner.handle_event(now, event);
                core.drain(&mut decided);
            }
            Played::Timeout(now) => {
                core.provisioner.handle_timeout(now);
                core.drain(&mut decided);
            }
            Played::FailedPoll => core.inputs += 1,
            Played::Decision(recorded) => core.confirm(place, recorded)?,
            Played::Mark(mark) => core.check(place, &mark)?,
            Played::End(mark) => {
                core.check(place.clone(), &mark)?;
                core.check_nothing_is_left(place)?;
                ending = Ending::End;
            }
        }
    }
    if player.is_past() {
        ending = Ending::Until;
    } else if player.was_cut() {
        ending = Ending::Cut;
    }
    Ok(core.end(ending))
}

/// The new core, and how far its decisions are those of the recording.
struct Core {
    provisioner: Provisioner,
    policy: Policy,
    inputs: u64,
    /// Decisions that the recording holds too.
    confirmed: LogHash,
    confirmed_len: u64,
    /// Decisions after those: a driver may tell the core several things before it takes the decisions.
    ahead: VecDeque<String>,
}

impl Core {
    fn new(policy: Policy, start: Timestamp) -> Self {
        Self {
            provisioner: Provisioner::new(policy.clone(), start),
            policy,
            inputs: 0,
            confirmed: LogHash::default(),
            confirmed_len: 0,
            ahead: VecDeque::new(),
        }
    }

    /// Takes what came of an input: actions are nobody's to carry out here.
    fn drain(&mut self, decided: &mut impl FnMut(&str)) {
        self.inputs += 1;
        while self.provisioner.poll_action().is_some() {}
        while let Some(decision) = self.provisioner.poll_decision() {
            let line = decision_line(&decision, &self.policy);
            decided(&line);
            self.ahead.push_back(line);
        }
    }

    fn confirm(&mut self, place: Place, recorded: String) -> Result<(), ReplayError> {
        let replayed = self.ahead.pop_front().unwrap_or_else(|| "nothing".to_owned());
        let number = self.confirmed_len + 1;
        if replayed != recorded {
            return Err(ReplayError::Differs { place, number, recorded, replayed });
        }
        self.confirmed.add(&recorded);
        self.confirmed_len = number;
        Ok(())
    }

    fn check(&self, place: Place, mark: &Mark) -> Result<(), ReplayError> {
        let own = self.confirmed.mark(self.inputs);
        if own == *mark {
            return Ok(());
        }
        let shown = |mark: &Mark| {
            format!("{} inputs and {} decisions with hash {}", mark.inputs, mark.decisions, mark.hash)
        };
        Err(ReplayError::Marked { place, counted: shown(mark), replayed: shown(&own) })
    }

    fn check_nothing_is_left(&mut self, place: Place) -> Result<(), ReplayError> {
        match self.ahead.pop_front() {
            Some(replayed) => Err(ReplayError::Differs {
                place,
                number: self.confirmed_len + 1,
                recorded: "nothing".to_owned(),
                replayed,
            }),
            None => Ok(()),
        }
    }

    fn end(mut self, ending: Ending) -> Replayed {
        for line in &self.ahead {
            self.confirmed.add(line);
        }
        Replayed { mark: self.confirmed.mark(self.inputs), confirmed: self.confirmed_len, ending }
    }
}
