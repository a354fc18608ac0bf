//! The codes of `audit` and `checklist`, and those about waivers.

use super::Explanation;

const WORK: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-work.html";
const DELETE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-delete-task.html";
const CUSTOMIZE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-advanced-customization.html";
const UPDATE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-update-full.html";
const API_DELETE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteExpressGatewayService.html";
const API_DELETE_SERVICE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html";
const API_REVISIONS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceRevisions.html";
const ELB_LIMITS: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html";
const VPC_LIMITS: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";
const PROVIDER_47568: &str = "https://github.com/hashicorp/terraform-provider-aws/pull/47568";
const PROVIDER_47576: &str = "https://github.com/hashicorp/terraform-provider-aws/issues/47576";

pub(super) static EXPLANATIONS: [Explanation; 15] = [
    Explanation {
        code: "orphan",
        title: "A resource that Express Mode made, that nothing uses and nothing declares",
        severity: "load balancer high, security group medium, log group, task definition and cluster info, the others low",
        claim: "Express Mode made this resource for a service that is gone. Everything that was found to use it is itself left behind, \
                and no given declaration names it.",
        matters: "A leftover load balancer and its public addresses are billed until somebody deletes them, and keep their subnets, \
                  internet gateway and VPC from being deleted. Security groups, target groups and certificates count against quotas. \
                  None of them is in a Terraform state, so no plan shows them.",
        decided: "Leftovers are judged together: a load balancer, its listener, rules, target groups and certificate hold each other up, \
                  and one user outside of that set makes it held-leftover. Younger than the grace period it is no finding. It is confirmed \
                  if ownership and the lack of users rest on complete reads and a second look, else potential. Not looked at: DNS, web ACLs, \
                  CDNs and accelerators in front of a load balancer; what runs a task definition; who wants a log group.",
        remedy: "See that its service is not wanted any more. Then delete, in this order: scaling policy and scalable target, rule, \
                 listener, load balancer, target groups, security groups (they name each other: revoke those rules first), certificate, \
                 alarm, log group, task definitions, cluster. Deletion protection of a load balancer has to be lifted before.",
        sources: &[DELETE, API_DELETE, PROVIDER_47568, PROVIDER_47576],
    },
    Explanation {
        code: "held-leftover",
        title: "A leftover of Express Mode that something else still uses",
        severity: "medium",
        claim: "Express Mode made this resource for a service that is gone, but something that is not left behind still uses it: a \
                listener rule, a certificate, an interface, a security group's rule, an alarm. The holder is named.",
        matters: "AWS does not delete a load balancer that is shared, even if what shares it is not managed by Express Mode. It goes on \
                  being billed for the sake of one custom rule, and deleting it would break whoever holds it.",
        decided: "The dead service's resources are followed to everything that was found to use them. A user outside of the dead set holds \
                  what it uses and whatever that needs of the chain: a rule holds its listener, the listener its load balancer.",
        remedy: "Ask the holder's owner. Either move the holder to a resource of its own and delete the leftover, or adopt the leftover: \
                 declare it where its holder is declared, or waive it with a reason.",
        sources: &[DELETE, CUSTOMIZE],
    },
    Explanation {
        code: "superseded",
        title: "A resource of a living service that none of its revisions uses any more",
        severity: "info",
        claim: "Express Mode made this resource for a service that lives, but none of the service's current revisions refers to it.",
        matters: "It is clutter, and it is what remains when a port, a health check or a network is changed. It counts against quotas, \
                  and Express Mode need not come back for it when the service is deleted.",
        decided: "The service's current revisions and those of its deployments are read. While a deployment runs nothing is said, since \
                  two revisions are live then. An empty target group with weight 0 is normal: each service has two that take turns. Older \
                  revisions of task definitions are never called superseded.",
        remedy: "Once the service is at rest and well, delete the resource, or leave it: it does no harm but take room.",
        sources: &[WORK, UPDATE, API_REVISIONS],
    },
    Explanation {
        code: "undeclared-service",
        title: "A live Express service that no given declaration names",
        severity: "medium (info with --declared-partial)",
        claim: "An Express service lives in a scanned scope, and none of the declarations that were given names it.",
        matters: "Nobody's plan will change or delete it, and it is billed. A provider that fails after it called AWS leaves such a \
                  service behind: it was made, and is in no state.",
        decided: "Services are compared by ARN, or by cluster and name. It is only said where declarations were given, and it is worth \
                  no more than knowing with --declared-partial, which says that others declare elsewhere.",
        remedy: "Import it where it belongs (the import id is its ARN), delete it with DeleteExpressGatewayService, or give the \
                 declaration that names it.",
        sources: &["https://github.com/hashicorp/terraform-provider-aws/issues/47908", API_DELETE],
    },
    Explanation {
        code: "missing-service",
        title: "A declared service that is not live",
        severity: "high",
        claim: "A declaration names this service in a scanned scope, but ECS does not know it, or says that it is INACTIVE.",
        matters: "What somebody believes to be running is not. A state that still holds it makes later plans wrong.",
        decided: "The service was asked for by name and not found, or found dead. One that lies outside of the scanned scopes is listed as \
                  not scanned and never called missing; where the answer is lacking, nothing is said.",
        remedy: "Apply the declaration to make it again, or remove it from the state and the code. A service of that name that is still \
                 DRAINING has to be INACTIVE before it can be made again.",
        sources: &[API_DELETE_SERVICE, "https://github.com/hashicorp/terraform-provider-aws/pull/48098"],
    },
    Explanation {
        code: "draining-service",
        title: "A deletion that has not finished",
        severity: "medium; high past 30 minutes",
        claim: "The service is DRAINING: its deletion has begun and not ended. What may hold it up is named where that can be told.",
        matters: "Its name cannot be used again until it is INACTIVE, its resources go on being billed, and ListServices does not show \
                  it. A deletion runs as the infrastructure role: if that role or its policy went first, it never ends.",
        decided: "DRAINING services are looked up by name, since ECS does not list them. DRAINING has no start time: the finding says \
                  which time it counts from. It is grave after 30 minutes. A cluster that counts more draining services than were found \
                  is reported by number.",
        remedy: "Wait while it is young. Later, see that the infrastructure role exists with its policy (make them again under the same \
                 name if not), and that no target is stuck deregistering.",
        sources: &[
            API_DELETE_SERVICE,
            PROVIDER_47568,
            "https://github.com/terraform-aws-modules/terraform-aws-ecs/issues/423",
            "https://github.com/aws/aws-cli/issues/1334",
        ],
    },
    Explanation {
        code: "service-without-ingress",
        title: "An ACTIVE service that nothing can reach",
        severity: "high",
        claim: "The service is ACTIVE and older than the grace period, but a part of its way in does not exist: load balancer, listener, \
                rule or target group; and no gateway leads to it.",
        matters: "An apply ends well, and the address answers nothing. ECS does not retry what it was denied while it made the way in; \
                  the deployment stays in progress without end and without an error.",
        decided: "Each part that the service's revisions name was looked for where it would be, and such parts were read completely. The \
                  finding names what is lacking, and since when a deployment has been in flight.",
        remedy: "Look in CloudTrail for calls of the infrastructure role that were denied, mend the role, and make the service again: an \
                 update has been seen not to bring the missing parts back.",
        sources: &[WORK, API_REVISIONS],
    },
    Explanation {
        code: "failed-resource",
        title: "A managed resource that reports FAILED",
        severity: "high",
        claim: "ECS reports one of the service's managed resources as FAILED. The reason is the one that ECS gives.",
        matters: "The service may run and yet be without its certificate, alarm or scaling. A failed part is not retried for ever, and \
                  an alarm that was not made cannot roll back a deployment.",
        decided: "It is the status that DescribeServiceRevisions gives for the resource in a current revision; nothing is inferred.",
        remedy: "Act on the reason: a missing permission of the infrastructure role, a quota, a DNS record that forbids the certificate. \
                 Then update the service, or make it again.",
        sources: &[API_REVISIONS],
    },
    Explanation {
        code: "dangling-reference",
        title: "Something live refers to what does not exist",
        severity: "high",
        claim: "A live service, or one of its revisions, refers to a security group, load balancer, listener, rule, target group, \
                certificate or log group that does not exist; or a scalable target's service does not.",
        matters: "Tasks cannot start in a security group that was deleted, and a deployment that waits for them neither ends nor fails. \
                  This is what deleting leftovers by hand brings about when one of them was still needed.",
        decided: "The kind was read completely, and the thing is not among it; it was then asked for once more. What could not be read is \
                  never called missing.",
        remedy: "Make what is missing again, or update the service so that it refers to what is there. A service whose own parts are \
                 missing has to be made again.",
        sources: &[API_REVISIONS, UPDATE],
    },
    Explanation {
        code: "detached",
        title: "A part of a living service that ECS no longer manages",
        severity: "medium",
        claim: "A live revision refers to this resource, but its tag AmazonECSManaged is gone.",
        matters: "Without the tag ECS neither changes nor deletes it: updates pass it by, and it stays behind when the service goes.",
        decided: "The tags of what live revisions name were read. Scalable targets are left out: whether theirs can be read with the \
                  resource is not known.",
        remedy: "Put the tag AmazonECSManaged=true back, or keep it detached on purpose: declare it elsewhere and waive the finding.",
        sources: &[CUSTOMIZE],
    },
    Explanation {
        code: "stale-rule",
        title: "A custom rule that forwards to a target group that leads nowhere",
        severity: "high",
        claim: "A listener rule that Express Mode does not manage forwards to a target group of Express Mode that has no weight, or no \
                targets, at the moment.",
        matters: "The two target groups of a service take turns at every deployment. A custom rule that names one of them, for a domain \
                  of one's own, say, fails after the next deployment.",
        decided: "The weights of Express Mode's own rule and the registered targets were read, and no deployment was running.",
        remedy: "Let the rule forward to both target groups with the weights that the managed rule has, and keep it in step after each \
                 deployment; or put the domain in front of the service's own address.",
        sources: &[CUSTOMIZE, UPDATE],
    },
    Explanation {
        code: "drift",
        title: "A declared field that differs from the live one",
        severity: "medium",
        claim: "The declaration gives one value for this field of the service, and ECS gives another.",
        matters: "Somebody changed it by hand, or an update did not do what it said. The next apply may take the change back, and some \
                  changes are never sent at all.",
        decided: "Only what is declared is compared: null and empty are not values. Lists that mean sets are compared as sets, numbers as \
                  numbers, groups that Express adds are left out, and nothing is said while a deployment runs. Values that may be secret \
                  are compared and not shown; a snapshot holds only their names.",
        remedy: "Apply the declaration, or take the live value into it. What others own, such as an image that CI deploys, is left out \
                 by an ignore entry of the configuration.",
        sources: &[
            "https://github.com/hashicorp/terraform-provider-aws/issues/45792",
            "https://github.com/hashicorp/terraform-provider-aws/issues/47280",
            "https://github.com/hashicorp/terraform-provider-aws/issues/47437",
        ],
    },
    Explanation {
        code: "quota-pressure",
        title: "Leftovers and live services near a limit of AWS",
        severity: "low; high at the limit; info for services on one load balancer",
        claim: "At least four fifths of a limit are used: rules, certificates or services of a load balancer, or load balancers, target \
                groups or security groups of a Region.",
        matters: "At the limit the next deployment or the next service fails. Leftovers count like anything else.",
        decided: "What was read is counted against AWS's default limits, or those of the configuration. It is high at the limit. 25 \
                  services on one load balancer are only worth knowing: Express Mode then makes another load balancer.",
        remedy: "Delete leftovers first. Else ask AWS for more, where the limit can be raised, and put the new limit in the configuration.",
        sources: &[WORK, ELB_LIMITS, VPC_LIMITS],
    },
    Explanation {
        code: "unused-waiver",
        title: "A waiver that waives nothing",
        severity: "low",
        claim: "The configuration waives what was not found, though everything that the waiver may cover was read.",
        matters: "A waiver that outlives its reason will hide the next finding that happens to match it.",
        decided: "It is only said when the scopes that the waiver may cover were read completely. A waiver that matches a finding together \
                  with another waiver counts as used.",
        remedy: "Delete the waiver. One for a single Region or account says so, and is then not missed elsewhere.",
        sources: &[],
    },
    Explanation {
        code: "expired-waiver",
        title: "A waiver whose time is over",
        severity: "low",
        claim: "The configuration waives something until a day that has passed. It waives nothing any more.",
        matters: "What it accepted for a time is reported again, and somebody has to decide anew.",
        decided: "The day in the waiver is its last, in UTC, and is compared with the time as of which the report judges.",
        remedy: "Its owner removes what was waived, or renews the waiver with a new day and reason.",
        sources: &[],
    },
];
