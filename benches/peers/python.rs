//! The virtual environments of the tools that are in Python: each made once, below the target folder, with pinned versions.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the programs of an environment with what `benches/peers/NAME.txt` lists.
pub(crate) fn programs(name: &str) -> PathBuf {
    let requirements = super::source(&format!("{name}.txt"));
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers").join(format!("{name}-venv"));
    let (programs, stamp) = (home.join("bin"), home.join("requirements.installed"));
    let wanted = std::fs::read(&requirements).expect("the requirements");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return programs;
    }
    let _ = writeln!(std::io::stderr(), "making the Python environment of {name} (once; about a minute)");
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home));
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    run(Command::new(programs.join("python")).args(install).arg(&requirements));
    std::fs::write(&stamp, wanted).expect("the stamp can be written");
    programs
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("python3 with its module venv is needed: {error}"));
    assert!(output.status.success(), "{command:?}\n{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
}
