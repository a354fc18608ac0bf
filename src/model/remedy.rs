//! What would resolve a finding: commands for a person to read and run, and what has to hold before. This program runs none of them.

use super::AwsCommand;

/// What would resolve a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remedy {
    /// Its place in the order of all remedies: lower ones first.
    pub step: u8,
    /// Commands of the AWS CLI for a POSIX shell, in their order, each to be run if the one before it succeeded. None where no safe ones are
    /// known.
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

/// How one resource is removed, as its kind knows it. All of its commands are of one Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    region: String,
    /// The code by which the resource's API says that it does not know it.
    unknown: &'static str,
    commands: Vec<String>,
    guards: Vec<Guard>,
    is_plain: bool,
}

/// What keeps a resource from being deleted by mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protection {
    /// Prints `true` while it is on.
    pub asked: AwsCommand,
    /// Takes it off.
    pub lifted: AwsCommand,
    /// Puts it back.
    pub restored: AwsCommand,
}

impl Removal {
    /// Of something in that Region that is there as long as that command prints more than 0; `unknown` is what its API calls what is not.
    #[must_use]
    pub fn of(region: &str, there: AwsCommand, unknown: &'static str) -> Self {
        let removal = Self { region: region.to_owned(), unknown, commands: Vec::new(), guards: Vec::new(), is_plain: true };
        removal.guarded(there, unknown, Need::Present)
    }

    /// The same, unless that command prints more than 0.
    #[must_use]
    pub fn unless(self, of: &'static str, used: AwsCommand) -> Self {
        let unknown = self.unknown;
        self.unless_of_other(of, used, unknown)
    }

    /// The same, unless that command of another API, with its own word for what it does not know, prints more than 0.
    #[must_use]
    pub fn unless_of_other(self, of: &'static str, used: AwsCommand, unknown: &'static str) -> Self {
        self.guarded(used, unknown, Need::None { of, in_time: false })
    }

    /// The same, once that command prints 0, for which it is worth waiting some minutes.
    #[must_use]
    pub fn once_without(self, of: &'static str, used: AwsCommand) -> Self {
        let unknown = self.unknown;
        self.guarded(used, unknown, Need::None { of, in_time: true })
    }

    /// The same, and then that command.
    #[must_use]
    pub fn then(mut self, command: AwsCommand) -> Self {
        let command = self.here(command);
        self.commands.push(command);
        self
    }

    /// The same, and then that command for each of the words that the first one lists, as the option's value. It ends where one fails.
    #[must_use]
    pub fn then_for_each(mut self, listed: AwsCommand, command: AwsCommand, option: &str) -> Self {
        let (listed, command) = (self.here(listed), self.here(command));
        self.commands.push(format!("ids=$({listed}) && (for id in $ids; do {command} {option} \"$id\" || exit; done)"));
        self
    }

    /// The same, and then that command without the protection, which is put back if the command fails.
    #[must_use]
    pub fn then_unprotected(mut self, protection: Protection, command: AwsCommand) -> Self {
        let Protection { asked, lifted, restored } = protection;
        let [asked, lifted, restored, command] = [asked, lifted, restored, command].map(|command| self.here(command));
        let if_on = |command: &str| format!("if [ \"$protected\" = true ]; then {command}; fi");
        let restored = if_on(&format!("{restored} || echo 'its protection is still off' >&2"));
        self.commands.push(format!("protected=$({asked})"));
        self.commands.push(if_on(&lifted));
        self.commands.push(format!("{{ {command} || {{ {restored}; false; }}; }}"));
        self
    }

    /// The remedy in that place of the order; without commands if the CLI would not take some name as it is.
    #[must_use]
    pub fn at(self, step: u8) -> Remedy {
        let Self { region: _, unknown: _, commands, guards, is_plain } = self;
        if is_plain {
            return Remedy { step, commands, guards, ..Remedy::default() };
        }
        let note = "it or its service has a name that the AWS CLI would not take as it is; remove it in the console".to_owned();
        Remedy { step, note: Some(note), ..Remedy::default() }
    }

    fn guarded(mut self, command: AwsCommand, unknown: &'static str, needs: Need) -> Self {
        let command = self.here(command);
        self.guards.push(Guard { command, unknown, needs });
        self
    }

    /// The command for the Region, as a shell takes it.
    fn here(&mut self, command: AwsCommand) -> String {
        let command = command.with("--region", &self.region);
        self.is_plain &= command.is_plain();
        command.to_string()
    }
}
