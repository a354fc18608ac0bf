//! What stands under the help of each command. A test parses every example.

pub(super) const MAIN: &str = "\
Exit codes: 0 clean; 1 could not run; 2 findings at or above --fail-on; 3 nothing found, but not everything could be read;
130 or 143 stopped by SIGINT or SIGTERM (what was read until then is written all the same).

Examples:
  ecs-express-audit demo
  ecs-express-audit audit --region eu-west-1
  terraform state pull | ecs-express-audit audit -d -
  terraform show -json plan.out | ecs-express-audit preflight --plan -";

pub(super) const AUDIT: &str = "\
Examples:
  ecs-express-audit audit --region eu-west-1
  terraform state pull | ecs-express-audit audit -d -
  ecs-express-audit audit -d template.yaml --parameters Stage=prod
  ecs-express-audit audit --snapshot today.jsonl -d prod.tfstate -f json
  ecs-express-audit audit -d prod.tfstate --baseline last.json -o json=new.json";

pub(super) const PREFLIGHT: &str = "\
Examples:
  terraform show -json plan.out | ecs-express-audit preflight --plan -
  ecs-express-audit preflight --plan plan.json -d other.tfstate --region eu-west-1
  ecs-express-audit preflight --plan plan.json --advisory -f markdown";

pub(super) const CHECKLIST: &str = "\
Examples:
  ecs-express-audit checklist --service prod/web --region eu-west-1
  ecs-express-audit checklist --snapshot today.jsonl -d prod.tfstate";

pub(super) const DEMO: &str = "\
Examples:
  ecs-express-audit demo
  ecs-express-audit demo -f markdown -o json=report.json";

#[cfg(feature = "aws")]
pub(super) const SNAPSHOT: &str = "\
Examples:
  ecs-express-audit snapshot today.jsonl --region eu-west-1
  ecs-express-audit snapshot today.jsonl.gz -d prod.tfstate --all-regions
  ecs-express-audit snapshot shard-0.jsonl.gz --scopes scopes.jsonl --shard 0/8";

pub(super) const SCOPES: &str = "\
Examples:
  ecs-express-audit scopes --accounts accounts.toml --region eu-west-1
  ecs-express-audit scopes scopes.jsonl --organization --all-regions --role-arn ecs-express-audit";

pub(super) const MERGE: &str = "\
Examples:
  ecs-express-audit merge shard-0.jsonl.gz shard-1.jsonl.gz --scopes scopes.jsonl -o all.jsonl.gz
  ecs-express-audit merge monday.jsonl tuesday.jsonl -o both.jsonl";

pub(super) const EXPLAIN: &str = "\
Examples:
  ecs-express-audit explain
  ecs-express-audit explain held-leftover
  ecs-express-audit explain v1:1ab7ace6 --report report.json
  ecs-express-audit audit -f json | ecs-express-audit explain v1:1ab7ace6";

pub(super) const POLICY: &str = "\
Examples:
  ecs-express-audit policy > policy.json
  ecs-express-audit policy --terraform > policy.tf";

pub(super) const SCHEMA: &str = "\
Examples:
  ecs-express-audit schema report > report.schema.json
  ecs-express-audit schema config";

#[cfg(feature = "aws")]
pub(super) const DOCTOR: &str = "\
Examples:
  ecs-express-audit doctor --region eu-west-1
  ecs-express-audit doctor --profile audit -f json";

pub(super) const COMPLETIONS: &str = "\
Examples:
  ecs-express-audit completions bash > ~/.local/share/bash-completion/completions/ecs-express-audit
  ecs-express-audit completions zsh > ~/.zfunc/_ecs-express-audit
  ecs-express-audit completions fish > ~/.config/fish/completions/ecs-express-audit.fish";

pub(super) const MAN: &str = "\
Examples:
  ecs-express-audit man | man -l -
  ecs-express-audit man ~/.local/share/man/man1";
