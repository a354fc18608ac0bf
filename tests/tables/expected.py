"""What the queries of docs/query-with-sql.md should answer, worked out from JSON reports and snapshots: no SQL, and nothing that wrote the tables."""

from collections import Counter, namedtuple
from decimal import Decimal

# A night: its date, the JSON report, the resources of the snapshot as (account, region, line).
Night = namedtuple("Night", "date report resources")


def scopes(night):
    unjudged = Counter(tuple(r["arn"].split(":")[i] for i in (4, 3)) for r in night.report["unjudged"])
    return {(s["account"], s["region"]): s["complete"] and not unjudged[s["account"], s["region"]] for s in night.report["scopes"]}


def where(finding):
    return finding["account"], finding["region"]


def not_known(nights):
    last = nights[-1].report
    for gap in last["gaps"]:
        yield *where(gap), "gap", gap["operation"], gap["cause"], gap.get("parent"), gap["message"]
    for one in last["unjudged"]:
        yield one["arn"].split(":")[4], one["arn"].split(":")[3], "unjudged", None, None, one["arn"], one["because"]


def not_read_again(nights):
    return set(scopes(nights[-2])) - set(scopes(nights[-1]))


def each_scope(nights):
    findings = Counter(where(f) for f in nights[-1].report["findings"])
    for scope, complete in scopes(nights[-1]).items():
        verdict = "findings" if findings[scope] else "clean" if complete else "not known"
        yield *scope, findings[scope], verdict, complete


def costs(nights):
    for night in nights:
        complete = scopes(night).values()
        yield night.date, Decimal(str(night.report["summary"]["monthly_usd"])), len(complete), len(complete) - sum(complete)


def how_long(nights):
    for f in nights[-1].report["findings"]:
        on = [n.date for n in nights if f["fingerprint"] in {g["fingerprint"] for g in n.report["findings"]}]
        yield *where(f), f["code"], f["name"], on[0], len(on)


def became(nights):
    before, last = nights[-2:]
    there = {f["fingerprint"] for f in last.report["findings"] + last.report["waived"]}
    for f in before.report["findings"]:
        if f["fingerprint"] not in there:
            yield *where(f), f["code"], f["name"], "gone" if scopes(last).get(where(f)) else "not known"


def kind(line):
    return "task-definition" if line["type"] == "task-family" else line["type"]


def kinds(nights):
    incomplete = len([scope for scope, complete in scopes(nights[-1]).items() if not complete])
    for name, count in Counter(kind(line) for *_, line in nights[-1].resources).items():
        yield name, count, incomplete


def claims(resources):
    """The living services whose current revisions name an ARN."""
    services = [line for *_, line in resources if line["type"] == "service" and line["status"] not in ("inactive", "absent")]
    current = {revision for service in services for revision in service["revisions"]}
    for *_, line in resources:
        if line["type"] == "service-revision" and line["arn"] in current:
            parts = [part for path in line["ingress_paths"] for part in path["parts"]] + line["others"]
            yield from ((part["arn"], line["service"]) for part in parts if part["arn"] and part["status"] != "deleted")


def carried(nights):
    claimed = Counter(arn for arn, _ in set(claims(nights[-1].resources)))
    for *scope, line in nights[-1].resources:
        if line["type"] == "load-balancer":
            yield *scope, line["name"], claimed[line["arn"]]


def images(nights):
    for *scope, line in nights[-1].resources:
        if line["type"] == "active-configuration":
            yield *scope, *line["service"].split("/")[-2:], line["configuration"]["container"]["image"]


QUERIES = {
    "What of the last night is not known": not_known,
    "What was asked for on the night before, and not on the last one": not_read_again,
    "Each account and Region on the last night": each_scope,
    "What is left over costs a month, night by night, and of how many scopes that is not all": costs,
    "How long each finding of the last night has been there": how_long,
    "What was found on the night before and not on the last one: gone, or only not known to be there": became,
    "How many resources there are of each kind on the last night, and in how many scopes there may be more": kinds,
    "How many living services each load balancer carries": carried,
    "Which images the services run": images,
}
