//! The account that is served.

use super::simulation::aws::Account;
use super::simulation::life::Life;

/// As many as a load balancer takes.
const SHARED_BY: usize = 25;

/// A tidy account: one cluster, so many services, none of them being deployed.
pub(crate) fn tidy(services: usize) -> Account {
    let mut life = Life::new(1);
    if services == 0 {
        life.account.clusters.clear();
    }
    for n in 0..services {
        life.create("default", &format!("app-{n:04}"), &format!("vpc-{:04}", n / SHARED_BY), true).expect("the name is free");
    }
    life.account.services.values_mut().for_each(|service| service.current_deployment = None);
    life.account
}
