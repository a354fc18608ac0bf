# One Express service in a cluster of its own. Load balancer, listener, target groups, certificate, alarm and scaling are made by
# Express Mode: they are in no state, and no plan shows them.

resource "aws_ecs_cluster" "this" {
  name = "hoge-cluster"
}

module "service" {
  source = "./modules/express-service"

  cluster         = aws_ecs_cluster.this.name
  name            = "hoge-service"
  image           = "nginx:latest"
  command         = ["nginx", "-g", "daemon off;"]
  subnets         = var.subnets
  security_groups = var.security_groups
}
