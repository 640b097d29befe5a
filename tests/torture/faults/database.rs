//! What happens to Postgres as a whole.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use nix::sys::signal::Signal;

use super::{Done, between, told, wait};
use crate::rig::seeded::Seeded;
use crate::site::Site;

/// How long the service may wait for connections that say nothing.
const GIVES_UP: Duration = Duration::from_secs(30);

pub fn kill(site: &mut Site, chance: &mut Seeded) -> Done {
    let begun = Instant::now();
    site.primary.kill();
    wait(between(chance, 2, 10));
    site.was_away(begun, "kill-postgres");
    site.primary.start();
    told("killed", begun)
}

pub fn freeze(site: &mut Site, chance: &mut Seeded) -> Done {
    let begun = Instant::now();
    site.primary.signal_all(Signal::SIGSTOP);
    wait(between(chance, 8, 30));
    site.was_away(begun, "freeze-postgres");
    site.primary.signal_all(Signal::SIGCONT);
    told("frozen", begun)
}

pub fn stop(site: &mut Site, chance: &mut Seeded) -> Done {
    let begun = Instant::now();
    site.primary.stop(Signal::SIGINT);
    let stopped = Instant::now();
    wait(between(chance, 2, 10));
    site.was_away(stopped, "stop-postgres");
    site.primary.start();
    told("stopped", begun)
}

/// Every commit that was answered is on the standby, because the primary waited for it.
pub fn fail_over(site: &mut Site, chance: &mut Seeded) -> Done {
    let begun = Instant::now();
    let Some(standby) = site.standby.take() else { return Done::Skipped("there is no standby".to_owned()) };
    site.primary.kill();
    site.gate.cut();
    wait(between(chance, 1, 3));
    standby.promote();
    // It waits for no standby until it has one.
    let mut superuser = standby.connect("postgres");
    for statement in ["ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()"] {
        superuser.batch_execute(statement).unwrap();
    }
    drop(superuser);
    site.primary = standby;
    site.gate.point(site.primary.port());
    let took = begun.elapsed();
    site.make_standby();
    Done::Told(format!("the standby took over after {:.1} s and has a standby again", took.as_secs_f64()))
}

pub fn cut(site: &mut Site, chance: &mut Seeded) -> Done {
    let (begun, times) = (Instant::now(), 5 + chance.below(15));
    for _ in 0..times {
        site.gate.cut();
        wait(Duration::from_millis(50 + chance.below(400) as u64));
    }
    told(&format!("cut {times} times"), begun)
}

/// A machine that vanishes ends no connection: whoever waits for an answer has to give up by itself. New connections reach a database
/// that is well.
pub fn silence(site: &mut Site, _: &mut Seeded) -> Done {
    let begun = Instant::now();
    site.gate.silence();
    wait(GIVES_UP);
    let well = site.is_ready();
    site.gate.cut();
    if well { told("silent", begun) } else { Done::Broken(format!("not ready {GIVES_UP:?} after the open connections fell silent")) }
}

/// Postgres refuses what it cannot store, and stops where it cannot write its journal. Then somebody makes room and starts it.
pub fn fill_disk(site: &mut Site, chance: &mut Seeded) -> Done {
    let begun = Instant::now();
    match site.disk_of_the_primary() {
        Ok(disk) => disk.fill(),
        Err(why) => return Done::Skipped(format!("no disk to fill: {why}")),
    }
    let (until, mut superuser) = (Instant::now() + between(chance, 8, 14), site.primary.try_connect("postgres"));
    while Instant::now() < until {
        // A journal that goes on to the next file needs room soon; who asks for that may well be refused.
        let _ = superuser.as_mut().map(|superuser| superuser.batch_execute("SELECT pg_switch_wal()"));
        wait(Duration::from_millis(500));
    }
    drop(superuser);
    if let Ok(disk) = site.disk_of_the_primary() {
        disk.free();
    }
    wait(Duration::from_secs(2));
    let ended = !site.primary.runs();
    if ended {
        site.primary.start();
    }
    told(if ended { "full; Postgres had stopped and was started" } else { "full; Postgres went on by itself" }, begun)
}
