//! The exceptions of the API, with ECS's own words.

use crate::id::TaskId;
use smallvec::SmallVec;
use std::borrow::Cow;
use thiserror::Error;

/// An API call that ECS answers with an exception.
///
/// The caller tells cases apart by [`ErrorCode`]; the message is what ECS says to people.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}: {message}", code.name())]
pub struct ApiError {
    /// Which exception.
    pub code: ErrorCode,
    /// `message`.
    pub message: Cow<'static, str>,
    /// `resourceIds` of a `ConflictException`: the tasks that the token started. Of a call whose answer was lost, the tasks
    /// that it started all the same: the caller must not know them, the world around it may.
    pub tasks: SmallVec<[TaskId; 1]>,
}

/// The exceptions that the simulator gives (Amazon ECS API Reference, "Common Errors" and each action's errors).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorCode {
    /// `AttributeLimitExceededException`.
    AttributeLimitExceeded,
    /// `BlockedException`.
    Blocked,
    /// `ClientException`: a parameter or state that the service refuses.
    Client,
    /// `ClusterContainsCapacityProviderException`.
    ClusterContainsCapacityProvider,
    /// `ClusterContainsContainerInstancesException`.
    ClusterContainsContainerInstances,
    /// `ClusterContainsTasksException`.
    ClusterContainsTasks,
    /// `ClusterNotFoundException`.
    ClusterNotFound,
    /// `ConflictException`: the token was used with other parameters.
    Conflict,
    /// `InvalidParameterException`.
    InvalidParameter,
    /// `LimitExceededException`.
    LimitExceeded,
    /// `NoUpdateAvailableException`.
    NoUpdateAvailable,
    /// `PlatformUnknownException`.
    PlatformUnknown,
    /// `ResourceInUseException`.
    ResourceInUse,
    /// `ResourceNotFoundException`.
    ResourceNotFound,
    /// `ServerException`: a fault of the service; nothing was done.
    Server,
    /// `TargetNotFoundException`.
    TargetNotFound,
    /// `ThrottlingException`: too many requests; nothing was done.
    Throttling,
    /// No answer came: the call was carried out, and the caller cannot know.
    AnswerLost,
}

impl ErrorCode {
    /// The name, as `__type` of an answer gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AttributeLimitExceeded => "AttributeLimitExceededException",
            Self::Blocked => "BlockedException",
            Self::Client => "ClientException",
            Self::ClusterContainsCapacityProvider => "ClusterContainsCapacityProviderException",
            Self::ClusterContainsContainerInstances => "ClusterContainsContainerInstancesException",
            Self::ClusterContainsTasks => "ClusterContainsTasksException",
            Self::ClusterNotFound => "ClusterNotFoundException",
            Self::Conflict => "ConflictException",
            Self::InvalidParameter => "InvalidParameterException",
            Self::LimitExceeded => "LimitExceededException",
            Self::NoUpdateAvailable => "NoUpdateAvailableException",
            Self::PlatformUnknown => "PlatformUnknownException",
            Self::ResourceInUse => "ResourceInUseException",
            Self::ResourceNotFound => "ResourceNotFoundException",
            Self::Server => "ServerException",
            Self::TargetNotFound => "TargetNotFoundException",
            Self::Throttling => "ThrottlingException",
            Self::AnswerLost => "AnswerLost",
        }
    }
}

impl ApiError {
    /// An exception of this code with this message.
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), tasks: SmallVec::new() }
    }

    /// A `ClientException`.
    pub fn client(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::Client, message)
    }

    /// An `InvalidParameterException`.
    pub fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidParameter, message)
    }
}
