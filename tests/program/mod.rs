//! The program as a user runs it, and a folder for its files.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run left behind.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the program with these arguments, this environment and nothing else.
pub(crate) fn run<A: AsRef<OsStr>>(arguments: &[A], environment: &[(String, String)], input: &[u8]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ecs-express-audit"));
    command.args(arguments).env_clear().envs(environment.iter().cloned());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let output = std::thread::scope(|scope| {
        scope.spawn(move || _ = stdin.write_all(input)); // a run that needs no input does not read it
        child.wait_with_output().expect("the binary ends")
    });
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// The formats that the program itself lists: whatever is added to it is tested.
pub(crate) fn formats() -> Vec<String> {
    let refusal = run(&["demo", "--format", "?"], &[], b"").stderr;
    let listed = refusal.split_once("[possible values: ").and_then(|(_, rest)| rest.split_once(']')).expect("a list of formats").0;
    let formats: Vec<String> = listed.split(", ").map(str::to_owned).collect();
    assert!(["table", "json"].iter().all(|known| formats.iter().any(|format| format == known)), "{formats:?}");
    formats
}

/// A folder of one test's own that does not outlive it.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn of(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A file with this text in it.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).expect("written");
        self.path(name).into_os_string().into_string().expect("UTF-8")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
