//! The help of each command, as it is printed where there is no terminal.

use crate::{folder, footman};

#[test]
fn each_command_explains_itself() {
    let folder = folder(&[]);
    let commands: [&[&str]; 13] = [
        &[],
        &["config"],
        &["config", "check"],
        &["config", "show"],
        &["load"],
        &["plan"],
        &["query"],
        &["replay"],
        &["serve"],
        &["simulate"],
        &["trace"],
        &["trace", "generate"],
        &["trace", "import"],
    ];
    for command in commands {
        let outcome = footman(folder.path(), &[command, &["--help"]].concat());
        assert_eq!(outcome.code, Some(0), "{command:?}: {}", outcome.err);
        let name = [&["help"], command].concat().join("-");
        insta::assert_snapshot!(name, outcome.out);
    }
}
