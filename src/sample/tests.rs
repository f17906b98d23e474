use super::*;

const SMALL: SampleOptions = SampleOptions { accounts: 60, capabilities: 30, events: 2_000, seed: 3 };

#[test]
fn the_same_options_give_the_same_bytes_and_another_seed_others() {
    assert_eq!(generate(&SMALL), generate(&SMALL));
    assert_ne!(generate(&SMALL), generate(&SampleOptions { seed: 4, ..SMALL }));
}

#[test]
fn dead_weight_is_always_planted_from_ten_capabilities_on() {
    for capabilities in [10, 11, 40, 85, 300] {
        let world = World::new(&SampleOptions { capabilities, ..SMALL });
        let dead = world.capabilities.iter().filter(|capability| capability.role == world::Role::DeadWeight);
        assert!(dead.count() >= 1, "{capabilities}");
        assert_eq!(world.capabilities.len(), capabilities as usize);
        let mut ids: Vec<&str> = world.capabilities.iter().map(|capability| capability.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), capabilities as usize, "ids are unique");
    }
}

#[test]
fn planted_roles_are_used_as_they_promise() {
    let world = World::new(&SampleOptions::default());
    let base = world.accounts.len();
    for capability in &world.capabilities {
        let users = capability.adopters.len();
        match capability.role {
            world::Role::DeadWeight => assert!((1..base / 20).contains(&users), "{} {users}", capability.id),
            world::Role::BuiltForOne => assert_eq!(users, 1),
            world::Role::SegmentCritical => {
                assert!(capability.adopters.iter().all(|&index| world.accounts[index].segment == "Enterprise"));
            }
            _ => {}
        }
    }
}

#[test]
fn counts_are_about_their_mean() {
    let mut draw = draw::Draw::new(1, "test");
    let sum: u32 = (0..10_000).map(|_| draw.count(25)).sum();
    assert!((24_000..26_000).contains(&sum), "{sum}");
    assert_eq!(draw.count(0), 0);
    assert_eq!(draw.below(0), 0);
}
