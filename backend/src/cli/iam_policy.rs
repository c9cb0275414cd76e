//! `footmand iam-policy`.

use super::{load, note, say};
use crate::{
    ecs::{TaskTemplate, iam::least_policy},
    token_secret::TokenSecret,
};
use clap::Args;
use footman_config_files::ConfigFiles;

/// Prints the least IAM policy that footmand needs for a configuration
///
/// The policy document goes to standard output; what has to be added to it by hand to standard error.
#[derive(Debug, Args)]
pub(super) struct IamPolicyArguments {
    #[command(flatten)]
    files: ConfigFiles,
    /// The secret of AWS Secrets Manager that `footmand run` is given with the same argument
    #[arg(long, value_name = "SECRET")]
    jenkins_token_secret: Option<TokenSecret>,
}

/// Runs the command.
///
/// # Errors
///
/// Fails where the configuration cannot be used.
pub(super) fn run(arguments: &IamPolicyArguments) -> miette::Result<()> {
    let loaded = load(&arguments.files)?;
    // Where agents find Jenkins is nothing to IAM.
    let mut policy = least_policy(&TaskTemplate::of_configuration(&loaded, ""));
    if let Some(secret) = &arguments.jenkins_token_secret {
        policy = policy.reading(secret);
    }
    say(format!("{:#}", policy.document));
    for text in policy.notes {
        note(format!("note: {text}"));
    }
    Ok(())
}
