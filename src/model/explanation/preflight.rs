//! The codes of `preflight`: what a plan will run into, or leave behind.

use super::Explanation;

const DELETE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-delete-task.html";
const WORK: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-work.html";
const API_CREATE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateExpressGatewayService.html";
const API_DELETE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteExpressGatewayService.html";
const API_UPDATE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateExpressGatewayService.html";
const API_DELETE_SERVICE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html";
const PROVIDER_47568: &str = "https://github.com/hashicorp/terraform-provider-aws/pull/47568";
const PROVIDER_47743: &str = "https://github.com/hashicorp/terraform-provider-aws/issues/47743";
const MODULE_423: &str = "https://github.com/terraform-aws-modules/terraform-aws-ecs/issues/423";
const REMOVED: &str = "https://developer.hashicorp.com/terraform/language/block/removed";

pub(super) static EXPLANATIONS: [Explanation; 9] = [
    Explanation {
        code: "create-while-draining",
        title: "The plan makes a service whose name is still DRAINING",
        severity: "critical",
        claim: "The plan creates an Express service, and a service of that name in that cluster is DRAINING.",
        matters: "The create fails: a service cannot be started while one of its name drains. The apply stops half way, with everything \
                  before the service made.",
        decided: "The planned cluster and name were looked up in ECS, which does not list DRAINING services.",
        remedy: "Wait until the old service is INACTIVE, or plan another name. If it drains for more than half an hour, see what holds \
                 it: often the infrastructure role or its policy went first.",
        sources: &[API_DELETE_SERVICE, API_CREATE],
    },
    Explanation {
        code: "name-taken",
        title: "The plan makes a service whose name is taken",
        severity: "critical",
        claim: "The plan creates an Express service, and a service of that name is ACTIVE in that cluster.",
        matters: "The create fails with an error that the resource already exists. It also says that the state does not know a service \
                  that runs: an earlier apply may have made it and lost it.",
        decided: "The planned cluster and name were looked up in ECS. A plain service under that name takes the name too.",
        remedy: "Import the live service (the import id is its ARN), plan another name, or delete the live one first if it is not wanted.",
        sources: &[PROVIDER_47743, "https://github.com/hashicorp/terraform-provider-aws/issues/47908"],
    },
    Explanation {
        code: "replace-same-name",
        title: "The plan destroys a service and makes it again under the same name",
        severity: "high",
        claim: "One apply deletes an Express service and creates one of the same name in the same cluster.",
        matters: "Deleting takes minutes of DRAINING, during which the name is not free. A provider that does not wait for INACTIVE runs \
                  into its own delete, and the service stays away until the next apply.",
        decided: "The plan's changes are paired by cluster and name, across addresses. Which version of the provider will apply the plan \
                  is not known, nor is whether it waits.",
        remedy: "Change the name together with whatever forces the replacement, or destroy first, wait for INACTIVE, and apply then.",
        sources: &[PROVIDER_47568, PROVIDER_47743, API_DELETE],
    },
    Explanation {
        code: "cluster-change",
        title: "The plan moves a service to another cluster in place",
        severity: "high",
        claim: "The plan updates the cluster of an Express service without replacing the service.",
        matters: "AWS has no such update: the cluster is never sent. The apply fails, or ends well and changes nothing while the state says \
                  that it did.",
        decided: "The values before and after are compared by the cluster's name, whether given as name or ARN.",
        remedy: "Replace the service (terraform apply -replace=ADDRESS), under another name if the old one has to drain first.",
        sources: &["https://github.com/hashicorp/terraform-provider-aws/issues/47280", API_UPDATE],
    },
    Explanation {
        code: "missing-dependency",
        title: "The plan refers to something that it will not find",
        severity: "critical",
        claim: "A planned service names a security group, subnet, role, cluster or log group that is not there, and that the plan does not \
                make; that the plan takes away, also from a service that stays; or that lies in another VPC or Region than the service. Or \
                the infrastructure role that a deletion runs as is gone.",
        matters: "The apply fails; or, worse, it ends well, and tasks that cannot start leave a deployment that neither ends nor fails.",
        decided: "Ids and names that the plan knows beforehand were looked up. What is known only after apply is not judged.",
        remedy: "Mend the reference, or make what is missing: often a leftover of an earlier service was deleted by hand, and the id stayed \
                 in a variable.",
        sources: &[API_CREATE, WORK],
    },
    Explanation {
        code: "role-removed-first",
        title: "The plan removes the infrastructure role's permissions together with the service",
        severity: "high",
        claim: "The plan deletes an Express service and a policy or attachment of its infrastructure role, and no dependency orders them \
                (the role itself only where the service names it literally).",
        matters: "The deletion of a service runs as its infrastructure role. If the permissions go first, the service stays DRAINING, and \
                  its load balancer, target groups and security groups stay with it.",
        decided: "The plan's dependencies are followed from the service to the attachment. A path that orders them is enough to be silent. \
                  Not looked at are aws_iam_policy_attachment, and updates that take policies from a role.",
        remedy: "Let the service depend on the policy's attachment (depends_on), so that Terraform deletes the service first. If it has \
                 happened already, make the role and its policy again under the same name.",
        sources: &[MODULE_423, DELETE, "https://github.com/aws/aws-cli/issues/1334"],
    },
    Explanation {
        code: "forget-leaves-running",
        title: "The plan forgets a service that goes on running",
        severity: "high",
        claim: "The plan removes an Express service from the state without deleting it.",
        matters: "The service and its load balancer go on running and being billed, and no plan will show them again.",
        decided: "The plan says of the resource that it is forgotten, the service is live, and neither the plan at another address nor \
                  another declaration manages it. A declaration at the same address does not count: it may be the plan's own state.",
        remedy: "If it should go, plan to destroy it. If it moves to another state, import it there in the same change.",
        sources: &[REMOVED],
    },
    Explanation {
        code: "leftover-collision",
        title: "A leftover already has a name that the plan will need",
        severity: "medium; high where the apply fails",
        claim: "A resource that an earlier service left behind has the name that Express Mode will give to one of the planned service's; or \
                the plan makes a log group for the service, and there is one of that name.",
        matters: "Names such as those of an alarm, a log group, a scalable target or a security group follow from cluster and service. What \
                  is there already can make the create fail, or be taken over with the old settings.",
        decided: "The names that follow from the planned cluster and service are compared with what was found to be left behind. Whether \
                  AWS takes a leftover over or fails at it is not known for every kind. Of a log group that the plan makes it is: \
                  CreateLogGroup fails with ResourceAlreadyExistsException.",
        remedy: "Delete the leftover before the apply (audit and checklist tell whether anything uses it), or plan another name. A log group \
                 that is to be kept is imported into the state.",
        sources: &[WORK, DELETE],
    },
    Explanation {
        code: "destroy-leaves",
        title: "What will stay behind when the plan destroys a service",
        severity: "info",
        claim: "The plan deletes an Express service, and these of its resources will not go with it, for the reasons given.",
        matters: "What stays is billed or in the way later, and after the destroy nothing names it any more. It is easier to decide \
                  beforehand.",
        decided: "What shares a load balancer, holds a security group or lost its tag was read. Log groups and task definitions are expected \
                  to stay: the infrastructure role's policy has no right to delete a log group.",
        remedy: "Keep what is wanted, and run checklist after the destroy to see what is left of the rest.",
        sources: &[DELETE, API_DELETE],
    },
];
