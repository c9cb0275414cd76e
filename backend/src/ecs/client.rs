//! A client of ECS that does each call once, and in bounded time.

use aws_sdk_ecs::config::{
    BehaviorVersion, Builder, Config, Region, SharedCredentialsProvider, StalledStreamProtectionConfig,
    retry::RetryConfig, timeout::TimeoutConfig,
};
use std::time::Duration;

/// Where ECS is, and how long a call may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectSettings {
    /// The region that requests are signed for.
    pub region: String,
    /// A URL to call instead of the region's own endpoint: a proxy, a VPC endpoint, a simulated ECS.
    pub endpoint: Option<String>,
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// How long a call may take from its first byte to the last of the answer; then its outcome is unknown.
    pub call_timeout: Duration,
}

impl ConnectSettings {
    /// ECS in `region`: 3 s for a connection, 10 s for a call.
    ///
    /// `RunTask` is answered within a second or two; what takes longer is on its way to be repeated with its token.
    pub fn in_region(region: impl Into<String>) -> Self {
        Self {
            region: region.into(),
            endpoint: None,
            connect_timeout: Duration::from_secs(3),
            call_timeout: Duration::from_secs(10),
        }
    }

    /// The configuration of such a client, for those who have something to add to it.
    ///
    /// The SDK repeats nothing: a throttled call that it repeated would be neither counted nor spread over the agents that
    /// wait, and the core repeats what is worth it with the same token.
    pub fn config(&self, credentials: SharedCredentialsProvider) -> Builder {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(self.connect_timeout)
            .operation_timeout(self.call_timeout)
            .build();
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.region.clone()))
            .credentials_provider(credentials)
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts)
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        config.set_endpoint_url(self.endpoint.clone());
        config
    }
}
