//! The same paths without the recordings: short exchanges of our own, in order, against one Jenkins.

use crate::{
    exchange::{Answer, Exchange},
    world::World,
};

/// Method and path, media type and body, status, what the answer says (a header with its value, or a part of the body).
type Row = (&'static str, &'static str, u16, &'static str);

const JOB: &str = "application/xml <project><assignedNode>docker</assignedNode></project>";
const NODE: &str = "application/x-www-form-urlencoded name=a1&type=hudson.slaves.DumbSlave&json=%7B%22labelString%22%3A%22docker%22%7D";

const PARAMETERS: &str = "application/xml <project><properties><hudson.model.ParametersDefinitionProperty>\
    <parameterDefinitions><hudson.model.StringParameterDefinition><name>WHO</name><defaultValue>world</defaultValue>\
    </hudson.model.StringParameterDefinition></parameterDefinitions></hudson.model.ParametersDefinitionProperty>\
    </properties></project>";

const ROWS: [Row; 50] = [
    ("GET /api/json", "", 200, "\"_class\":\"hudson.model.Hudson\""),
    ("HEAD /api/json", "", 200, "x-jenkins: 2.263.4"),
    ("GET /", "", 200, "x-frame-options: sameorigin"),
    ("GET /queue/api/json", "", 200, "\"items\":[]"),
    ("GET /queue/api/xml", "", 200, "<queue _class='hudson.model.Queue'></queue>"),
    ("GET /crumbIssuer/api/json", "", 404, "Error 404 Not Found"),
    ("POST /createItem?name=a", JOB, 200, ""),
    ("POST /createItem?name=a", JOB, 400, "x-error: A job already exists with the name  a"),
    ("POST /createItem", JOB, 400, "x-error: Query parameter 'name' is required"),
    ("POST /createItem?name=b", "text/plain x", 400, "x-error: No mode given"),
    ("POST /createItem?name=b&mode=copy&from=a", "", 302, "location: http://h/job/b/"),
    ("POST /job/b/disable", "", 302, "location: http://h/job/b/"),
    ("GET /job/b/config.xml", "", 200, "<disabled>true</disabled>"),
    ("POST /job/b/build", "", 409, "Oops!"),
    ("POST /job/b/enable", "", 302, ""),
    ("POST /job/b/doRename?newName=c", "", 302, "location: http://h/job/c/"),
    ("POST /job/c/config.xml", JOB, 200, ""),
    ("POST /job/c/doDelete", "", 302, "location: http://h/"),
    ("GET /job/c/api/json", "", 404, ""),
    ("POST /job/a/build?delay=0sec", "", 201, "location: http://h/queue/item/1/"),
    (
        "GET /queue/item/1/api/json?tree=why,task[name]",
        "",
        200,
        "\"why\":\"Waiting for next available executor\"",
    ),
    ("GET /queue/api/json?tree=items[id", "", 500, "x-frame-options: deny"),
    ("GET /queue/cancelItem?id=1", "", 405, "This URL requires POST"),
    ("POST /queue/cancelItem?id=9", "", 404, "Oops!"),
    (
        "POST /scriptText",
        "application/x-www-form-urlencoded script=jenkins.model.Jenkins.get%28%29.queue.items.collect+%7B+%5Bit.id%2C+it.assignedLabel%3F.expression%5D+%7D",
        200,
        "Result: [[1, docker]]",
    ),
    ("POST /queue/cancelItem?id=1", "", 204, ""),
    ("GET /queue/item/1/api/json", "", 200, "\"cancelled\":true"),
    ("POST /computer/doCreateItem", NODE, 302, "location: http://h/computer/"),
    ("POST /computer/doCreateItem", NODE, 400, "x-error: Agent called  a1  already exists"),
    ("GET /computer/a1/api/json", "", 200, "\"offline\":true"),
    ("GET /computer/a1/config.xml", "", 200, "<label>docker</label>"),
    ("GET /computer/a1/slave-agent.jnlp", "", 200, "<argument>a1</argument>"),
    ("GET /computer/a1/jenkins-agent.jnlp", "", 404, ""),
    ("POST /computer/a1/changeOfflineCause", "application/x-www-form-urlencoded offlineMessage=m", 302, ""),
    (
        "GET /label/docker/api/json?tree=nodes[nodeName],offline",
        "",
        200,
        "\"nodeName\":\"a1\"}],\"offline\":true",
    ),
    ("GET /overallLoad/api/json?tree=definedExecutors[sec10[latest]]", "", 200, "\"latest\":0.0"),
    ("GET /whoAmI/api/json", "", 200, "\"name\":\"anonymous\""),
    ("POST /quietDown", "", 302, "location: http://h/"),
    ("POST /cancelQuietDown", "", 302, "location: http://h/"),
    ("GET /tcpSlaveAgentListener/", "", 200, "x-jenkins-jnlp-port: 18081"),
    ("POST /computer/a1/doDelete", "", 302, "location: http://h/computer/"),
    ("POST /createItem?name=p", PARAMETERS, 200, ""),
    ("POST /job/p/build", "", 400, "This page expects a form submission"),
    ("POST /job/p/buildWithParameters?WHO=other", "", 201, "location: http://h/queue/item/2/"),
    ("POST /job/p/buildWithParameters", "", 201, "location: http://h/queue/item/3/"),
    ("POST /job/p/buildWithParameters?WHO=other", "", 201, "location: http://h/queue/item/2/"),
    ("POST /job/p/buildWithParameters?WHO=world", "", 201, "location: http://h/queue/item/3/"),
    ("GET /queue/item/2/api/json?tree=params", "", 200, "\"params\":\"\\u000aWHO=other\""),
    ("GET /job/p/api/json?tree=inQueue,queueItem[id]", "", 200, "\"inQueue\":true,\"queueItem\":{"),
    ("GET /job/a/api/json?tree=inQueue", "", 200, "\"inQueue\":false"),
];

#[test]
fn every_path_answers_without_the_recordings_too() {
    let mut world = World::new("http://h/", false, 18_081, 1_000);
    for (line, sent, status, says) in ROWS {
        let (method, path) = line.split_once(' ').unwrap();
        let (kind, body) = sent.split_once(' ').unwrap_or_default();
        let headers = [("host", "h"), ("content-type", kind)];
        let exchange = Exchange {
            name: line.to_owned(),
            method: method.to_owned(),
            path: path.to_owned(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            auth: "none".to_owned(),
            keeps_cookies: false,
            sent_at: 0,
            body: body.to_owned(),
            answer: Answer { status, headers: Vec::new(), body: String::new() },
        };
        let answer = world.replay(&exchange);
        assert_eq!(answer.status, status, "{line}: {}", answer.body);
        let headers: String =
            answer.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        assert!(answer.body.contains(says) || headers.contains(says), "{line}: {headers}{}", answer.body);
        world.advance(2_000);
    }
}
