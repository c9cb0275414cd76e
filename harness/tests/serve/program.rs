//! The program itself, serving, as a process of its own.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

/// The process, which ends with its owner at the latest.
pub(crate) struct Program {
    pub(crate) child: Child,
}

impl Drop for Program {
    fn drop(&mut self) {
        // Where a test ended it before, there is nothing left to end.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Program {
    /// `footman serve` with these arguments, and the addresses of so many services that it names first.
    pub(crate) fn serve<const SERVICES: usize, Word: AsRef<OsStr>>(
        arguments: impl IntoIterator<Item = Word>,
    ) -> (Self, [SocketAddr; SERVICES]) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_footman"))
            .arg("serve")
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let addresses = std::array::from_fn(|_| {
            let line = lines.next().unwrap().unwrap();
            line.trim_end_matches('/').rsplit_once("http://").unwrap().1.parse().unwrap()
        });
        (Self { child }, addresses)
    }
}
