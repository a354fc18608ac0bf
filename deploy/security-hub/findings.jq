# A report (-f json) as findings of AWS Security Hub (ASFF), for BatchImportFindings: on each line a batch of one account and Region.
#
#     jq --compact-output --from-file findings.jq report.json > batches.jsonl
#
# What was not read is a finding too, with the compliance NOT_AVAILABLE: it is not clean. What is gone since the baseline is archived.
# What belongs to no account (waivers that are not used or have expired) and what is waived is left out.

def partition: if startswith("cn-") then "aws-cn" elif startswith("us-gov-") then "aws-us-gov" else "aws" end;

# ASFF's limits, in characters. Security Hub shows text from outside, and none of it is empty.
def cut($most): if length > $most then .[:$most - 1] + "…" elif test("\\S") then . else "-" end;

def type:
  {
    "cluster": "AwsEcsCluster", "service": "AwsEcsService", "task-definition": "AwsEcsTaskDefinition",
    "security-group": "AwsEc2SecurityGroup", "alarm": "AwsCloudWatchAlarm", "load-balancer": "AwsElbv2LoadBalancer",
    "certificate": "AwsCertificateManagerCertificate"
  }[.] // "Other";

def severity: {"info": "INFORMATIONAL", "low": "LOW", "medium": "MEDIUM", "high": "HIGH", "critical": "CRITICAL"}[.];

. as $report
# What all findings have: $of is what it is about, $id its name across runs.
| def base($of; $id; $code):
    ($of.region | partition) as $partition
    | {
        SchemaVersion: "2018-10-08",
        Id: $id,
        ProductArn: "arn:\($partition):securityhub:\($of.region):\($of.account):product/\($of.account)/default",
        GeneratorId: "ecs-express-audit/\($code)",
        AwsAccountId: $of.account,
        # One of ASFF's namespaces, and categories of our own.
        Types: ["Software and Configuration Checks/ECS Express Mode/\($code)"],
        UpdatedAt: $report.generated_at
      };

  def resource($type; $id): [{Type: $type, Id: ($id | cut(512)), Partition: (.region | partition), Region: .region}];

  # Half a command must not be run: where there is no room for all, it is said where they are.
  def remediation:
    if .remedy == null then {}
    else
      ([.remedy.note // empty, .remedy.commands[]] | join("\n")) as $text
      | "\(.remedy.commands | length) commands, as step \(.remedy.step) of the whole: ecs-express-audit --remedy-script writes them" as $place
      | (if ($text | length) <= 512 then $text else $place end)
      | if . == "" then {} else {Remediation: {Recommendation: {Text: .}}} end
    end;

  def found:
    base(.; .fingerprint; .code)
    + remediation
    + {
        CreatedAt: (.first_seen // $report.generated_at),
        Title: (.message | cut(256)),
        Description: (.message | cut(1024)),
        Severity: {Label: (.severity | severity), Original: .severity},
        Compliance: {Status: (if .confidence == "confirmed" then "FAILED" else "WARNING" end)},
        ProductFields: {"ecs-express-audit/kind": .kind, "ecs-express-audit/name": (.name | cut(1024))},
        RecordState: "ACTIVE",
        Resources: resource(.kind | type; .arn // .name)
      };

  def gone:
    base(.; .fingerprint; .code)
    + {
        CreatedAt: (.first_seen // $report.generated_at),
        Title: ("\(.code): \(.kind) \(.name) is gone" | cut(256)),
        Description: ("\(.code): \(.kind) \(.name) is gone" | cut(1024)),
        Severity: {Label: (.severity | severity), Original: .severity},
        Compliance: {Status: "PASSED"},
        RecordState: "ARCHIVED",
        Resources: resource(.kind | type; .arn // .name)
      };

  def unread:
    base(.; "gap:\(.account):\(.region):\(.operation):\(.parent // "")" | cut(512); "not-read")
    + {
        CreatedAt: $report.generated_at,
        Title: ("\(.operation) was not read: \(.cause)" | cut(256)),
        Description: ("\(.message). Nothing is known of: \(.kinds | join(", "))" | cut(1024)),
        Severity: {Label: "INFORMATIONAL", Original: .cause},
        Compliance: {Status: "NOT_AVAILABLE"},
        RecordState: "ACTIVE",
        Resources: resource("Other"; .parent // .operation)
      };

  [
    (.findings[], .resolved[], .gaps[])
    | select((.account | test("^[0-9]{12}$")) and .region != "unknown")
    | if has("operation") then unread elif has("resolved_at") then gone else found end
  ]
  | group_by([.AwsAccountId, .Resources[0].Region])[]
  | range(0; length; 100) as $start
  | {Findings: .[$start:$start + 100]}
