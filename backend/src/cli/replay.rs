//! `footmand replay`.

use super::say;
use clap::Args;
use footman_core::Timestamp;
use footman_recording::{Ending, Recording, Replayed, replay};
use miette::IntoDiagnostic;
use serde_json::json;
use std::path::PathBuf;

/// Gives a recording of `footmand run --record` to a new core and prints what it decides
///
/// Nothing is connected to. It fails where something else is decided than the recording says.
#[derive(Debug, Args)]
pub(super) struct ReplayArguments {
    /// The folder with the recording
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The run to replay, by its start in seconds since the epoch; the last one unless given
    #[arg(long, value_name = "START", value_parser = seconds)]
    run: Option<Timestamp>,
    /// Ends after what happened at this time, in seconds since the epoch, as decisions show it
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    until: Option<Timestamp>,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// Seconds since the epoch with at most three decimals, as times are shown.
fn seconds(text: &str) -> Result<Timestamp, String> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let ms = (!whole.is_empty() && part.len() <= 3 && digits(whole) && digits(part))
        .then(|| format!("{whole}{part:0<3}").parse().ok())
        .flatten();
    ms.map(Timestamp::from_millis)
        .ok_or_else(|| "expected seconds since the epoch, such as 1704067200.250".to_owned())
}

/// Runs the command.
///
/// # Errors
///
/// Fails where the recording cannot be read, or something else is decided.
pub(super) fn run(arguments: &ReplayArguments) -> miette::Result<()> {
    let recording = Recording::open(&arguments.folder, arguments.run).into_diagnostic()?;
    let mut lines = Vec::new();
    let replayed = replay(&recording, arguments.until, |line| {
        if arguments.json {
            lines.push(line.to_owned());
        } else {
            say(line);
        }
    });
    let replayed = replayed.into_diagnostic()?;
    if arguments.json {
        let Replayed { mark, confirmed, ending } = replayed;
        let document = json!({
            "run": recording.run().to_string(),
            "inputs": mark.inputs,
            "decisions": lines,
            "hash": mark.hash,
            "confirmed": confirmed,
            "ending": word(ending),
        });
        say(format!("{document:#}"));
    } else {
        say(summary(&replayed));
    }
    Ok(())
}

fn word(ending: Ending) -> &'static str {
    match ending {
        Ending::End => "end",
        Ending::Until => "until",
        Ending::Cut => "cut",
        Ending::Open => "open",
    }
}

fn summary(Replayed { mark, confirmed, ending }: &Replayed) -> String {
    let end = match ending {
        Ending::End => "the recording has the same to its end",
        Ending::Until => "ended where it was asked to",
        Ending::Cut => "the recording ends in the middle of a line, which is left out",
        Ending::Open => "the recording has no end",
    };
    format!(
        "{} inputs, {} decisions, {confirmed} of them confirmed; {end}\nhash {}",
        mark.inputs, mark.decisions, mark.hash
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_is_shown() {
        for ms in [0, 250, 1_704_067_200_000, 1_704_067_200_007] {
            let at = Timestamp::from_millis(ms);
            assert_eq!(seconds(&at.to_string()), Ok(at));
        }
        assert_eq!(seconds("12.5"), Ok(Timestamp::from_millis(12_500)));
        assert_eq!(seconds("12"), Ok(Timestamp::from_millis(12_000)));
        for text in ["", ".5", "-1", "1.2345", "1,5", "2024-01-01", "99999999999999999999"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
