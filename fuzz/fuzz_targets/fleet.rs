//! Lists of accounts and of scopes: read or refused without quoting them; a list of scopes is written as it is read, its shares are all of it,
//! and each scope that nobody read is a gap.
#![no_main]

use ecs_express_audit::fleet::{Fleet, Shard, is_account};
use ecs_express_audit::input;
use ecs_express_audit::inventory::Inventory;
use ecs_express_audit_fuzz::quotes_no_secret;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    match input::read_accounts("accounts.toml", text) {
        Ok(listed) => assert!(!listed.accounts.is_empty() && listed.accounts.iter().all(|account| is_account(&account.id))),
        Err(error) => {
            assert!(error.to_string().contains("accounts.toml"), "{error}");
            quotes_no_secret(&error);
        }
    }
    match Fleet::read(&mut &*text) {
        Ok(list) => check(&list),
        Err(error) => quotes_no_secret(&error),
    }
});

fn check(list: &Fleet) {
    let mut written = Vec::new();
    list.write(&mut written).expect("a vector takes everything");
    assert_eq!(Fleet::read(&mut written.as_slice()).as_ref().ok(), Some(list));
    for count in 1..4 {
        let shares = (0..count).map(|number| format!("{number}/{count}").parse::<Shard>().expect("a share"));
        let scopes = shares.flat_map(|shard| list.share(shard).scopes).collect::<Vec<_>>();
        assert_eq!(scopes.len(), list.scopes.len(), "no scope is in two shares");
        assert!(scopes.iter().all(|(scope, planned)| list.scopes.get(scope) == Some(planned)));
    }
    let Inventory { scopes } = list.whole_of([]);
    assert!(scopes.iter().map(|live| &live.scope).eq(list.scopes.keys()));
    assert!(scopes.iter().all(|live| !live.gaps.is_empty()), "what nobody read is not clean");
}
