//! What a plan does to a resource.

/// What a plan does to one instance of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PlannedAction {
    /// Nothing.
    Keep,
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It is deleted.
    Delete,
    /// It is deleted, and another one is made.
    Replace,
    /// Another one is made, and then it is deleted.
    CreateThenDelete,
    /// Terraform forgets it: it stays as it is, and nobody manages it.
    Forget,
    /// Terraform forgets it and makes another one.
    CreateThenForget,
    /// Terraform put it off, or does something that this version does not know.
    Unknown,
}

impl PlannedAction {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Replace => "replace",
            Self::CreateThenDelete => "create-then-delete",
            Self::Forget => "forget",
            Self::CreateThenForget => "create-then-forget",
            Self::Unknown => "unknown",
        }
    }

    /// Whether something is made.
    #[must_use]
    pub fn creates(self) -> bool {
        matches!(self, Self::Create | Self::Replace | Self::CreateThenDelete | Self::CreateThenForget)
    }

    /// Whether what was there is deleted.
    #[must_use]
    pub fn deletes(self) -> bool {
        matches!(self, Self::Delete | Self::Replace | Self::CreateThenDelete)
    }

    /// Whether what was there stays and is forgotten.
    #[must_use]
    pub fn forgets(self) -> bool {
        matches!(self, Self::Forget | Self::CreateThenForget)
    }
}

impl std::fmt::Display for PlannedAction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
