//! A server that answers every request with one fixed text: what HTTP alone costs, on the stack of the simulators.
//!
//! It reads the body, as any handler must, and knows nothing of time-outs, limits or ECS. The text is the least that the
//! load client of `benches/ecs-http/run` takes for an answer. Prints its address; ends when it is killed.

use axum::{Router, body::Bytes};
use std::{error::Error, io::Write};
use tokio::net::TcpListener;

const ANSWER: &str =
    r#"{"taskDefinition":{"taskDefinitionArn":"t"},"tasks":[{"taskArn":"t"}],"failures":[]}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        writeln!(std::io::stdout(), "http://{}", listener.local_addr()?)?;
        let routes = Router::new().fallback(async |_body: Bytes| ANSWER);
        axum::serve(listener, routes).await?;
        Ok(())
    })
}
