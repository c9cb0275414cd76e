//! How ECS words what is wrong with a request.
//!
//! Each rule names where its words were seen; what nobody published is worded in the same manner.

use super::{
    check::{Flaw, Found, Measure},
    wire::Refusal,
};
use crate::api::{ApiError, ErrorCode};

impl Flaw {
    /// The answer to a request of `operation` with this flaw.
    pub(super) fn refusal(self, operation: &str) -> Refusal {
        match self {
            Self::Json(why) => Refusal::wire("SerializationException", why),
            Self::Kind { found, wanted } => Refusal::wire("SerializationException", kind(found, wanted)),
            Self::Missing { of, member, list } => missing(operation, of, member, list),
            Self::NotOneOf { value, names } => {
                // "launch type should be one of [EC2,FARGATE,EXTERNAL]" (moto's copy of RunTask's answer), "unknown
                // should be one of [serviceLongArnFormat,...]" (its copy of ListAccountSettings').
                refuse(operation, format!("{value} should be one of [{}]", names.join(",")))
            }
            Self::Bounds { path, value, what, bounds } => {
                let (more, less) = match what {
                    Measure::Value => ("value greater than or equal to", "value less than or equal to"),
                    Measure::Length => ("length greater than or equal to", "length less than or equal to"),
                };
                let rules = [(bounds.min, more), (bounds.max, less)];
                let rules = rules.into_iter().filter_map(|(bound, text)| Some(format!("{text} {}", bound?)));
                let rules: Vec<String> = rules.collect();
                // The words of every AWS service with a generated front end; ECS's own were not found.
                refuse(
                    operation,
                    format!(
                        "1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: Member \
                         must have {}",
                        rules.join(" and ")
                    ),
                )
            }
        }
    }
}

/// "STRING_VALUE cannot be converted to Integer" (aws-actions/amazon-ecs-deploy-task-definition issue 587), and what other
/// services of the same protocol say of objects and lists.
fn kind(found: Found, wanted: &str) -> String {
    let token = match found {
        Found::String => "STRING_VALUE",
        Found::Number => "NUMBER_VALUE",
        Found::True => "TRUE_VALUE",
        Found::False => "FALSE_VALUE",
        Found::Null => "NULL_VALUE",
        Found::List => return "Start of list found where not expected.".to_owned(),
        Found::Object => return "Start of structure or map found where not expected.".to_owned(),
    };
    format!("{token} cannot be converted to {wanted}")
}

fn missing(operation: &str, of: &str, member: &str, list: bool) -> Refusal {
    match (operation, member) {
        // awsdocs/aws-cloudformation-user-guide pull request 454.
        ("RegisterTaskDefinition", "containerDefinitions") => {
            return ApiError::client("Container list cannot be empty.").into();
        }
        // The Developer Guide's cluster that is meant where none is named does not hold for calls that require one.
        (_, "cluster") if of.ends_with("Request") => {
            return ApiError::new(ErrorCode::InvalidParameter, "Cluster can not be blank.").into();
        }
        _ => {}
    }
    let mut letters = member.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    let name: String = first.into_iter().chain(letters).collect();
    if list {
        // "Tasks cannot be empty." (aws/copilot-cli issue 3551).
        refuse(operation, format!("{name} cannot be empty."))
    } else {
        // "Family can not be blank." (aws-actions/amazon-ecs-deploy-task-definition issue 630), "Clusters can not be
        // blank." (blox/blox issue 170).
        refuse(operation, format!("{name} can not be blank."))
    }
}

/// What is wrong with a task definition is a `ClientException`, everything else an `InvalidParameterException`, as far as
/// anybody published it.
fn refuse(operation: &str, message: String) -> Refusal {
    let code =
        if operation == "RegisterTaskDefinition" { ErrorCode::Client } else { ErrorCode::InvalidParameter };
    ApiError::new(code, message).into()
}
