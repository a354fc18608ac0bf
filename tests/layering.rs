//! The arrows between the layers, and that the core looks at nothing but its arguments.

use std::fs;
use std::path::{Path, PathBuf};

/// Each layer with those it may name; nothing else has a direction. A module is its file and its folder.
const ARROWS: [(&str, &[&str]); 19] = [
    ("extent", &[]),
    ("model", &[]),
    ("kinds", &["model"]),
    ("inventory", &["kinds", "model"]),
    ("asked", &["kinds", "model"]),
    ("declared", &["asked", "kinds", "model"]),
    ("plan", &["asked", "declared", "kinds", "model"]),
    ("audit", &["asked", "declared", "inventory", "kinds", "model", "plan"]),
    ("input", &["declared", "extent", "fleet", "inventory", "kinds", "model", "permissions", "plan"]),
    ("snapshot", &["extent", "inventory", "kinds", "model"]),
    ("in_passing", &["audit", "declared", "fleet", "inventory", "model", "snapshot"]),
    ("fleet", &["inventory", "model", "snapshot"]),
    ("permissions", &["inventory", "kinds", "model"]),
    ("collect", &["declared", "fleet", "inventory", "kinds", "model", "permissions", "plan"]),
    ("fetch", &["collect", "declared", "input", "model"]),
    ("render", &["model"]),
    ("schema", &[]),
    ("tables", &["inventory", "kinds", "model"]),
    (
        "lib",
        &[
            "asked",
            "audit",
            "in_passing",
            "collect",
            "declared",
            "extent",
            "fetch",
            "fleet",
            "input",
            "inventory",
            "kinds",
            "model",
            "permissions",
            "plan",
            "render",
            "schema",
            "snapshot",
            "tables",
        ],
    ),
];

/// What the core may not touch: files, processes, network, environment, clock, randomness, standard streams, async.
const FORBIDDEN: [&str; 12] = [
    "std::fs",
    "std::env",
    "std::process",
    "std::net",
    "std::thread",
    "SystemTime",
    "Instant::now",
    "println!",
    "eprintln!",
    "io::stdout",
    "async ",
    "tokio",
];

fn sources(layer: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = vec![root.join(format!("{layer}.rs"))];
    let mut folders = vec![root.join(layer)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match path {
                folder if folder.is_dir() => folders.push(folder),
                tests if tests.ends_with("tests.rs") => {}
                file => found.push(file),
            }
        }
    }
    found
}

/// The code of a file: without comments, and without its tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn layers_name_only_what_their_arrows_allow() {
    for (layer, allowed) in ARROWS.iter().filter(|(layer, _)| *layer != "lib") {
        for path in sources(layer) {
            let code = code(&path);
            for named in code.split("crate::").skip(1) {
                let name: String = named.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let is_layer = ARROWS.iter().any(|(layer, _)| *layer == name);
                assert!(!is_layer || name == *layer || allowed.contains(&name.as_str()), "{} names crate::{name}", path.display());
            }
        }
    }
}

#[test]
fn every_module_of_the_crate_has_its_arrows() {
    let lib = code(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs"));
    let modules: Vec<&str> =
        lib.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';')).collect();
    assert!(modules.len() >= 9, "{modules:?}");
    for module in modules {
        assert!(ARROWS.iter().any(|(layer, _)| *layer == module), "{module} has no arrows");
    }
}

#[test]
fn the_core_looks_at_nothing_but_its_arguments() {
    for layer in [
        "asked",
        "extent",
        "model",
        "kinds",
        "inventory",
        "declared",
        "plan",
        "audit",
        "fleet",
        "input",
        "permissions",
        "render",
        "schema",
        "tables",
    ] {
        for path in sources(layer) {
            let code = code(&path);
            for forbidden in FORBIDDEN {
                assert!(!code.contains(forbidden), "{} contains {forbidden:?}", path.display());
            }
        }
    }
}

#[test]
fn no_operation_that_changes_anything_is_named() {
    let verbs = [
        "create_",
        "delete_",
        "update_",
        "put_",
        "modify_",
        "register_",
        "deregister_",
        "revoke_",
        "remove_",
        "set_security",
        "tag_resource",
        "untag_",
    ];
    for path in ["collect", "fetch"].into_iter().flat_map(sources) {
        let code = code(&path);
        for verb in verbs {
            assert!(!code.contains(&format!(".{verb}")), "{} calls .{verb}…", path.display());
        }
    }
}

/// One place builds clients, and one what is asked without any: both put the gate before everything else.
#[test]
fn nothing_is_asked_but_through_the_gate() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let gated = [
        ("collect/clients.rs", "Client::from_conf(", ".interceptor(Gate::Scan)", 2),
        ("collect/operation.rs", "Operation::builder()", ".interceptor(gate)", 1),
    ];
    for (file, builds, gate, times) in gated {
        let code = code(&root.join(file));
        assert_eq!((code.matches(builds).count(), code.matches(gate).count()), (times, times), "{file}");
    }
    for path in ["lib", "collect", "fetch", "bin"].into_iter().flat_map(sources).filter(|path| path.exists()) {
        let code = code(&path);
        for (file, builds, ..) in gated {
            assert!(path.ends_with(file) || !code.contains(builds), "{} builds what {file} should", path.display());
        }
        // A transport is no client.
        assert!(!code.replace("HttpClient::new(", "").contains("Client::new("), "{} builds a client that nothing guards", path.display());
    }
}

#[test]
fn kinds_do_not_name_each_other() {
    let files: Vec<PathBuf> = sources("kinds").into_iter().filter(|path| !path.ends_with("kinds.rs")).collect();
    let stems: Vec<String> = files.iter().filter_map(|path| path.file_stem()?.to_str().map(str::to_owned)).collect();
    assert_eq!(stems.len(), 15, "thirteen kinds, service revisions and configurations: {stems:?}");
    for path in &files {
        let code = code(path);
        for stem in &stems {
            assert!(!code.contains(&format!("super::{stem}::")), "{} names {stem}", path.display());
        }
    }
}
