//! `footmand guard`.

use super::{load, say};
use crate::guard::Guard;
use clap::Args;
use footman_config_files::ConfigFiles;

/// Prints the guard file for Jenkins' init.groovy.d, filled in for a configuration
///
/// Redirect it to $JENKINS_HOME/init.groovy.d/footman-guard.groovy and restart Jenkins.
#[derive(Debug, Args)]
pub(super) struct GuardArguments {
    #[command(flatten)]
    files: ConfigFiles,
}

/// Runs the command.
///
/// # Errors
///
/// Fails where the configuration cannot be used.
pub(super) fn run(arguments: &GuardArguments) -> miette::Result<()> {
    let loaded = load(&arguments.files)?;
    say(Guard::of(&loaded.policy).text());
    Ok(())
}
