//! What a service depends on and Express Mode does not make for it.

use std::fmt;

/// A kind of thing that a declaration of an Express service can refer to, and that must be there before the service is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DependencyKind {
    /// An ECS cluster, by name.
    Cluster,
    /// A security group, by id.
    SecurityGroup,
    /// A subnet, by id.
    Subnet,
    /// An IAM role, by ARN.
    Role,
    /// A CloudWatch Logs group, by name.
    LogGroup,
}

impl DependencyKind {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::SecurityGroup => "security-group",
            Self::Subnet => "subnet",
            Self::Role => "role",
            Self::LogGroup => "log-group",
        }
    }

    /// The name in a sentence: `security group`.
    #[must_use]
    pub fn spoken(self) -> String {
        self.as_str().replace('-', " ")
    }

    /// The operation that tells whether one is there, as IAM names it.
    #[must_use]
    pub fn operation(self) -> &'static str {
        match self {
            Self::Cluster => "ecs:DescribeClusters",
            Self::SecurityGroup => "ec2:DescribeSecurityGroups",
            Self::Subnet => "ec2:DescribeSubnets",
            Self::Role => "iam:GetRole",
            Self::LogGroup => "logs:DescribeLogGroups",
        }
    }
}

/// One thing that a service depends on, by what AWS tells it by within an account and Region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dependency {
    /// Its kind.
    pub kind: DependencyKind,
    /// Its name, id or ARN, as its kind says.
    pub id: String,
}

impl Dependency {
    /// The thing of that kind.
    #[must_use]
    pub fn new(kind: DependencyKind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }
}

impl fmt::Display for Dependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.spoken(), self.id)
    }
}
