//! What an answer names that IAM does not allow.

use std::fmt;

/// An action of IAM that somebody may not do, as `AccessDeniedException` words it.
///
/// The words are those of observed answers (2022 to 2024, and IAM User Guide, "Troubleshoot access denied error messages", read
/// 2026-11-26); AWS does not promise them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Denied<'a> {
    /// The action: `ecs:RunTask`, or `iam:PassRole` in an answer to RunTask.
    pub action: &'a str,
    /// What it was to be done to, where that is named.
    pub resource: Option<&'a str>,
    /// Whether a policy denies it: one that allows it changes nothing then.
    pub explicitly: bool,
}

impl<'a> Denied<'a> {
    /// What `reason` says is denied; `None` where it says nothing of the kind.
    pub fn read(reason: &'a str) -> Option<Self> {
        let (_, rest) = reason.split_once("is not authorized to perform: ")?;
        let word = |text: &'a str| text.split_whitespace().next();
        let resource = rest.split_once(" on resource: ").and_then(|(_, rest)| word(rest));
        Some(Self { action: word(rest)?, resource, explicitly: rest.contains("explicit deny") })
    }
}

impl fmt::Display for Denied<'_> {
    /// The task is left out where it is one: each has another name, and the policy names none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is denied", self.action)?;
        if let Some(resource) = self.resource.filter(|resource| !resource.contains(":task/")) {
            write!(f, " on {resource}")?;
        }
        f.write_str(if self.explicitly {
            " by a policy that says so; `footmand iam-policy` says what footmand needs, and no policy may deny it"
        } else {
            "; give footmand's role what `footmand iam-policy` prints"
        })
    }
}

/// What is said of a refusal: what is denied and what to do about it, or the reason as it stands.
pub fn refusal(reason: &str) -> String {
    Denied::read(reason).map_or_else(|| format!("it is refused: {reason}"), |denied| denied.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "AccessDeniedException: User: arn:aws:sts::1:assumed-role/footmand/i-0";

    #[test]
    fn the_action_and_the_resource_are_read_and_said_with_what_to_do() {
        let iam = "give footmand's role what `footmand iam-policy` prints";
        // what the answer says behind the user => what is said
        let table = [
            (
                "is not authorized to perform: ecs:RunTask on resource: arn:aws:ecs:r:1:task-definition/java:3 because no \
                 identity-based policy allows the ecs:RunTask action",
                Some(format!("ecs:RunTask is denied on arn:aws:ecs:r:1:task-definition/java:3; {iam}")),
            ),
            (
                "is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/builds because no \
                 identity-based policy allows the iam:PassRole action",
                Some(format!("iam:PassRole is denied on arn:aws:iam::1:role/builds; {iam}")),
            ),
            // Each task has another ARN, and each would be another cause.
            (
                "is not authorized to perform: ecs:StopTask on resource: arn:aws:ecs:r:1:task/builds/0a1b because no \
                 identity-based policy allows the ecs:StopTask action",
                Some(format!("ecs:StopTask is denied; {iam}")),
            ),
            (
                "is not authorized to perform: ecs:RunTask on resource: * with an explicit deny in a service control policy",
                Some(
                    "ecs:RunTask is denied on * by a policy that says so; `footmand iam-policy` says what footmand needs, and \
                     no policy may deny it"
                        .to_owned(),
                ),
            ),
            ("is not authorized to perform: ecs:RunTask", Some(format!("ecs:RunTask is denied; {iam}"))),
            ("is not authorized to perform: ", None),
            ("is blocked", None),
        ];
        for (words, want) in table {
            let reason = format!("{USER} {words}");
            assert_eq!(Denied::read(&reason).map(|denied| denied.to_string()), want, "{words}");
        }
    }
}
