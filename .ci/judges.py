"""Reads what a binary writes in every format with readers that others wrote, and shows that each of them refuses a broken document.

    judges.py BINARY SARIF_SCHEMA [FOLDER_OF_REPORTS]
"""

import csv
import io
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import junitparser
import yaml
from markdown_it import MarkdownIt
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client import parser as prometheus

BINARY, SCHEMA = sys.argv[1], json.loads(Path(sys.argv[2]).read_text())
DEMO = Path("fixtures/demo")
FORMATS = ["json", "jsonl", "markdown", "csv", "junit", "sarif", "openmetrics", "slack", "github"]
HOSTILE = "x`*_[a](https://evil.example) | <img src=x> @octocat #1 www.evil.example ::error::y <!channel> =1+1 \x1b[2J\u202e ${x} {{y}} ]]>"


def need(holds, message):
    if not holds:
        raise ValueError(message)


# --- the documents


def run(arguments, folder, codes):
    """The text of every format, from one run: all but the first as copies."""
    copies = [argument for form in FORMATS[1:] for argument in ("-o", f"{form}={folder}/out.{form}")]
    ran = subprocess.run([BINARY, *arguments, "-f", FORMATS[0], *copies], capture_output=True)
    need(ran.returncode in codes, f"{arguments}: exit {ran.returncode}: {ran.stderr.decode()}")
    texts = {form: Path(f"{folder}/out.{form}").read_bytes().decode() for form in FORMATS[1:]}
    return {FORMATS[0]: ran.stdout.decode(), **texts}


def snapshot(name, gap):
    """The demo's account with this in the names of target groups, and with a gap or without."""
    lines = [json.loads(line) for line in (DEMO / "account.snapshot.jsonl").read_text().splitlines()]
    for line in lines:
        if line["type"] in ("target-group", "security-group"):
            line["name"] += name
    if gap:
        lines.insert(2, {"type": "gap", "operation": "acm:ListCertificates", "kinds": ["certificate"], "cause": "denied", "message": name})
    lines[-1]["lines"] = lines[-1]["lines"] + (1 if gap else 0)
    return "".join(json.dumps(line) + "\n" for line in lines)


def cases():
    with tempfile.TemporaryDirectory() as folder:
        file = lambda name, text: (Path(folder, name).write_text(text), str(Path(folder, name)))[1]
        plain, hostile = file("plain.jsonl", snapshot("", False)), file("hostile.jsonl", snapshot(HOSTILE, True))
        state = str(DEMO / "terraform.tfstate")
        demo = run(["demo"], folder, [0])
        known = json.loads(demo["json"])
        known["command"], known["findings"] = "audit", known["findings"][3:]
        baseline = file("baseline.json", json.dumps(known))
        waiver = '[[waiver]]\ncode = "orphan"\nkind = "cluster"\nreason = "=1 <b> [x](y)"\nowner = "o"\nexpires = "2027-01-31"\n'
        config = file("config.toml", waiver)
        yield "the demo", demo
        yield "hostile names and a gap", run(["audit", "--snapshot", hostile, "-d", state], folder, [2])
        yield "gaps alone", run(["audit", "--snapshot", hostile, "--fail-on", "never"], folder, [3])
        yield "a baseline and a waiver", run(["audit", "--snapshot", plain, "--baseline", baseline, "--config", config], folder, [2])
        yield "a checklist", run(["checklist", "--snapshot", hostile, "-d", state], folder, [2])


# --- the judges: each raises where its format is broken


def validator(document):
    """Of the schema that the program prints."""
    schema = json.loads(subprocess.run([BINARY, "schema", document], capture_output=True, check=True).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


OURS = {document: validator(document) for document in ("report", "snapshot", "config", "manifest")}


def judge_json(text, report):
    OURS["report"].validate(json.loads(text))


def judge_jsonl(text, report):
    """The lines are the document in pieces."""
    lists = {"finding": "findings", "gap": "gaps", "service": "services"}
    whole = {key: [] for key in ("findings", "gaps", "waived", "services", "unjudged", "resolved", "unresolved")}
    for line in text.splitlines():
        value = json.loads(line)
        kind = value.pop("type")
        whole.update(value) if kind == "report" else whole[lists.get(kind, kind)].append(value)
    need(whole == report, "the lines are not the document")


def judge_csv(text, report):
    need(text.count("\n") == text.count("\r\n") and text.endswith("\r\n"), "lines do not end in CRLF")
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    need(all(len(row) == len(header) for row in rows), "a row lacks cells")
    rows = [dict(zip(header, row)) for row in rows]
    counts = Counter(row["type"] for row in rows)
    for kind, key in {"finding": "findings", "gap": "gaps", "waived": "waived", "service": "services", "resolved": "resolved"}.items():
        need(counts[kind] == len(report[key]), f"{counts[kind]} rows of {kind}")
    formulas = [cell for row in rows for cell in row.values() if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    need(not formulas, f"formulas: {formulas}")
    fingerprints = [row["fingerprint"] for row in rows if row["type"] == "finding"]
    need(fingerprints == [finding["fingerprint"] for finding in report["findings"]], "other findings than the report's")


def judge_junit(text, report):
    document = junitparser.JUnitXml.fromstring(text.encode())
    totals = Counter()
    for suite in document:
        said = Counter(tests=suite.tests, failures=suite.failures, errors=suite.errors, skipped=suite.skipped)
        suite.update_statistics()
        need(said == Counter(tests=suite.tests, failures=suite.failures, errors=suite.errors, skipped=suite.skipped), f"{suite.name} counts wrong")
        totals += said
    attributes = document._elem.attrib  # the parser recounts what it gives itself
    need(all(int(attributes[key]) == totals[key] for key in ("tests", "failures", "errors", "skipped")), "the whole counts wrong")
    need(totals["errors"] == len(report["gaps"]) + len(report["unjudged"]), "not an error for each gap")
    need(totals["failures"] + totals["skipped"] >= len(report["findings"]) + len(report["waived"]), "findings are lacking")
    need((totals["failures"] > 0) == (report["outcome"] == "findings"), "it fails where the report does not, or the other way round")


def without_broken_patterns(schema):
    """OASIS's schema has two patterns that are no regular expressions (of a language, which is not written here)."""
    if isinstance(schema, dict):
        return {key: without_broken_patterns(value) for key, value in schema.items() if value != "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$"}
    return [without_broken_patterns(value) for value in schema] if isinstance(schema, list) else schema


SARIF = jsonschema.Draft7Validator(without_broken_patterns(SCHEMA), format_checker=jsonschema.FormatChecker())


def judge_sarif(text, report):
    log = json.loads(text)
    SARIF.validate(log)
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for rule in rules:  # what GitHub wants beyond the schema
        need(all(0 < len(rule[key]["text"]) <= 1024 for key in ("shortDescription", "fullDescription")) and rule["help"]["text"], rule["id"])
    for result in run["results"]:
        need(rules[result["ruleIndex"]]["id"] == result["ruleId"], "another rule's index")
        place = result["locations"][0]["physicalLocation"]
        need(place["artifactLocation"]["uri"] and place["region"]["startLine"] >= 1, "no place")
        need(re.fullmatch(r"[0-9a-f]{32}:1", result["partialFingerprints"]["primaryLocationLineHash"]), "no fingerprint")
        need(not re.search(r"(?<!\\)\[[^\]]*(?<!\\)\]\(", result["message"]["text"]), "a link in a message")
    states = {"baselineState" in result for result in run["results"]}
    need(states <= {report["compared_with"] is not None}, "a baseline's states without one, or the other way round")
    found = [result for result in run["results"] if not result["suppressions"]]
    need(len(found) == len(report["findings"]) and len(run["results"]) - len(found) == len(report["waived"]), "other findings than the report's")
    invocation = run["invocations"][0]
    need(invocation["executionSuccessful"] == report["complete"], "a success that is none")
    need(len(invocation["toolExecutionNotifications"]) == len(report["gaps"]) + len(report["unjudged"]), "gaps are lacking")


def judge_openmetrics(text, report):
    lint = subprocess.run(["promtool", "check", "metrics"], input=text.encode(), capture_output=True)
    need(lint.returncode == 0 and not lint.stderr and not lint.stdout, f"promtool: {lint.stderr.decode()}{lint.stdout.decode()}")
    families = {family.name: family for family in openmetrics.text_string_to_metric_families(text)}
    need(set(families) == {family.name for family in prometheus.text_string_to_metric_families(text)}, "the two formats differ")
    total = lambda name: sum(sample.value for sample in families[f"expressaudit_{name}"].samples)
    need(total("findings") == len(report["findings"]) and total("gaps") == len(report["gaps"]), "other numbers than the report's")
    need(total("exit_code") == report["exit_code"] and total("complete") == report["complete"], "another verdict than the report's")
    need(("expressaudit_last_complete_run_timestamp_seconds" in families) == report["complete"], "the last complete run")
    labels = {value for family in families.values() for sample in family.samples for value in sample.labels.values()}
    need(all(re.fullmatch(r"[A-Za-z0-9.-]+", value) for value in labels), f"labels from outside: {labels}")
    series = Counter(line.rsplit(" ", 1)[0] for line in text.splitlines() if not line.startswith("#"))
    need(max(series.values()) == 1, "a series twice")
    need(not any(sample.timestamp for family in families.values() for sample in family.samples), "timestamps")


def judge_slack(text, report):
    blocks = json.loads(text)["blocks"]
    need(1 <= len(blocks) <= 50, f"{len(blocks)} blocks")
    for block in blocks:
        shown = block["text"]["text"]
        need(block["type"] in ("header", "section") and block["text"]["type"] == "plain_text", "not plain text")
        need(1 <= len(shown.encode("utf-16-le")) // 2 <= {"header": 150, "section": 3000}[block["type"]], f"too long: {shown}")
        need(not re.search(r"[<>]|&(?!amp;|lt;|gt;)", shown), f"not escaped: {shown}")
    need(sum(len(block["text"]["text"]) for block in blocks) <= 13_000, "longer than Slack takes")


def judge_github(text, report):
    """The runner's own grammar: a command begins its line (blanks aside); a value is unescaped, a property by more signs."""
    counts, codes = Counter(), {finding["code"] for finding in report["findings"]}
    for line in text.splitlines():
        need("##[" not in line, f"an old command: {line}")
        if not line.lstrip().startswith("::"):
            continue
        command = re.fullmatch(r"::(error|warning|notice|group|endgroup)(?: ([^:\r\n]+))?::(.*)", line)
        need(command, f"not one of ours: {line}")
        name, properties, _ = command.groups()
        for key, value in (pair.split("=", 1) for pair in (properties or "").split(",") if pair):
            need(key in ("title", "file", "line") and (key != "line" or value.isdigit()), f"a property: {line}")
            title = unquote(value) if key == "title" else "more"
            need(title == "more" or re.fullmatch(rf"({'|'.join(codes)}|not read) \([a-z, -]+\)", title), f"a title: {title}")
        counts[name] += 1
    need(all(counts[level] <= 10 for level in ("error", "warning", "notice")), f"more than GitHub shows: {counts}")
    need(counts["group"] == counts["endgroup"], "a group does not end")
    gaps, findings = len(report["gaps"]), len(report["findings"])
    annotated = counts["error"] + counts["warning"] + counts["notice"]
    need(annotated == gaps + findings or "had no room here" in text, f"{annotated} annotations of {gaps} gaps and {findings} findings")
    need(text.splitlines()[-1].startswith("exit "), "no verdict at the end")


MARKDOWN = MarkdownIt("commonmark", {"linkify": True, "html": True}).enable(["table", "linkify", "strikethrough"])


def judge_markdown(text, report):
    tokens = MARKDOWN.parse(text)
    inline = [child for token in tokens for child in token.children or []]
    acting = {token.type for token in inline} - {"text", "code_inline", "softbreak", "hardbreak", "strong_open", "strong_close", "text_special"}
    need(not acting, f"markup from outside: {acting}")
    html = "".join(token.content for token in tokens if token.type == "html_block")
    need(not re.sub(r"</?details>|<summary>Evidence</summary>|\s", "", html), f"HTML: {html}")
    need(not [token for token in inline if token.type == "text" and re.search(r"[@#]\w|://|www\.", token.content)], "a mention or a link")
    rows = [token for token in tokens if token.type == "tr_open"]
    heads = [token for token in tokens if token.type == "thead_open"]
    services = [max(1, len(service["checklist"])) if report["command"] == "checklist" else 1 for service in report["services"]]
    services += [1 for service in report["services"] if service.get("not_comparable")]
    resolved = [past for past in report["resolved"] if past["resolved_at"] == report["generated_at"]]
    expected = sum(len(report[key]) for key in ("findings", "gaps", "unjudged", "waived", "unresolved")) + len(resolved) + sum(services)
    need(len(rows) - len(heads) == expected, f"{len(rows) - len(heads)} rows, where there should be {expected}")
    lines = [line for line in text.splitlines() if line.startswith("|")]
    need(len(lines) == len(rows) + len(heads), "lines that are no rows of a table")


# --- what each judge has to refuse: a name, and what to do to the document


def swap(old, new):
    def broken(text):
        need(old in text, f"there is no {old!r} to break")
        return text.replace(old, new, 1)

    return broken


def in_json(change):
    def broken(text):
        value = json.loads(text)
        change(value)
        return json.dumps(value)

    return broken


BREAKS = {
    "json": {
        "cut": lambda text: text[:-9],
        "another version": in_json(lambda report: report.update(schema_version="2")),
        "no verdict": in_json(lambda report: report.pop("outcome")),
        "another verdict": in_json(lambda report: report.update(outcome="fine")),
        "a bad time": in_json(lambda report: report.update(generated_at="yesterday")),
        "an unknown severity": in_json(lambda report: report["findings"][0].update(severity="grave")),
        "no fingerprint": in_json(lambda report: report["findings"][0].update(fingerprint="v1:")),
        "an unknown kind": in_json(lambda report: report["findings"][0].update(kind="bucket")),
        "evidence without a time": in_json(lambda report: report["findings"][0]["evidence"][0].pop("observed_at")),
        "an unknown state": in_json(lambda report: report["services"][0]["checklist"].update({"load-balancer": "lost"})),
    },
    "jsonl": {
        "a lost line": lambda text: "\n".join(text.splitlines()[:1] + text.splitlines()[2:]),
        "a cut line": lambda text: text[:-9],
        "another type": swap('{"type":"finding"', '{"type":"gap"'),
    },
    "csv": {
        "a formula": swap("ecs-express-gateway-alb-51d324db", "=1+1"),
        "a lone quote": swap("finding,orphan,", 'finding,"or"phan,'),
        "a lost cell": swap("finding,orphan,", "finding,"),
        "LF": lambda text: text.replace("\r\n", "\n"),
        "a lost row": lambda text: "\r\n".join(line for n, line in enumerate(text.split("\r\n")) if n != 2),
    },
    "junit": {
        "not closed": swap("</testsuite>", ""),
        "another count": swap('failures="7"', 'failures="8"'),
        "another total": lambda text: re.sub(r'tests="\d+"', 'tests="1"', text, count=1),
        "a lost error or failure": lambda text: re.sub(r"<failure.*?</failure>", "", text, count=1, flags=re.S),
        "a control character": swap("orphan", "or\x01phan"),
    },
    "sarif": {
        "no version": in_json(lambda log: log.pop("version")),
        "an unknown level": in_json(lambda log: log["runs"][0]["results"][0].update(level="severe")),
        "an unknown key": in_json(lambda log: log["runs"][0]["results"][0].update(severity="high")),
        "a bad time": in_json(lambda log: log["runs"][0]["invocations"][0].update(endTimeUtc=7)),
        "no place": in_json(lambda log: log["runs"][0]["results"][0].update(locations=[])),
        "no message": in_json(lambda log: log["runs"][0]["results"][0].pop("message")),
        "a lost result": in_json(lambda log: log["runs"][0]["results"].pop()),
        "a link": in_json(lambda log: log["runs"][0]["results"][0]["message"].update(text="[x](https://y)")),
        "another success": in_json(lambda log: log["runs"][0]["invocations"][0].update(executionSuccessful=False)),
        "no help": in_json(lambda log: log["runs"][0]["tool"]["driver"]["rules"][0].pop("help")),
    },
    "openmetrics": {
        "no end": swap("# EOF\n", ""),
        "an unknown type": swap("complete gauge", "complete gouge"),
        "a series twice": swap("expressaudit_complete 1\n", "expressaudit_complete 1\nexpressaudit_complete 1\n"),
        "no help": lambda text: re.sub(r"# HELP expressaudit_complete .*\n", "", text),
        "a counter's name on a gauge": lambda text: text.replace("expressaudit_api_calls", "expressaudit_api_calls_total"),
        "another unit": swap("timestamp_seconds seconds", "timestamp_seconds bytes"),
        "a quote that does not end": swap('code="orphan"', 'code="orphan'),
        "another number": swap('cause="denied"} 0', 'cause="denied"} 1'),
    },
    "slack": {
        "too many blocks": in_json(lambda message: message["blocks"].extend(message["blocks"] * 50)),
        "a long text": in_json(lambda message: message["blocks"][1]["text"].update(text="x" * 3001)),
        "a long header": in_json(lambda message: message["blocks"][0]["text"].update(text="x" * 151)),
        "a mention": in_json(lambda message: message["blocks"][1]["text"].update(text="<!channel>")),
        "markup": in_json(lambda message: message["blocks"][1]["text"].update(type="mrkdwn")),
    },
    "github": {
        "a command from outside": lambda text: "::add-mask::x\n" + text,
        "one after blanks": lambda text: "  ::error::x\n" + text,
        "an eleventh error": lambda text: "::error title=x::y\n" * 11 + text,
        "a property that is not escaped": swap("title=orphan", "title=or::phan,x"),
        "a lost verdict": lambda text: text[: text.rindex("\nexit ")],
        "a group that does not end": swap("::endgroup::\n", ""),
        "a lost annotation": lambda text: text.split("\n", 1)[1],
    },
    "markdown": {
        "a link": swap("orphan", "[x](https://y.example)"),
        "an autolink": swap("orphan", "https://y.example"),
        "an image": swap("orphan", "<img src=x>"),
        "emphasis": swap("orphan", "*x*"),
        "a mention": swap("orphan", "@octocat"),
        "a lost row": lambda text: "\n".join(line for line in text.splitlines() if "| orphan | cluster |" not in line),
        "a block of HTML": lambda text: text + "\n<script>x</script>\n",
    },
}


# --- the schemas: files that they have to take, and what to do to the first of each that they have to refuse


def readme(language, heading):
    """The first block of that language under the heading."""
    text = Path("README.md").read_text().split(f"## {heading}\n", 1)[1]
    return text.split(f"```{language}\n", 1)[1].split("```", 1)[0]


def files():
    yield "config", tomllib.loads(readme("toml", "Configuration"))
    yield "manifest", tomllib.loads(Path("fixtures/manifest/services.toml").read_text())
    yield "manifest", yaml.safe_load(Path("fixtures/manifest/services.yaml").read_text())
    yield "manifest", yaml.safe_load(readme("yaml", "Audit an account"))
    for path in [DEMO / "account.snapshot.jsonl", *sorted(Path("fuzz/corpus/snapshot").iterdir())]:
        for line in path.read_text().splitlines():
            yield "snapshot", json.loads(line)


FILE_BREAKS = {
    "config": {
        "an unknown key": lambda config: config.update(fail_one="low"),
        "an unknown key of a waiver": lambda config: config["waiver"][0].update(because="x"),
        "a waiver of everything": lambda config: [config["waiver"][0].pop(key, None) for key in ("code", "arn")],
        "an unknown code": lambda config: config["severity"].update(orfan="low"),
        "a duration without its unit": lambda config: config.update(grace="30"),
    },
    "manifest": {
        "an unknown key": lambda manifest: manifest["express_services"][0].update(memroy=1),
        "an unknown key of a block": lambda manifest: manifest["express_services"][0]["primary_container"].update(images="x"),
        "another version": lambda manifest: manifest.update(version=2),
        "no cluster": lambda manifest: manifest["express_services"][0].pop("cluster"),
        "a number for a text": lambda manifest: manifest["express_services"][0]["primary_container"]["environment"].update(A=1),
    },
    "snapshot": {
        "an unknown type": lambda line: line.update(type="clutter"),
        "no version": lambda line: line.pop("schema_version"),
    },
}


def judge_schemas(folder):
    """What may grow, may: a report or a line of a snapshot with a key that nobody knows yet."""
    firsts = {}
    for document, value in files():
        OURS[document].validate(value)
        firsts.setdefault(document, json.dumps(value))
    for document, breaks in FILE_BREAKS.items():
        for name, change in breaks.items():
            need(not OURS[document].is_valid(json.loads(in_json(change)(firsts[document]))), f"the schema of the {document} lets {name} pass")
    OURS["snapshot"].validate({**json.loads(firsts["snapshot"]), "something_new": 1})
    for path in sorted(folder.iterdir()) if folder else []:
        report = json.loads(path.read_text())
        OURS["report"].validate(report)
        OURS["report"].validate({**report, "findings": [{**finding, "something_new": 1} for finding in report["findings"]], "something_new": 1})


def main():
    judges = {form: globals()[f"judge_{form}"] for form in FORMATS}
    demo = None
    for name, texts in cases():
        report = json.loads(texts["json"])
        demo = demo or texts
        for form, judge in judges.items():
            try:
                judge(texts[form], report)
            except Exception as error:
                sys.exit(f"{form} of {name}: {error}")
    report = json.loads(demo["json"])
    for form, breaks in BREAKS.items():
        for name, broken in breaks.items():
            text = broken(demo[form])
            try:
                judges[form](text, report)
            except Exception:
                continue
            sys.exit(f"the judge of {form} lets a broken document pass: {name}")
    judge_schemas(Path(sys.argv[3]) if len(sys.argv) > 3 else None)
    refused = sum(len(breaks) for breaks in [*BREAKS.values(), *FILE_BREAKS.values()])
    print(f"{len(FORMATS)} formats and {len(OURS)} schemas read by others; {refused} broken documents refused")


main()
