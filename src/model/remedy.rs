//! What would resolve a finding: commands for a person to read and run, and what has to hold before. This program runs none of them.

use super::AwsCommand;

/// What would resolve a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remedy {
    /// Its place in the order of all remedies: lower ones first.
    pub step: u8,
    /// Commands of the AWS CLI for a POSIX shell, in their order. None where no safe ones are known.
    pub commands: Vec<String>,
    /// What has to hold before the commands are run.
    pub guards: Vec<Guard>,
    /// A block of Terraform's language, where that is the better answer.
    pub terraform: Option<String>,
    /// What else has to be done or known, by whom.
    pub note: Option<String>,
}

/// Something to look at before a removal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// A command that prints a number.
    pub command: String,
    /// The error code by which AWS says that it does not know what was asked about: the number is 0 then.
    pub unknown: &'static str,
    /// What the number has to be.
    pub needs: Need,
}

/// What a number has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// More than 0: the resource is still there.
    Present,
    /// 0: nothing of that sort uses it.
    None {
        /// What is counted: `listener on it`.
        of: &'static str,
        /// Whether AWS takes minutes to let go, so that it is worth waiting.
        in_time: bool,
    },
}

/// How one resource is removed, as its kind knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    commands: Vec<String>,
    guards: Vec<Guard>,
    is_plain: bool,
}

impl Removal {
    /// Of something that is there as long as that command prints more than 0.
    #[must_use]
    pub fn of(there: &AwsCommand, unknown: &'static str) -> Self {
        let removal = Self { commands: Vec::new(), guards: Vec::new(), is_plain: true };
        removal.guarded(there, unknown, Need::Present)
    }

    /// The same, unless that command prints more than 0.
    #[must_use]
    pub fn unless(self, of: &'static str, used: &AwsCommand, unknown: &'static str) -> Self {
        self.guarded(used, unknown, Need::None { of, in_time: false })
    }

    /// The same, once that command prints 0, for which it is worth waiting some minutes.
    #[must_use]
    pub fn once_without(self, of: &'static str, used: &AwsCommand, unknown: &'static str) -> Self {
        self.guarded(used, unknown, Need::None { of, in_time: true })
    }

    /// The same, and then that command.
    #[must_use]
    pub fn then(mut self, command: &AwsCommand) -> Self {
        self.is_plain &= command.is_plain();
        self.commands.push(command.to_string());
        self
    }

    /// The same, and then that command for each of the words that the first one lists, as the option's value.
    #[must_use]
    pub fn then_for_each(mut self, listed: &AwsCommand, command: &AwsCommand, option: &str) -> Self {
        self.is_plain &= listed.is_plain() && command.is_plain();
        self.commands.push(format!("for id in $({listed}); do {command} {option} \"$id\"; done"));
        self
    }

    /// The remedy in that place of the order; without commands if the CLI would not take some name as it is.
    #[must_use]
    pub fn at(self, step: u8) -> Remedy {
        let Self { commands, guards, is_plain } = self;
        if is_plain {
            return Remedy { step, commands, guards, ..Remedy::default() };
        }
        let note = "it has a name that the AWS CLI would not take as it is; remove it in the console".to_owned();
        Remedy { step, note: Some(note), ..Remedy::default() }
    }

    fn guarded(mut self, command: &AwsCommand, unknown: &'static str, needs: Need) -> Self {
        self.is_plain &= command.is_plain();
        self.guards.push(Guard { command: command.to_string(), unknown, needs });
        self
    }
}
