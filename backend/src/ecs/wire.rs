//! Requests as the SDK puts them on the wire, without a wire.
//!
//! What is shown to people and what is compared is what is sent: the SDK itself writes it, and nothing of it is written
//! twice.

use super::client::ConnectSettings;
use aws_sdk_ecs::{
    Client,
    config::{
        Credentials, HttpClient, RuntimeComponents, SharedCredentialsProvider, SharedHttpClient,
        http::HttpRequest,
    },
    error::ConnectorError,
    operation::{
        register_task_definition::builders::RegisterTaskDefinitionInputBuilder,
        run_task::builders::RunTaskInputBuilder,
    },
};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Keeps the body of a request instead of sending it.
#[derive(Debug, Clone, Default)]
struct Recorder {
    body: Arc<Mutex<Option<Vec<u8>>>>,
}

impl HttpConnector for Recorder {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = request.body().bytes().map(<[u8]>::to_vec);
        *self.body.lock().unwrap_or_else(PoisonError::into_inner) = body;
        HttpConnectorFuture::ready(Err(ConnectorError::user("it is not sent".into())))
    }
}

impl HttpClient for Recorder {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl Recorder {
    fn client(&self) -> Client {
        let nobody = Credentials::new("nobody", "nothing", None, None, "none: nothing is sent");
        let config = ConnectSettings::in_region("us-east-1").config(SharedCredentialsProvider::new(nobody));
        Client::from_conf(config.http_client(SharedHttpClient::new(self.clone())).build())
    }

    fn json(self) -> Value {
        let body = self.body.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
        let json = serde_json::from_slice(&body);
        in_order(json.expect("the SDK writes JSON, and every request of ours can be built"))
    }
}

/// The same with the members of every object in the order of their names: the SDK writes maps in any order, and whether
/// `serde_json` keeps it depends on who else is compiled.
fn in_order(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<_, _> =
                members.into_iter().map(|(name, member)| (name, in_order(member))).collect();
            members.into_iter().collect()
        }
        Value::Array(list) => list.into_iter().map(in_order).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// `RegisterTaskDefinition` as it is sent.
pub(super) async fn of_definition(definition: RegisterTaskDefinitionInputBuilder) -> Value {
    let recorder = Recorder::default();
    drop(definition.send_with(&recorder.client()).await);
    recorder.json()
}

/// `RunTask` as it is sent. Unless its secret is none, what comes back is as secret as the request.
pub(super) async fn of_run(run: RunTaskInputBuilder) -> Value {
    let recorder = Recorder::default();
    drop(run.send_with(&recorder.client()).await);
    recorder.json()
}
