//! Amazon ECS: credentials, clusters, rights, task definitions.

use super::{Area, Row, Verdict, counted};
use crate::ecs::{
    Standing,
    connect::ConnectError,
    survey::{ClusterAnswer, ClusterSurvey, DefinitionFound, EcsSurvey, TemplateSurvey},
};
use footman_core::event::Failure;
use std::collections::BTreeSet;

const LIST: &str = "ecs:ListTasks";
const DESCRIBE: &str = "ecs:DescribeTaskDefinition";
/// What to do about a right that is missing.
const POLICY: &str = "`footmand iam-policy` prints what must be allowed";

/// The rows about AWS.
pub(super) fn rows(survey: &EcsSurvey) -> Vec<Row> {
    let mut rows: Vec<Row> = survey.unreachable.iter().map(unreachable).collect();
    for cluster in &survey.clusters {
        rows.extend(of_cluster(cluster));
    }
    rows
}

fn unreachable(error: &ConnectError) -> Row {
    let (what, advice) = match error {
        ConnectError::NoRegion { cloud } => {
            (format!("region of cloud {cloud}"), "give the cloud a `regionName`, or set AWS_REGION")
        }
        ConnectError::NoCredentials => {
            ("credentials".to_owned(), "see docs/footmand.md for where they come from")
        }
    };
    Row::new(Area::Aws, what, Verdict::Failed, error.to_string()).advice(advice)
}

fn of_cluster(survey: &ClusterSurvey) -> Vec<Row> {
    let place = format!("{} in {}", survey.cluster, survey.region);
    let mut rows = vec![credentials(survey, &place), cluster(survey, &place), rights(survey, &place)];
    rows.extend(survey.templates.iter().map(definition));
    rows.extend(survey.templates.iter().filter_map(foreign_family));
    rows
}

/// Whether credentials can be had at all; that ECS takes them is for its answer to show.
fn credentials(survey: &ClusterSurvey, place: &str) -> Row {
    let row =
        |verdict, found: String| Row::new(Area::Aws, format!("credentials for {place}"), verdict, found);
    let role = survey.role.as_deref();
    match &survey.answer {
        ClusterAnswer::NoCredentials(words) => row(Verdict::Failed, format!("none found: {words}")).advice(
            "give footmand a role of its container or instance, a profile, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        ),
        ClusterAnswer::CredentialsSilent(words) => {
            row(Verdict::Failed, format!("whoever has them does not answer: {words}")).advice(
                "see whether the metadata service of the container or instance, or STS, can be reached from here",
            )
        }
        ClusterAnswer::RoleRefused(words) => {
            let role = role.unwrap_or("a role");
            row(Verdict::Failed, format!("{role} may not be assumed: {words}")).advice(
                "the role's trust policy must name whoever runs footmand, with the `externalId` if it wants one, and that one \
                 needs sts:AssumeRole on it",
            )
        }
        ClusterAnswer::Refused(words) => row(Verdict::Failed, format!("ECS does not take them: {words}"))
            .advice("see whether they have expired, and whether they are of the right account"),
        ClusterAnswer::NoAnswer(_) | ClusterAnswer::Throttled => {
            row(Verdict::NotChecked, "ECS did not say whether they are good".to_owned())
        }
        ClusterAnswer::Answered | ClusterAnswer::Denied(_) | ClusterAnswer::NoCluster(_) => {
            row(Verdict::Ok, role.map_or_else(|| "found".to_owned(), |role| format!("{role} was assumed")))
        }
    }
}

fn cluster(survey: &ClusterSurvey, place: &str) -> Row {
    let row = |verdict, found: String| Row::new(Area::Aws, format!("cluster {place}"), verdict, found);
    match &survey.answer {
        ClusterAnswer::Answered => {
            row(Verdict::Ok, format!("answers, for cloud {}", survey.clouds.join(", ")))
        }
        ClusterAnswer::NoCluster(words) => row(Verdict::Failed, format!("there is none: {words}"))
            .advice("see `cluster` and `regionName` of the cloud, and whose account the credentials are of"),
        ClusterAnswer::NoAnswer(words) => row(Verdict::Failed, format!("ECS does not answer: {words}"))
            .advice("see --ecs-endpoint, the region's name, and whether ECS can be reached from here"),
        ClusterAnswer::Throttled => row(Verdict::NotChecked, "too many requests: ECS throttles".to_owned())
            .advice("ask again later, and find out who else calls ECS in this account"),
        ClusterAnswer::Denied(_) => {
            row(Verdict::NotChecked, format!("it is seen by {LIST}, which is not allowed"))
        }
        ClusterAnswer::NoCredentials(_)
        | ClusterAnswer::CredentialsSilent(_)
        | ClusterAnswer::RoleRefused(_)
        | ClusterAnswer::Refused(_) => {
            row(Verdict::NotChecked, "without good credentials nothing is said".to_owned())
        }
    }
}

/// Which actions of the least policy were proven by a harmless call; the others are named, not guessed at.
fn rights(survey: &ClusterSurvey, place: &str) -> Row {
    let row = |verdict, found: String| Row::new(Area::Aws, format!("rights for {place}"), verdict, found);
    let mut proven = BTreeSet::new();
    let mut denied: Vec<String> = Vec::new();
    match &survey.answer {
        ClusterAnswer::Answered | ClusterAnswer::NoCluster(_) => {
            proven.insert(LIST);
        }
        ClusterAnswer::Denied(words) => denied.push(format!("{LIST} is denied: {words}")),
        ClusterAnswer::NoCredentials(_)
        | ClusterAnswer::CredentialsSilent(_)
        | ClusterAnswer::RoleRefused(_)
        | ClusterAnswer::NoAnswer(_)
        | ClusterAnswer::Throttled
        | ClusterAnswer::Refused(_) => {}
    }
    for template in &survey.templates {
        match &template.found {
            DefinitionFound::Registered(_) | DefinitionFound::UsersOwn { .. } => {
                proven.insert(DESCRIBE);
            }
            DefinitionFound::Failed(Failure::Refused { reason }) if is_denied(reason) => {
                denied.push(format!("{DESCRIBE} is denied: {reason}"));
            }
            DefinitionFound::Failed(_) | DefinitionFound::NotAsked => {}
        }
    }
    denied.dedup();
    let untried: Vec<&str> =
        survey.actions.iter().map(String::as_str).filter(|action| !proven.contains(action)).collect();
    let tried = |action: &&str| denied.iter().all(|words| !words.starts_with(*action));
    let untried = untried.into_iter().filter(tried).collect::<Vec<_>>().join(", ");
    if !denied.is_empty() {
        let found = format!("{}; not tried: {untried}", denied.join("; "));
        return row(Verdict::Failed, found).advice(POLICY);
    }
    if proven.is_empty() {
        return row(Verdict::NotChecked, format!("not tried: {untried}"));
    }
    let proven = proven.into_iter().collect::<Vec<_>>().join(", ");
    row(
        Verdict::Ok,
        format!("proven: {proven}; not tried, for it would change something or need a task: {untried}"),
    )
    .advice(format!("{POLICY}; the first agent shows the rest"))
}

fn is_denied(reason: &str) -> bool {
    reason.starts_with("AccessDeniedException")
}

fn definition(template: &TemplateSurvey) -> Row {
    let row = |verdict, found: String| {
        Row::new(Area::Aws, format!("definition of {}", template.name), verdict, found)
    };
    let named = &template.definition;
    match &template.found {
        DefinitionFound::Registered(Standing::Same { definition }) => {
            row(Verdict::Ok, format!("registered as it is: {definition}"))
        }
        DefinitionFound::Registered(Standing::Missing) => {
            row(Verdict::Ok, format!("family {named} has none yet: the first launch registers it"))
        }
        DefinitionFound::Registered(Standing::Differs { fields, .. }) => row(
            Verdict::Ok,
            format!(
                "the next launch registers another revision of {named}, which differs in {}",
                fields.join(", ")
            ),
        ),
        DefinitionFound::UsersOwn { container } => {
            row(Verdict::Ok, format!("the user's own {named}, whose container {container} is the agent's"))
        }
        DefinitionFound::Failed(Failure::Refused { reason }) if is_denied(reason) => {
            row(Verdict::NotChecked, format!("it is seen by {DESCRIBE}, which is not allowed"))
        }
        DefinitionFound::Failed(Failure::Refused { reason } | Failure::NoCapacity { reason }) => {
            row(Verdict::Failed, format!("{named}: {reason}"))
                .advice("see the template's fields, and `taskDefinitionOverride` where it has one")
        }
        DefinitionFound::Failed(Failure::Throttled { .. } | Failure::Unavailable | Failure::Unknown) => {
            row(Verdict::NotChecked, "ECS did not say".to_owned()).advice("ask again")
        }
        DefinitionFound::NotAsked => {
            row(Verdict::NotChecked, "not asked, after what failed before".to_owned())
        }
    }
}

/// A family that somebody else registers in as well: two that each find the other's revision newest register for ever.
fn foreign_family(template: &TemplateSurvey) -> Option<Row> {
    let DefinitionFound::Registered(Standing::Differs { owner, fields }) = &template.found else {
        return None;
    };
    if owner.as_deref() == Some(&*template.owner) {
        return None;
    }
    let whose = owner
        .as_ref()
        .map_or_else(|| "nobody who calls himself Footman".to_owned(), |owner| format!("owner `{owner}`"));
    let found = format!(
        "the newest revision of {} is of {whose}, with {} that differ",
        template.definition,
        counted(fields.len(), "field")
    );
    let row = Row::new(Area::Aws, format!("family of {}", template.name), Verdict::Warning, found);
    Some(row.advice(
        "harmless where the other one has ended; where it still registers, the ECS plugin for one, give the template a name of \
         its own",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survey(answer: ClusterAnswer, found: DefinitionFound) -> ClusterSurvey {
        ClusterSurvey {
            clouds: vec!["ecs".into()],
            region: "us-east-1".to_owned(),
            cluster: "builds".to_owned(),
            role: Some("arn:aws:iam::1:role/x".into()),
            answer,
            templates: vec![TemplateSurvey {
                name: "ecs/java".to_owned(),
                definition: "ecs-java".into(),
                owner: "prod".into(),
                found,
            }],
            actions: [LIST, DESCRIBE, "ecs:RunTask"].map(str::to_owned).into(),
        }
    }

    fn missing() -> DefinitionFound {
        DefinitionFound::Registered(Standing::Missing)
    }

    fn words() -> String {
        "words".to_owned()
    }

    #[test]
    fn credentials_cluster_and_rights_each_have_their_verdict() {
        use ClusterAnswer as A;
        use Verdict::{Failed, NotChecked, Ok};
        let unasked = DefinitionFound::NotAsked;
        // what was answered, what was described => credentials, cluster, rights
        let table = [
            (A::Answered, missing(), [Ok, Ok, Ok]),
            (A::NoCredentials(words()), unasked.clone(), [Failed, NotChecked, NotChecked]),
            (A::CredentialsSilent(words()), unasked.clone(), [Failed, NotChecked, NotChecked]),
            (A::RoleRefused(words()), unasked.clone(), [Failed, NotChecked, NotChecked]),
            (A::Refused(words()), unasked.clone(), [Failed, NotChecked, NotChecked]),
            (A::NoAnswer(words()), unasked.clone(), [NotChecked, Failed, NotChecked]),
            (A::Throttled, unasked, [NotChecked, NotChecked, NotChecked]),
            (A::Denied(words()), missing(), [Ok, NotChecked, Failed]),
            (A::NoCluster(words()), missing(), [Ok, Failed, Ok]),
        ];
        for (answer, found, want) in table {
            let rows = of_cluster(&survey(answer.clone(), found));
            assert_eq!(rows[..3].iter().map(|row| row.verdict).collect::<Vec<_>>(), want, "{answer:?}");
            assert!(rows.iter().all(|row| row.verdict != Failed || row.advice.is_some()), "{rows:?}");
        }
    }

    #[test]
    fn what_was_not_tried_is_named_and_what_was_is_not() {
        let found = |answer, found| rights(&survey(answer, found), "x").found;
        let all = found(ClusterAnswer::Answered, missing());
        assert!(all.starts_with("proven: ecs:DescribeTaskDefinition, ecs:ListTasks; not tried"), "{all}");
        assert!(all.ends_with("a task: ecs:RunTask"), "{all}");
        let denied = DefinitionFound::Failed(Failure::Refused { reason: "AccessDeniedException: no".into() });
        let none = found(ClusterAnswer::Denied(words()), denied.clone());
        assert_eq!(
            none,
            "ecs:ListTasks is denied: words; ecs:DescribeTaskDefinition is denied: AccessDeniedException: no; not tried: \
             ecs:RunTask"
        );
        assert_eq!(
            definition(&survey(ClusterAnswer::Answered, denied).templates[0]).verdict,
            Verdict::NotChecked
        );
    }

    #[test]
    fn each_template_is_told_what_its_tasks_run_from() {
        let differs = |owner: Option<&str>| {
            DefinitionFound::Registered(Standing::Differs {
                fields: vec!["image", "cpu"],
                owner: owner.map(str::to_owned),
            })
        };
        let failed = DefinitionFound::Failed;
        // found => verdict, a word of what is said, whether the family is somebody else's
        let table = [
            (
                DefinitionFound::Registered(Standing::Same { definition: "arn:1".to_owned() }),
                Verdict::Ok,
                "registered as it is: arn:1",
                false,
            ),
            (missing(), Verdict::Ok, "has none yet", false),
            (differs(Some("prod")), Verdict::Ok, "differs in image, cpu", false),
            (differs(Some("test")), Verdict::Ok, "differs in", true),
            (differs(None), Verdict::Ok, "differs in", true),
            (
                DefinitionFound::UsersOwn { container: "main".to_owned() },
                Verdict::Ok,
                "container main",
                false,
            ),
            (
                failed(Failure::Refused { reason: "no container".into() }),
                Verdict::Failed,
                "no container",
                false,
            ),
            (failed(Failure::Unknown), Verdict::NotChecked, "did not say", false),
            (failed(Failure::Throttled { retry_after: None }), Verdict::NotChecked, "did not say", false),
            (DefinitionFound::NotAsked, Verdict::NotChecked, "not asked", false),
        ];
        for (found, verdict, said, foreign) in table {
            let rows = of_cluster(&survey(ClusterAnswer::Answered, found));
            let row = &rows[3];
            assert!(row.verdict == verdict && row.found.contains(said), "{row:?}");
            let warned = rows.get(4).map(|row| row.verdict);
            assert_eq!(warned, foreign.then_some(Verdict::Warning), "{rows:?}");
        }
    }

    #[test]
    fn a_cloud_that_cannot_be_reached_at_all_fails() {
        let errors = [ConnectError::NoRegion { cloud: "ecs".into() }, ConnectError::NoCredentials];
        for row in errors.iter().map(unreachable) {
            assert!(row.verdict == Verdict::Failed && row.advice.is_some(), "{row:?}");
        }
    }
}
