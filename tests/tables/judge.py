"""Lets DuckDB read the tables, and runs every query of the guide; whatever disagrees with the JSON reports and snapshots of the same nights is an error.

    judge.py GUIDE FOLDER

In the folder are lake/ (what --parquet wrote), and for each night reports/NIGHT.json and snapshots/NIGHT.jsonl.
"""

import json
import os
import re
import sys
from datetime import date, datetime, timezone
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb

from expected import QUERIES, Night, claims, kind, scopes, where

# How DuckDB says what Athena's queries in the guide say otherwise.
WORDS = {"cardinality(": "len(", "json_extract_scalar(": "json_extract_string(", "'2026-11-23'": "(SELECT max(night) FROM scopes)"}

# What Athena calls the types that DuckDB finds in the files.
TYPES = {
    "string": "VARCHAR",
    "array<string>": "VARCHAR[]",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "decimal(18,6)": "DECIMAL(18,6)",
    "bigint": "BIGINT",
    "boolean": "BOOLEAN",
}
NO_RESOURCES = {"snapshot", "scope", "read", "gap", "absent", "end"}


def need(holds, message):
    if not holds:
        raise SystemExit(f"judge: {message}")


def same(what, found, wanted):
    found, wanted = (sorted(rows, key=repr) for rows in (found, wanted))
    lacking = [row for row in wanted if row not in found]
    foreign = [row for row in found if row not in wanted]
    need(found == wanted, f"{what}: {len(found)} rows, not {len(wanted)}; lacking {lacking[:2]}, foreign {foreign[:2]}")


def time(text):
    return text and datetime.fromisoformat(text.replace("Z", "+00:00"))


def cents(amount):
    return amount if amount is None else Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def night(path):
    report = json.loads(path.read_text())
    resources, scope = [], None
    for line in map(json.loads, Path("snapshots", f"{path.stem}.jsonl").read_text().splitlines()):
        if line["type"] == "scope":
            scope = line["scope"]["account"], line["scope"]["region"]
        if line["type"] not in NO_RESOURCES:
            resources.append((*scope, line))
    return Night(date.fromisoformat(path.stem), report, resources)


# --- the tables, row by row


def findings(n):
    statuses = n.report["compared_with"] is not None
    ranks = ["info", "low", "medium", "high", "critical"]
    for what, f in [("finding", f) for f in n.report["findings"]] + [("waived", f) for f in n.report["waived"]]:
        service = f["service"] or {}
        yield (
            what, f["code"], f["severity"], f["confidence"], f["status"] if statuses else None,
            what == "finding" and ranks.index(f["severity"]) >= 1 and f["status"] != "existing",
            *where(f), f["kind"], f["name"], f["arn"], service.get("cluster"), service.get("name"), service.get("status"),
            f["message"], time(f["first_seen"]), None, time(f.get("expires")), f["fingerprint"],
            cents(f["cost"] and f["cost"]["monthly_usd"]),
        )
    for what in ("resolved", "unresolved"):
        for f in n.report[what]:
            yield (
                what, f["code"], f["severity"], None, None, False, *where(f), f["kind"], f["name"], f["arn"], None, None, None,
                None, time(f["first_seen"]), time(f.get("resolved_at")), None, f["fingerprint"], None,
            )


def gaps(n):
    for g in n.report["gaps"]:
        yield "gap", *where(g), g["operation"], g["cause"], g.get("parent"), None, g["kinds"], g["message"]
    for r in n.report["unjudged"]:
        yield "unjudged", r["arn"].split(":")[4], r["arn"].split(":")[3], None, None, None, r["arn"], [r["kind"]], r["because"]


def read(n):
    complete = scopes(n)
    for s in n.report["scopes"]:
        missing = len([g for g in n.report["gaps"] if where(g) == where(s)])
        yield *where(s), complete[where(s)], missing, time(s["started_at"]), time(s["finished_at"]), s["api_calls"], s["throttles"]


def resources(n):
    complete, claimed = scopes(n), {}
    for arn, service in claims(n.resources):
        claimed.setdefault(arn, set()).add(service)
    for *scope, line in n.resources:
        facts = {key: value for key, value in line.items() if key != "type"}
        arn = line.get("arn") or line.get("revision") or (line["revisions"][-1] if line.get("revisions") else None)
        made = line.get("created_at") or line.get("configured_at")
        tag = line.get("marks", {}).get("tag")
        yield *scope, kind(line), arn, sorted(claimed.get(arn, [])), time(made), tag, complete[tuple(scope)], json.dumps(facts, sort_keys=True)


COLUMNS = {
    "findings": (findings, "type, code, severity, confidence, status, counts, account, region, kind, name, arn, cluster, service, service_status, "
                 "message, first_seen, resolved_at, waived_until, fingerprint, round(monthly_usd, 2)"),
    "gaps": (gaps, "type, account, region, operation, cause, parent, arn, kinds, message"),
    "scopes": (read, "account, region, is_complete, gaps, started_at, finished_at, api_calls, throttles"),
    "resources": (resources, "account, region, kind, arn, list_sort(claimed_by), created_at, managed_tag, is_complete, attributes"),
}


def compare_tables(database, nights):
    for table, (wanted, columns) in COLUMNS.items():
        on = database.execute(f"SELECT DISTINCT night FROM {table}").fetchall()
        need({day for (day,) in on} <= {n.date for n in nights}, f"{table} has other nights: {on}")
        for n in nights:
            rows = database.execute(f"SELECT {columns} FROM {table} WHERE night = ?", [n.date]).fetchall()
            if table == "resources":
                rows = [(*row[:-1], json.dumps(json.loads(row[-1]), sort_keys=True)) for row in rows]
            rows = [tuple(v.astimezone(timezone.utc) if isinstance(v, datetime) else v for v in row) for row in rows]
            same(f"{table} of {n.date}", rows, wanted(n))
            others = database.execute(f"SELECT count(*) FROM {table} WHERE night = ? AND (judged_at != ? OR aws_partition != 'aws')",
                                      [n.date, time(n.report["generated_at"])]).fetchone()
            need(others == (0,), f"{table} of {n.date} has rows of another report")


# --- the guide


def blocks(guide, mark):
    found = re.findall(rf"<!-- {mark} -->\n```sql\n(.*?)```", guide, re.S)
    need(found, f"the guide has no block for {mark}")
    return found


def run_queries(database, guide, nights):
    asked = set()
    for block in blocks(guide, "DuckDB"):
        title = re.match(r"-- (.*)\n", block).group(1)
        answer = database.execute(block).fetchall()
        if title != "The tables":
            need(title in QUERIES, f"nobody knows what this should answer: {title}")
            wanted = list(QUERIES[title](nights))
            if title.startswith("What is left over"):
                answer = [(day, cents(usd), *counts) for day, usd, *counts in answer]
            need(wanted, f"nothing to be answered, so nothing is shown: {title}")
            same(title, answer, wanted)
            asked.add(title)
    need(asked == set(QUERIES), f"not in the guide: {set(QUERIES) - asked}")


def compare_athena(database, guide):
    ddl, run = {}, [block.split("\n", 1)[1] for block in blocks(guide, "DuckDB")]
    for block in blocks(guide, "Athena"):
        table = re.match(r"CREATE EXTERNAL TABLE (\w+) \(\n(.*?)\n\)\nPARTITIONED BY \(night string\)\nSTORED AS PARQUET\n", block, re.S)
        if table:
            columns = [re.fullmatch(r"  (\w+) (\S+?)(?: COMMENT '[^']*')?,?", line) for line in table[2].splitlines()]
            need(all(columns), f"a column of {table[1]} is not understood")
            ddl[table[1]] = [(column[1], TYPES.get(column[2], column[2])) for column in columns]
            need(block.count(f"s3://acme-audit/lake/{table[1]}/") == 2, f"{table[1]} lies elsewhere")
        else:
            for word, instead in WORDS.items():
                block = block.replace(word, instead)
            need(block in run, f"a query for Athena is none of those that were run: {block}")
    for table in COLUMNS:
        there = [row[:2] for row in database.execute(f"DESCRIBE {table}").fetchall()]
        need(there.pop() == ("night", "DATE"), f"{table} has no night")
        need(ddl.get(table) == there, f"the DDL of {table} is not that of the files: {set(ddl.get(table, [])) ^ set(there)}")


def main():
    guide = Path(sys.argv[1]).read_text()
    os.chdir(sys.argv[2])
    need(f"`duckdb` {duckdb.__version__}" in guide, f"the guide names another version than {duckdb.__version__}")
    nights = [night(path) for path in sorted(Path("reports").glob("*.json"))]
    database = duckdb.connect(config={"autoinstall_known_extensions": False})
    run_queries(database, guide, nights)
    compare_tables(database, nights)
    compare_athena(database, guide)
    print(f"{len(nights)} nights, {len(QUERIES)} queries, {len(COLUMNS)} tables: DuckDB {duckdb.__version__} reads what was written")


main()
