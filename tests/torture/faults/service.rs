//! What happens to the instances of the service.

use std::time::Instant;

use nix::sys::signal::Signal;

use super::{Done, between, told, wait};
use crate::rig::seeded::Seeded;
use crate::site::Site;

pub fn kill(site: &mut Site, chance: &mut Seeded) -> Done {
    let (begun, place) = (Instant::now(), chance.below(2));
    site.end_instance(place, Signal::SIGKILL);
    wait(between(chance, 1, 4));
    site.start_instance(place);
    told("killed one", begun)
}

/// Whatever was begun has to be finished, and what comes until the balancer has noticed is answered.
pub fn roll(site: &mut Site, chance: &mut Seeded) -> Done {
    let (begun, before) = (Instant::now(), site.proxy.failed());
    for place in [0, 1] {
        site.end_instance(place, Signal::SIGTERM);
        site.start_instance(place);
        if site.recover().is_none() {
            return Done::Broken("an instance was not ready within a minute of its start".to_owned());
        }
        wait(between(chance, 1, 2));
    }
    match site.proxy.failed() - before {
        0 => told("replaced both, no request failed", begun),
        failed => Done::Broken(format!("{failed} requests failed while both were replaced")),
    }
}
