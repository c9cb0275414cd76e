//! The codes of diagnostics: stable names for what can be wrong with a configuration.
//!
//! `docs/configuration.md` explains each; a test holds the two together.

use crate::diagnostic::Severity;
use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $severity:ident;)*) => {
        /// What kind of thing a diagnostic says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its stable name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// How grave it is.
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$name => Severity::$severity,)*
                }
            }
        }
    };
}

codes! {
    // Reading.
    /// A text is no YAML, or uses more of it than is allowed.
    Yaml = "yaml", Error;
    /// A text is larger than anything that a person wrote.
    TooLarge = "too-large", Error;
    /// A text holds nothing.
    EmptyFile = "empty-file", Warning;
    /// A mapping has a key twice.
    DuplicateKey = "duplicate-key", Error;
    /// A key that Jenkins, the plugin or Footman does not know.
    UnknownKey = "unknown-key", Error;
    /// A key whose value must be given and is not.
    MissingKey = "missing-key", Error;
    /// A value of the wrong type or outside its range.
    BadValue = "bad-value", Error;
    /// Two files say different things about one key.
    MergeConflict = "merge-conflict", Error;
    /// One file holds keys of Jenkins and keys of Footman.
    MixedFile = "mixed-file", Error;
    /// A placeholder that has no value, where Footman needs one.
    UnresolvedPlaceholder = "unresolved-placeholder", Error;
    /// A placeholder that has no value, where Footman does not need one.
    UnusedPlaceholder = "unused-placeholder", Note;
    /// A placeholder that never ends, or nests too deep.
    BadPlaceholder = "bad-placeholder", Error;
    /// No cloud of the plugin's in any text.
    NoCloud = "no-cloud", Error;
    /// No template in any cloud.
    NoTemplate = "no-template", Error;

    // Names.
    /// Two clouds of one name.
    DuplicateCloud = "duplicate-cloud", Error;
    /// Two templates of one name in one cloud.
    DuplicateTemplate = "duplicate-template", Error;
    /// `footman.yaml` names a cloud that is not there.
    UnknownCloud = "unknown-cloud", Error;
    /// `footman.yaml` names a template that is not there.
    UnknownTemplate = "unknown-template", Error;
    /// A cloud or template name that ECS refuses in a task definition's family.
    BadName = "bad-name", Warning;
    /// A template without a name.
    BlankTemplateName = "blank-template-name", Warning;
    /// Two templates share a task definition family.
    SharedFamily = "shared-family", Warning;

    // The cloud.
    /// `jenkinsUrl` is not set.
    NullJenkinsUrl = "null-jenkins-url", Warning;
    /// `numExecutors` is 0.
    ZeroExecutors = "zero-executors", Warning;
    /// `numExecutors` is more than 1.
    ManyExecutors = "many-executors", Warning;
    /// `credentialsId` names credentials that only Jenkins holds.
    JenkinsCredentials = "jenkins-credentials", Warning;
    /// `credentialsId` and `assumedRoleArn` are both set.
    CredentialsAndRole = "credentials-and-role", Warning;
    /// `regionName` is blank.
    BlankRegion = "blank-region", Warning;
    /// `cluster` is blank.
    BlankCluster = "blank-cluster", Warning;
    /// `retentionTimeout` is 0.
    ZeroRetention = "zero-retention", Warning;
    /// `slaveTimeoutInSeconds` is 0.
    ZeroAgentTimeout = "zero-agent-timeout", Warning;
    /// `taskPollingIntervalInSeconds` has no effect here.
    PollingIgnored = "polling-ignored", Note;
    /// `maxAgents` limits the cloud here, a label there.
    MaxAgentsPerCloud = "max-agents-per-cloud", Note;
    /// `allowedOverrides: all`.
    AllOverridesAllowed = "all-overrides-allowed", Warning;
    /// A name in `allowedOverrides` that is no field.
    UnknownOverride = "unknown-override", Warning;

    // Labels and inheritance.
    /// A label with white space around, doubled, or other than a space.
    LabelWhitespace = "label-whitespace", Warning;
    /// A label twice in one template.
    DuplicateLabel = "duplicate-label", Warning;
    /// A label that reads as an operator of a label expression.
    LabelOperator = "label-operator", Warning;
    /// A label field with an open quote or an empty label.
    OddLabel = "odd-label", Warning;
    /// A template without a label of its own.
    NoLabel = "no-label", Warning;
    /// `inheritFrom` names a label that no template has.
    NoParent = "no-parent", Warning;
    /// `inheritFrom` leads to the template itself.
    OwnParent = "own-parent", Warning;
    /// The parent inherits too, and the plugin goes one level only.
    SecondLevel = "second-level", Warning;
    /// A field that the plugin loses when it merges templates.
    LostOnMerge = "lost-on-merge", Warning;
    /// A switch that a child turns off and its parent keeps on.
    StuckSwitch = "stuck-switch", Warning;
    /// A blank value that cannot blank the parent's.
    StuckValue = "stuck-value", Warning;
    /// A parent's `taskDefinitionOverride` makes the child's container fields void.
    VoidedByOverride = "voided-by-override", Warning;
    /// The parent's soft limit joins the child's hard one.
    MergedMemory = "merged-memory", Warning;

    // Sizes.
    /// Neither `memory` nor `memoryReservation`.
    NoMemory = "no-memory", Error;
    /// The soft limit is above the hard one.
    SoftAboveHard = "soft-above-hard", Error;
    /// On Fargate the soft limit becomes the task's memory.
    SoftIsFargateSize = "soft-is-fargate-size", Error;
    /// CPU and memory that Fargate does not have together.
    FargateSize = "fargate-size", Error;
    /// A container on EC2 without CPU.
    ZeroCpu = "zero-cpu", Warning;
    /// `taskDefinitionOverride` without a size in `footman.yaml`.
    UnknownSize = "unknown-size", Error;
    /// `ephemeralStorageSizeInGiB` outside 21 to 200.
    EphemeralStorage = "ephemeral-storage", Error;
    /// No instance type of the cluster is large enough.
    NeverFits = "never-fits", Error;

    // What ECS and Fargate refuse, or do unasked.
    /// No image and no `taskDefinitionOverride`.
    NoImage = "no-image", Error;
    /// An image that is known not to work, or to be deprecated.
    DeprecatedImage = "deprecated-image", Warning;
    /// A template on Fargate whose network mode is not awsvpc.
    FargateNetworkMode = "fargate-network-mode", Warning;
    /// awsvpc without subnets.
    NoSubnets = "no-subnets", Warning;
    /// awsvpc without security groups.
    NoSecurityGroups = "no-security-groups", Warning;
    /// A list with blanks around its items, which the plugin does not trim.
    UntrimmedList = "untrimmed-list", Warning;
    /// `privileged` on Fargate.
    FargatePrivileged = "fargate-privileged", Error;
    /// `sharedMemorySize` on Fargate.
    FargateSharedMemory = "fargate-shared-memory", Error;
    /// A mount of a host path on Fargate.
    FargateHostMount = "fargate-host-mount", Error;
    /// `sharedMemorySize` makes the plugin drop `kernelCapabilities`.
    CapabilitiesLost = "capabilities-lost", Warning;
    /// A host mount outlives the build.
    PersistentMount = "persistent-mount", Note;
    /// A user that ECS refuses.
    BadUser = "bad-user", Error;
    /// An environment variable without name or value.
    EnvironmentDropped = "environment-dropped", Warning;
    /// A variable in the environment that looks like a secret in plain text.
    PlainSecret = "plain-secret", Warning;
    /// A list of capacity providers that is there and empty.
    EmptyStrategy = "empty-strategy", Warning;
    /// Several capacity providers, and every weight 0.
    ZeroWeights = "zero-weights", Error;
    /// Two capacity providers with a base.
    TwoBases = "two-bases", Error;
    /// Fargate's providers beside others.
    MixedProviders = "mixed-providers", Error;
    /// A capacity provider that is taken for Fargate for its name.
    FargateByName = "fargate-by-name", Warning;
    /// Fields that exclude each other, one of which the plugin ignores.
    IgnoredField = "ignored-field", Warning;
    /// Fargate without an execution role.
    NoExecutionRole = "no-execution-role", Note;
    /// A placement strategy or constraint that ECS refuses or ignores.
    BadPlacement = "bad-placement", Error;

    // Footman's own.
    /// A cluster that nobody described is assumed.
    AssumedCluster = "assumed-cluster", Warning;
    /// `footman.yaml` describes a cluster that no cloud uses.
    UnknownCluster = "unknown-cluster", Error;
    /// Templates name a capacity provider that the cluster lacks.
    UnknownProvider = "unknown-provider", Error;
    /// An instance type whose size and price are not known.
    UnknownInstanceType = "unknown-instance-type", Error;
    /// A limit below what one agent takes.
    LimitTooSmall = "limit-too-small", Warning;
    /// A limit that agents kept warm can fill.
    WarmFillsLimit = "warm-fills-limit", Warning;
    /// `labelMap` leads to an expression that no template satisfies.
    UnmatchedLabel = "unmatched-label", Warning;
    /// A label expression that does not parse.
    BadLabelExpression = "bad-label-expression", Error;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
