//! The types of ECS's API, generated from the model that botocore carries (Apache-2.0).
//!
//! Only facts are taken from the model: names, types, what is required, bounds. Its documentation stays behind.

mod answered;
mod emit;
mod names;
mod read;
mod shape;

pub use answered::ANSWERED;
pub use emit::emit;
pub use read::Model;

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use thiserror::Error;

/// Why no model was generated.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A file could not be read or written.
    #[error("{}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is not a model of botocore.
    #[error("{} is no service-2.json of botocore", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Where it breaks off.
        source: serde_json::Error,
    },
    /// The model names a shape that it does not have.
    #[error("the model has no shape `{0}`")]
    NoShape(String),
    /// The model lacks an operation that is answered.
    #[error("the model has no operation `{0}`: is it that of ECS, version 2014-11-13?")]
    NoOperation(String),
    /// A shape is of a kind that ECS did not use so far.
    #[error(
        "shape `{name}` is a `{kind}`, for which the generator has no type: teach it in xtask/src/ecs_model"
    )]
    Kind {
        /// The shape.
        name: String,
        /// `type`.
        kind: String,
    },
    /// A structure holds itself, which needs a box that the generator does not write.
    #[error("structure `{0}` holds itself: teach the generator to box it")]
    Recursive(String),
    /// Two names become one in Rust.
    #[error("`{first}` and `{second}` both become `{rust}`")]
    Clash {
        /// One name in the model.
        first: String,
        /// The other.
        second: String,
        /// The name in Rust.
        rust: String,
    },
}

/// Reads the model at `model` and writes the types of the operations that are answered to `output`.
///
/// # Errors
///
/// Fails where a file cannot be read or written, or the model is not as expected.
pub fn generate_file(model: &Path, botocore: &str, output: &Path) -> Result<(), ModelError> {
    let text = text_of(model).map_err(|source| ModelError::File { path: model.to_owned(), source })?;
    let read = Model::parse(&text).map_err(|source| ModelError::Json { path: model.to_owned(), source })?;
    let code = emit(&read, botocore, &ANSWERED)?;
    let code = format(code).map_err(|source| ModelError::File { path: "rustfmt".into(), source })?;
    fs::write(output, code).map_err(|source| ModelError::File { path: output.to_owned(), source })
}

/// The code in rustfmt's layout, by the settings of the workspace.
fn format(code: String) -> io::Result<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or_else(|| Path::new("."));
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024", "--config-path"]).arg(root);
    let mut rustfmt = rustfmt.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut input = rustfmt.stdin.take().expect("it was piped");
    // rustfmt reads everything before it writes anything, so that one after the other cannot block.
    input.write_all(code.as_bytes())?;
    drop(input);
    let output = rustfmt.wait_with_output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!("it ended with {}", output.status)));
    }
    String::from_utf8(output.stdout).map_err(io::Error::other)
}

fn text_of(path: &Path) -> io::Result<String> {
    if path.extension().is_none_or(|extension| extension != "gz") {
        return fs::read_to_string(path);
    }
    let mut text = String::new();
    flate2::read::GzDecoder::new(fs::File::open(path)?).read_to_string(&mut text)?;
    Ok(text)
}
