//! What the program writes about itself: schemas, completions, manual pages.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::program::{Folder, Ran, run};

fn told(arguments: &[&str]) -> String {
    let Ran { code, stdout, stderr } = run(arguments, &[], b"");
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{arguments:?}");
    stdout
}

/// The commands, as the help lists them.
fn commands() -> Vec<String> {
    let help = told(&["--help"]);
    let listed = help.split_once("Commands:\n").and_then(|(_, rest)| rest.split_once("\n\n")).expect("a list of commands").0;
    let names = listed.lines().filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
    let commands: Vec<String> = names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    assert!(commands.len() >= 10, "{commands:?}");
    commands
}

#[test]
fn every_schema_is_one_of_2020_12_and_says_whether_it_may_grow() {
    for (document, is_closed) in [("report", false), ("snapshot", false), ("config", true), ("manifest", true)] {
        let text = told(&["schema", document]);
        let schema: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(text.contains("\"additionalProperties\": false"), is_closed, "{document}");
    }
    assert!(run(&["schema", "reports"], &[], b"").stderr.contains("'report'"));
}

#[test]
fn every_shell_completes_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let text = told(&["completions", shell]);
        for command in commands() {
            assert!(text.contains(&command), "{shell}: {command}");
        }
    }
}

#[test]
fn bash_understands_its_completions() {
    let folder = Folder::of("completions");
    let ran = Command::new("bash").args(["-n", &folder.file("bash", &told(&["completions", "bash"]))]).output();
    // Where there is no bash, nobody needs them.
    assert!(ran.is_err() || ran.is_ok_and(|output| output.status.success() && output.stderr.is_empty()));
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let folder = Folder::of("manual");
    let path = folder.path("man1").display().to_string();
    assert_eq!(told(&["man", &path]), "");
    let main = fs::read_to_string(folder.path("man1/ecs-express-audit.1")).expect("the main page");
    assert_eq!(main, told(&["man"]));
    for command in commands().iter().filter(|command| *command != "help") {
        let name = format!("ecs-express-audit-{command}");
        let page = fs::read_to_string(folder.path(&format!("man1/{name}.1"))).expect("a page");
        assert!(page.contains(".TH") && page.contains("Examples:"), "{page}");
        assert!(main.contains(&name.replace('-', "\\-")), "{name}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_to_is_an_error() {
    let folder = Folder::of("manual-refused");
    let file = folder.file("file", "");
    let ran = run(&["man", &file], &[], b"");
    assert!(ran.code == Some(1) && ran.stderr.contains("cannot make the folder"), "{}", ran.stderr);
}
