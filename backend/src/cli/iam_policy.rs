//! `footmand iam-policy`.

use super::{load, note, say};
use crate::ecs::{TaskTemplate, iam::least_policy};
use clap::Args;
use footman_config_files::ConfigFiles;

/// Prints the least IAM policy that footmand needs for a configuration
///
/// The policy document goes to standard output; what has to be added to it by hand to standard error.
#[derive(Debug, Args)]
pub(super) struct IamPolicyArguments {
    #[command(flatten)]
    files: ConfigFiles,
}

/// Runs the command.
///
/// # Errors
///
/// Fails where the configuration cannot be used.
pub(super) fn run(arguments: &IamPolicyArguments) -> miette::Result<()> {
    let loaded = load(&arguments.files)?;
    // Where agents find Jenkins is nothing to IAM.
    let policy = least_policy(&TaskTemplate::of_configuration(&loaded, ""));
    say(format!("{:#}", policy.document));
    for text in policy.notes {
        note(format!("note: {text}"));
    }
    Ok(())
}
