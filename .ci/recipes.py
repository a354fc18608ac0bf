"""What no linter sees in the recipes, each time shown to be seen: the gates really gate, Terraform's files fit together, the policies in
them are the program's, each night is one, cron's line is one, and Security Hub would take what is made for it.

    recipes.py BINARY
"""

import json
import logging
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import botocore.session
import hcl2
import yaml
from botocore.validate import ParamValidator
from crontab import CronTab

BINARY = Path(sys.argv[1]).resolve()
IDLE = {"format_version": "1.2", "terraform_version": "1.14.2", "planned_values": {"root_module": {}}, "resource_changes": []}
STATE = "s3://acme-states/prod/terraform.tfstate"
BUSY = json.loads(Path("fixtures/terraform/plan.json").read_text())

# Says what it was called with; `terraform show` prints the plan of the test.
TERRAFORM = '#!/bin/sh\necho "$*" >> "$CALLS"\nif [ "$1" = show ]; then cat "$PLAN"; fi\n'


def need(holds, message):
    if not holds:
        raise ValueError(message)


def refused(name, judge, *arguments):
    """A judge that lets a broken recipe pass is none."""
    try:
        judge(*arguments)
    except Exception:
        return
    sys.exit(f"a broken recipe passes: {name}")


# --- the gates


def github(text):
    """What the job runs after it is set up, one step after the other."""
    steps = yaml.safe_load(text)["jobs"]["express"]["steps"]
    return "\n".join(step["run"] for step in steps if step.get("name") in ("Plan", "Preflight", "Apply"))


def gitlab(text):
    jobs = yaml.safe_load(text)
    return "\n".join(jobs[".express"]["before_script"] + jobs["apply"]["script"])


def calls(script, plan):
    """How the script calls Terraform if this is the plan, and nobody can be asked about AWS."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "terraform").write_text(TERRAFORM)
        (place / "terraform").chmod(0o755)
        (place / "plan").write_text(json.dumps(plan))
        (place / "calls").touch()
        (place / "work/terraform").mkdir(parents=True)
        (place / "ecs-express-audit").symlink_to(BINARY)
        environment = {
            "PATH": f"{folder}:{os.environ['PATH']}", "HOME": folder, "CALLS": f"{folder}/calls", "PLAN": f"{folder}/plan",
            "GITHUB_STEP_SUMMARY": f"{folder}/summary", "AWS_TOKEN": "x", "AWS_WEB_IDENTITY_TOKEN_FILE": f"{folder}/token",
            "AWS_ROLE_ARN": "x", "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_EC2_METADATA_DISABLED": "true",
        }
        ran = subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=place / "work", env=environment, capture_output=True, text=True)
        return ran, (place / "calls").read_text().splitlines(), (place / "summary").exists()


def judge_gate(script):
    """A plan that touches no service is applied, as it was judged; one that cannot be judged is not."""
    ran, called, _ = calls(script, IDLE)
    need(ran.returncode == 0 and called[-1] == "apply plan.out", f"nothing is in the way, but: {called} {ran.stderr}")
    ran, called, _ = calls(script, BUSY)
    need(ran.returncode == 1 and called[-1] == "show -json plan.out", f"nobody could be asked, but: {called} {ran.stderr}")


def gates():
    for name, read in {"github-actions.yml": github, "gitlab-ci.yml": gitlab}.items():
        text = Path("examples/ci", name).read_text()
        judge_gate(read(text))
        preflight = re.compile("(preflight --plan plan.json.*)")
        refused(f"{name}, nobody minds", judge_gate, read(preflight.sub(r"\1 || true", text)))
        refused(f"{name}, another plan is applied", judge_gate, read(text.replace("apply plan.out", "apply")))
    need(calls(github(Path("examples/ci/github-actions.yml").read_text()), IDLE)[2], "there is no job summary")


def judge_pins(text):
    """An action is pinned to a commit, and says which release that is."""
    for line in text.splitlines():
        if "uses:" in line:
            need(re.search(r"uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line)


def pins():
    for path in WORKFLOWS:
        judge_pins(path.read_text())
        refused(f"{path}, a tag", judge_pins, re.sub("@[0-9a-f]{40}", "@v5", path.read_text(), count=1))


# --- Terraform


def module(folder):
    """The blocks of a folder by kind."""
    blocks = {}
    for path in sorted(folder.glob("*.tf")):
        for kind, found in hcl2.loads(path.read_text()).items():
            blocks.setdefault(kind, []).extend(found)
    return blocks


def names(blocks, kind):
    return {name.strip('"') for block in blocks.get(kind, []) for name in block}


def judge_module(text, blocks, folder):
    """Every variable that is used is declared and the other way round, and so are resources; a call gives what the module asks for."""
    used = set(re.findall(r"\bvar\.(\w+)", text))
    need(used == names(blocks, "variable"), f"{folder}: variables used {used}, declared {names(blocks, 'variable')}")
    resources = {f"{kind}.{name}".replace('"', "") for block in blocks.get("resource", []) for kind, of in block.items() for name in of}
    for kind, name in re.findall(r"(?<![\w.\"])(aws_\w+)\.(\w+)", re.sub(r"data\.aws_\w+\.\w+", "", text)):
        need(f"{kind}.{name}" in resources, f"{folder}: {kind}.{name} is not declared")
    for call in blocks.get("module", []):
        for name, arguments in call.items():
            called = module(folder / arguments["source"].strip('"'))
            given = {key for key in arguments if key not in ("source", "__is_block__")}
            asked = called["variable"]
            needed = {key.strip('"') for variable in asked for key, of in variable.items() if "default" not in of}
            need(needed <= given <= names(called, "variable"), f"{folder}: module {name} is given {given}")


def modules():
    folders = sorted({path.parent for place in ("examples", "deploy") for path in Path(place).rglob("*.tf")})
    need(folders, "there is no module")
    for folder in folders:
        text = "\n".join(path.read_text() for path in sorted(folder.glob("*.tf")))
        text = re.sub(r"(?m)#.*$", "", text)
        blocks = module(folder)
        judge_module(text, blocks, folder)
        refused(f"{folder}, an undeclared variable", judge_module, text + "\nvar.nobody", blocks, folder)
        refused(f"{folder}, an undeclared resource", judge_module, text + "\naws_iam_role.nobody", blocks, folder)
    service = module(Path("examples/terraform/modules/express-service"))["resource"]
    express = next(of for block in service for kind, of in block.items() if "express_gateway_service" in kind)['"this"']
    need("${aws_iam_role_policy_attachment.infrastructure}" in express["depends_on"], "the policy may go before the service")


# --- policies: a copy grows old without a word


def printed(*arguments):
    return subprocess.run([BINARY, "policy", *arguments], check=True, capture_output=True, text=True).stdout


def judge_hcl(text):
    need(text == printed("--terraform"), "deploy/terraform/role/policy.tf: put there what `ecs-express-audit policy --terraform` prints")


class Template(yaml.SafeLoader):
    """Reads CloudFormation's short tags as their text."""


Template.add_multi_constructor("!", lambda loader, tag, node: tag)


def judge_template(text):
    policy = yaml.load(text, Template)["Resources"]["Policy"]["Properties"]["PolicyDocument"]
    indented = yaml.safe_dump(json.loads(printed()), sort_keys=False, width=200).replace("\n", "\n        ")
    need(policy == json.loads(printed()), f"deploy/cloudformation/role.yaml: the policy is now\n        {indented}")


def policies():
    for path, judge in {"deploy/terraform/role/policy.tf": judge_hcl, "deploy/cloudformation/role.yaml": judge_template}.items():
        text = Path(path).read_text()
        judge(text)
        refused(f"{path}, a permission less", judge, re.sub(r"(?m)^.*acm:ListCertificates.*\n", "", text))
        refused(f"{path}, another permission", judge, text.replace("acm:ListCertificates", "acm:DeleteCertificate"))


# --- the nights: each recipe's own command, on the built-in account


def commands():
    read = lambda path: Path("deploy", path).read_text()
    jobs = list(yaml.safe_load_all(read("kubernetes/cronjob.yaml")))
    container = jobs[-1]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    steps = yaml.safe_load(read("github-actions/nightly.yml"))["jobs"]["audit"]["steps"]
    unit = re.search(r"(?m)^ExecStart=(.*)$", read("systemd/ecs-express-audit.service"))[1]
    arguments = re.search(r"(?m)^AUDIT_ARGUMENTS=(.*)$", read("systemd/environment"))[1]
    entry = json.loads(re.findall(r"(?m)^ENTRYPOINT (.*)$", read("container/Containerfile"))[-1])  # that of the image without a target
    yield "github-actions", next(step["run"] for step in steps if step.get("name") == "Audit")
    yield "gitlab-ci", "\n".join(yaml.safe_load(read("gitlab-ci/nightly.yml"))["express nightly"]["script"])
    yield "kubernetes", shlex.join(entry + container["args"])
    yield "systemd", unit.replace("$AUDIT_ARGUMENTS", arguments)
    yield "cron", read("cron/ecs-express-audit").splitlines()[-1].split(maxsplit=6)[-1]


def judge_night(command):
    """The first night of an account with findings: it says so, and has made the baseline."""
    state, account = (Path("fixtures/demo", name).resolve() for name in ("terraform.tfstate", "account.snapshot.jsonl"))
    need(STATE in command, f"it reads another state: {command}")
    command = command.replace("/usr/local/libexec/ecs-express-audit/", "").replace(STATE, f"'{state}' --snapshot '{account}'")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bin").mkdir()
        (Path(folder) / "bin/nightly").symlink_to(Path("deploy/nightly").resolve())
        (Path(folder) / "bin/ecs-express-audit").symlink_to(BINARY)
        (Path(folder) / "deploy").symlink_to(Path("deploy").resolve())
        environment = {
            "PATH": f"{folder}/bin:{os.environ['PATH']}", "AUDIT_STATE": f"{folder}/state", "AWS_TOKEN": "x",
            "AWS_WEB_IDENTITY_TOKEN_FILE": f"{folder}/token",
        }
        ran = subprocess.run(["bash", "-eo", "pipefail", "-c", command], cwd=folder, env=environment, capture_output=True, text=True)
        need("12 findings" in ran.stdout and ran.returncode == (0 if "echo" in command else 2), f"{command}: {ran.stderr}")
        need((Path(folder) / "state/baseline.json").exists(), f"{command}: no baseline")


def nights():
    for name, command in commands():
        judge_night(command)
        refused(f"{name}, an option that is none", judge_night, command.replace("-d ", "--declare-not ", 1))


# --- scans in shares: every share is started, and no other


def judge_jobs(text):
    jobs = {job["metadata"]["name"].rsplit("-", 1)[-1]: job["spec"] for job in yaml.safe_load_all(text) if job["kind"] == "Job"}
    arguments = jobs["shards"]["template"]["spec"]["containers"][0]["args"]
    need(arguments[:2] == ["shard", str(jobs["shards"]["completions"])], f"{arguments} of {jobs['shards']['completions']} shards")


def judge_map(text):
    last, shards = re.search(r"ArrayRange\(0, (\d+), 1\)", text), re.search(r"Format\('\{\}/(\d+)'", text)
    need(int(last[1]) + 1 == int(shards[1]), f"shards 0 to {last[1]} of {shards[1]}")


def judge_array(text):
    size, shards = re.search(r"size=(\d+)", text), re.search(r"command=shard,(\d+)", text)
    need(size[1] == shards[1], f"{size[1]} jobs of {shards[1]} shards")


def shares():
    judges = {
        "kubernetes": (judge_jobs, "completions: 8", "completions: 7"),
        "step-functions": (judge_map, "(0, 63, 1)", "(0, 62, 1)"),
        "batch": (judge_array, "size=64", "size=63"),
    }
    for name, (judge, all_of_them, one_less) in judges.items():
        text = Path("deploy", name, "fleet.yaml").read_text()
        judge(text)
        refused(f"{name}, a shard less", judge, text.replace(all_of_them, one_less, 1))


# --- cron


def judge_cron(text):
    """One night a day, as somebody who is not root, with a command that a shell understands."""
    with tempfile.NamedTemporaryFile("w", suffix=".tab") as file:
        file.write(text)
        file.flush()
        jobs = list(CronTab(tabfile=file.name, user=False))
    need(len(jobs) == 1 and jobs[0].is_valid() and jobs[0].frequency_per_day() == 1, f"{jobs}")
    need(jobs[0].user == "ecs-express-audit" and "%" not in jobs[0].command, f"{jobs}")
    subprocess.run(["shellcheck", "--shell", "bash", "-"], input=f"{jobs[0].command}\n", check=True, capture_output=True, text=True)


def cron():
    text = Path("deploy/cron/ecs-express-audit").read_text()
    judge_cron(text)
    logging.disable()  # the parser complains of what it leaves out
    refused("cron, the 25th hour", judge_cron, text.replace("17 3 *", "17 25 *"))
    refused("cron, no user", judge_cron, text.replace("* ecs-express-audit ", "* "))
    refused("cron, every minute", judge_cron, text.replace("17 3 *", "* 3 *"))
    refused("cron, an open quotation", judge_cron, text.replace('"$report"', '"$report'))


# --- Security Hub: every batch is what BatchImportFindings takes

BATCH = botocore.session.get_session().get_service_model("securityhub").operation_model("BatchImportFindings").input_shape
LIMITS = {"Title": 256, "Description": 1024, "Id": 512, "GeneratorId": 512}


def batches(recipe, report):
    """What jq makes of a report with the recipe, which is given as text."""
    with tempfile.NamedTemporaryFile("w", suffix=".jq") as file:
        file.write(recipe)
        file.flush()
        ran = subprocess.run(["jq", "--compact-output", "--from-file", file.name], input=report, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def enumerated(shape, value):
    """The API's own words, which botocore's validation does not look at."""
    if shape.type_name == "structure":
        for name, of in value.items():
            enumerated(shape.members[name], of)
    elif shape.type_name == "list":
        for of in value:
            enumerated(shape.member, of)
    elif shape.type_name == "string" and shape.enum:
        need(value in shape.enum, f"{shape.name}: {value}")


def judge_batches(recipe, report):
    """botocore's own model takes them; each finding, gap and resolved finding of an account is in one, with the compliance that it has."""
    found, given = batches(recipe, report), json.loads(report)
    listed = [finding for batch in found for finding in batch["Findings"]]
    for batch in found:
        need(len({(one["AwsAccountId"], one["Resources"][0]["Region"]) for one in batch["Findings"]}) == 1, "a batch has several accounts")
        need(1 <= len(batch["Findings"]) <= 100, "a batch is too large")
        problems = ParamValidator().validate(batch, BATCH)
        need(not problems.has_errors(), problems.generate_report())
        enumerated(BATCH, batch)
    for one in listed:
        need(all(0 < len(one[name]) <= most for name, most in LIMITS.items()), f"too long: {one}")
        remedy = one.get("Remediation", {}).get("Recommendation", {}).get("Text")
        need(remedy is None or (0 < len(remedy) <= 512 and not remedy.endswith("…")), f"a remedy is too long, or cut: {remedy}")
        need(len(json.dumps(one)) < 240_000, "a finding is too large")
    need(len({one["Id"] for one in listed}) == len(listed), "two findings have one name")
    accounts = lambda rows: sum(re.fullmatch("[0-9]{12}", row["account"]) is not None for row in rows)
    counts = {
        "NOT_AVAILABLE": accounts(given["gaps"]), "PASSED": accounts(given["resolved"]),
        "FAILED": accounts(row for row in given["findings"] if row["confidence"] == "confirmed"),
        "WARNING": accounts(row for row in given["findings"] if row["confidence"] != "confirmed"),
    }
    of = lambda status: sum(one["Compliance"]["Status"] == status for one in listed)
    need({status: of(status) for status in counts} == counts, f"{counts}")
    return counts


def audited(account, *arguments):
    """The report of an account, which is given as its snapshot's lines."""
    lines = [line for line in account if '"type":"end"' not in line]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.write("\n".join([*lines, json.dumps({"type": "end", "lines": len(lines) + 1}, separators=(",", ":")), ""]))
        file.flush()
        command = [BINARY, "audit", "--snapshot", file.name, "--fail-on", "never", "-f", "json", *arguments]
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout


# Says whose credentials these are, and keeps what it is to import.
AWS = """#!/bin/sh
case "$*" in
    "sts get-caller-identity "*) echo "$ACCOUNT" ;;
    "securityhub batch-import-findings --region "*) cat "${6#file://}" >> "$SENT"; echo "$REFUSED" ;;
    *) echo "unknown: $*" >&2; exit 252 ;;
esac
"""


def sent(script, report, account="123456789012", refused="0"):
    """How the script ends with a report, and what it has sent."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name, text in {"aws": AWS, "send": script}.items():
            (place / name).write_text(text)
            (place / name).chmod(0o755)
        (place / "findings.jq").symlink_to(Path("deploy/security-hub/findings.jq").resolve())
        (place / "report.json").write_text(report)
        (place / "sent").touch()
        environment = {"PATH": f"{folder}:{os.environ['PATH']}", "ACCOUNT": account, "SENT": f"{folder}/sent", "REFUSED": refused}
        ran = subprocess.run([place / "send", place / "report.json"], env=environment, capture_output=True, text=True)
        return ran.returncode, (place / "sent").read_text()


def judge_send(script, report):
    """All is sent; what is another account's is not, and that or what was not taken is no success."""
    made = batches(Path("deploy/security-hub/findings.jq").read_text(), report)
    whole = "".join(json.dumps(batch, separators=(",", ":"), ensure_ascii=False) for batch in made)
    need(whole and sent(script, report) == (0, whole), "not everything is sent")
    need(sent(script, report, account="999999999999") == (1, ""), "another account's findings are sent")
    need(sent(script, report, refused="2") == (1, whole), "nobody hears of findings that were not taken")


def security_hub():
    recipe = Path("deploy/security-hub/findings.jq").read_text()
    account = Path("fixtures/demo/account.snapshot.jsonl").read_text().splitlines()
    gap = {"type": "gap", "operation": "cloudwatch:DescribeAlarms", "kinds": ["alarm"], "cause": "denied", "message": "no"}
    whole = audited(account, "--include-data")
    with tempfile.NamedTemporaryFile("w", suffix=".json") as baseline:
        baseline.write(whole)
        baseline.flush()
        fewer = [line for line in account if '"id":"sg-2f0775d6f6c3af1bf"' not in line]
        compared = audited(fewer, "--baseline", baseline.name)
    unread = audited([*account[:2], json.dumps(gap, separators=(",", ":")), *account[2:]])
    counts = [judge_batches(recipe, report) for report in (whole, compared, unread)]
    need(all(any(count[status] for count in counts) for status in counts[0]), f"not every compliance is judged: {counts}")
    script = Path("deploy/security-hub/send").read_text()
    judge_send(script, whole)
    refused("send, to whatever account", judge_send, script.replace('"$of" != "$account"', '"$of" = ""'), whole)
    refused("send, nobody minds", judge_send, script.replace("code=1", "code=0"), whole)
    hundreds = json.loads(whole)
    hundreds["findings"] = [row | {"fingerprint": str(n), "message": "x" * 5000} for n, row in enumerate(hundreds["findings"] * 20)]
    judge_batches(recipe, json.dumps(hundreds))
    broken = {
        "no time": ("CreatedAt:", "MadeAt:"), "another word": ('"NOT_AVAILABLE"', '"UNKNOWN"'), "a title of any length": ("cut(256)", "."),
        "batches of any size": ("range(0; length; 100)", "0"), "gaps are clean": (", .gaps[]", ""), "one name": ("Id: $id", 'Id: "x"'),
    }
    for name, (before, after) in broken.items():
        need(before in recipe, f"{before} is not in the recipe")
        refused(f"findings.jq, {name}", lambda: [judge_batches(recipe.replace(before, after), of) for of in (unread, json.dumps(hundreds))])


WORKFLOWS = sorted(path for path in [*Path("examples").rglob("*.yml"), *Path("deploy").rglob("*.yml")] if "github" in str(path))


def main():
    gates()
    pins()
    modules()
    policies()
    nights()
    shares()
    cron()
    security_hub()
    print("the gates gate, the modules fit together, the policies are the program's, the nights run, Security Hub takes the findings")


main()
