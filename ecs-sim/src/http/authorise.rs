//! Holds requests against the policy that is enforced, if one is.

use super::{
    Call,
    credential::access_key,
    iam::{Facts, Scope, accesses},
    wire::Refusal,
};
use bytes::Bytes;
use http::Request;
use serde_json::Value;

/// The user of requests without a signature.
const NOBODY: &str = "anonymous";

impl Call<'_> {
    /// Refuses a request that the policy does not allow. Whoever signs is the user named after the access key: signatures
    /// are not checked, and there is one policy for everybody.
    pub(super) fn authorise(&self, operation: &str, request: &Request<Bytes>) -> Result<(), Refusal> {
        let Some(policy) = self.policy else { return Ok(()) };
        let settings = self.ecs.settings();
        let scope = Scope { region: &settings.region, account: &settings.account };
        // What cannot be read names nothing; if it is allowed all the same, it is refused for what it is.
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let user = format!("arn:aws:iam::{}:user/{}", scope.account, access_key(request).unwrap_or(NOBODY));
        match policy.refusal(&user, &accesses(operation, &body, scope, self)) {
            Some(message) => Err(Refusal::wire("AccessDeniedException", message)),
            None => Ok(()),
        }
    }
}

impl Facts for Call<'_> {
    fn roles(&self, task_definition: &str) -> [Option<String>; 2] {
        let found = self.ecs.find_task_definition(task_definition).ok();
        let given = found.and_then(|id| self.kept.definitions.get(&id));
        let roles = given.map(|given| [&given.task_role_arn, &given.execution_role_arn]);
        roles.map(|roles| roles.map(|role| role.as_deref().map(str::to_owned))).unwrap_or_default()
    }

    fn tags(&self, arn: &str) -> Vec<(String, String)> {
        let found = self.ecs.tagged(arn).ok();
        let tags = found.map(|of| self.ecs.tags(of)).unwrap_or_default();
        tags.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Ecs, Settings,
        http::{Face, iam::Policy},
    };
    use bytes::Bytes;
    use footman_core::time::Timestamp;
    use http::Request;

    fn call(face: &mut Face, ecs: &mut Ecs, operation: &str, body: &'static str) -> (u16, String) {
        let request = Request::post("/")
            .header("x-amz-target", format!("AmazonEC2ContainerServiceV20141113.{operation}"))
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=builder/20260101/us-east-1/ecs/aws4_request, x",
            )
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap();
        let answer = face.answer(ecs, Timestamp::EPOCH, &request).unwrap();
        (answer.status().as_u16(), String::from_utf8(answer.body().to_vec()).unwrap())
    }

    #[test]
    fn calls_that_the_policy_does_not_allow_are_refused_and_change_nothing() {
        let mut ecs = Ecs::new(Settings::default(), 1, Timestamp::EPOCH);
        let mut face = Face::new();
        let definition = r#"{"family":"agent","taskRoleArn":"arn:aws:iam::123456789012:role/task","containerDefinitions":
            [{"name":"agent","image":"x","memory":512}]}"#;
        assert_eq!(call(&mut face, &mut ecs, "RegisterTaskDefinition", definition).0, 200);
        let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*",
            "Action":["ecs:RunTask","ecs:CreateCluster","ecs:ListClusters"]}]}"#;
        face.enforce(Policy::parse(policy).unwrap());
        assert_eq!(call(&mut face, &mut ecs, "CreateCluster", "{}").0, 200);
        // The role is the definition's: the request does not name it.
        let (status, body) = call(&mut face, &mut ecs, "RunTask", r#"{"taskDefinition":"agent:1"}"#);
        assert_eq!(status, 400);
        assert!(body.contains(r#""__type":"AccessDeniedException""#), "{body}");
        assert!(
            body.contains(
                "User: arn:aws:iam::123456789012:user/builder is not authorized to perform: iam:PassRole on resource: \
                 arn:aws:iam::123456789012:role/task"
            ),
            "{body}"
        );
        let (status, body) = call(&mut face, &mut ecs, "RegisterTaskDefinition", definition);
        assert_eq!(status, 400);
        assert!(body.contains("ecs:RegisterTaskDefinition on resource: *"), "{body}");
        assert_eq!(ecs.task_definitions().count(), 1);
        // What cannot be read is refused for what it touches, and if that is allowed for what it is.
        assert!(call(&mut face, &mut ecs, "StopTask", "{").1.contains("AccessDeniedException"));
        assert!(call(&mut face, &mut ecs, "ListClusters", "{").1.contains("SerializationException"));
    }
}
