//! What the guides tell to type is typed: every block of commands in `docs` is run on the built-in account, or says that it needs AWS, or a
//! feature that this build may lack.
#![cfg(all(feature = "cli", target_os = "linux"))]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use ecs_express_audit::model::Code;

const ACCOUNT: &str = include_str!("../fixtures/demo/account.snapshot.jsonl");
const STATE: &str = include_str!("../fixtures/demo/terraform.tfstate");
const README: &str = include_str!("../README.md");

/// A plan that touches no service: to judge it, nobody has to be asked.
const TERRAFORM: &str = r#"#!/bin/sh
if [ "$1" = show ]; then
    echo '{"format_version": "1.2", "terraform_version": "1.14.2", "planned_values": {"root_module": {}}, "resource_changes": []}'
fi
"#;

/// What stands in the mark above a block that takes a build with the feature `parquet`.
const WITH_PARQUET: &str = "run with the feature parquet: ";

/// Commands of a guide, and the exit code that it gives for them.
struct Block {
    line: usize,
    commands: String,
    code: Option<i32>,
}

fn guides() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let mut guides: Vec<PathBuf> = fs::read_dir(folder).expect("docs").map(|entry| entry.expect("a guide").path()).collect();
    guides.sort();
    assert!(!guides.is_empty());
    guides
}

fn blocks(guide: &Path) -> Vec<Block> {
    let text = fs::read_to_string(guide).expect("a guide");
    let lines: Vec<&str> = text.lines().collect();
    let starts = (0..lines.len()).filter(|at| lines[*at] == "```sh");
    let block = |at: usize| {
        let commands: Vec<&str> = lines[at + 1..].iter().copied().take_while(|line| *line != "```").collect();
        let mark = if at == 0 { "" } else { lines[at - 1] };
        Block { line: at + 1, commands: commands.join("\n"), code: code(mark, guide, at) }
    };
    starts.map(block).collect()
}

/// The exit code in the mark above a block; none if the block needs AWS, or a feature that is lacking.
fn code(mark: &str, guide: &Path, at: usize) -> Option<i32> {
    let inner = mark.strip_prefix("<!-- ").and_then(|mark| mark.strip_suffix(" -->"));
    match inner {
        Some("needs AWS") => None,
        Some(mark) if mark.starts_with(WITH_PARQUET) && !cfg!(feature = "parquet") => None,
        Some("run") => Some(0),
        other => {
            let said = other.and_then(|mark| mark.strip_prefix("run: ").or_else(|| mark.strip_prefix(WITH_PARQUET)));
            let code = said.and_then(|code| code.parse().ok());
            Some(code.unwrap_or_else(|| panic!("{}:{at}: a block of commands has no mark, but {mark:?}", guide.display())))
        }
    }
}

/// A folder as the guides assume it.
fn place(guide: &Path) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("docs").join(guide.file_stem().expect("a name"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("bin")).expect("a folder");
    symlink(Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy"), folder.join("deploy")).expect("a link");
    symlink(env!("CARGO_BIN_EXE_ecs-express-audit"), folder.join("bin/ecs-express-audit")).expect("a link");
    fs::write(folder.join("bin/terraform"), TERRAFORM).expect("written");
    fs::set_permissions(folder.join("bin/terraform"), fs::Permissions::from_mode(0o755)).expect("made executable");
    fs::write(folder.join("today.jsonl"), ACCOUNT).expect("written");
    fs::write(folder.join("unread.jsonl"), unread()).expect("written");
    fs::write(folder.join("prod.tfstate"), STATE).expect("written");
    folder
}

/// The account, but for the alarms: they could not be read.
fn unread() -> String {
    let gap = r#"{"type":"gap","operation":"cloudwatch:DescribeAlarms","kinds":["alarm"],"cause":"denied","message":"no"}"#;
    let end = format!("{{\"type\":\"end\",\"lines\":{}}}", ACCOUNT.lines().count() + 1);
    let body = ACCOUNT.lines().filter(|line| !line.starts_with("{\"type\":\"end\"")).collect::<Vec<_>>();
    [&body[..2], &[gap], &body[2..], &[&end], &[""]].concat().join("\n")
}

fn check(guide: &Path) {
    let folder = place(guide);
    let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").expect("a path"));
    for Block { line, commands, code } in blocks(guide) {
        let Some(code) = code else { continue };
        let mut command = Command::new("bash");
        command.args(["-euo", "pipefail", "-c", &commands]).current_dir(&folder).env_clear().env("PATH", &path).env("HOME", &folder);
        let output = command.output().expect("bash runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{}:{line}: {commands}\n{said}", guide.display());
    }
}

#[test]
fn every_command_of_the_guides_does_what_they_say() {
    for guide in guides() {
        check(&guide);
    }
}

#[test]
fn the_readme_leads_to_every_guide() {
    for guide in guides() {
        let name = guide.file_name().and_then(|name| name.to_str()).expect("UTF-8");
        assert!(README.contains(&format!("(docs/{name})")), "{name}");
    }
}

#[test]
fn the_guide_to_a_gate_says_what_to_do_about_each_thing_that_it_says() {
    let guide = include_str!("../docs/before-an-apply.md");
    let rows = guide.lines().filter(|line| line.starts_with("| `")).filter_map(|line| line.split('|').nth(1));
    let told: Vec<&str> = rows.flat_map(|codes| codes.split('`').skip(1).step_by(2)).collect();
    let mut codes: Vec<&str> = Code::ALL.into_iter().filter(|code| code.is_of_preflight()).map(Code::as_str).collect();
    codes.extend([Code::QuotaPressure, Code::DrainingService, Code::MissingService].map(Code::as_str));
    for code in &codes {
        assert!(told.contains(code), "{code}");
    }
    assert_eq!(told.len(), codes.len(), "{told:?}");
}

#[test]
fn every_recipe_is_in_the_guides() {
    let text: String = guides().iter().map(|guide| fs::read_to_string(guide).expect("a guide")).collect();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy")).expect("deploy") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        assert!(text.contains(&format!("deploy/{name}")), "{name}");
    }
}
