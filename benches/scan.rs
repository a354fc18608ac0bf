//! A whole run of the binary against the emulator: calls, wall time, peak memory, and the longest chain of dependent calls.
//!
//! `cargo bench --bench scan` prints a table for 0, 20 and 200 services at 40 ms a call. The emulator is one Python process on the same
//! machine: with many services the table measures it as well.

#[path = "../tests/emulator_suite/support.rs"]
#[allow(dead_code, reason = "the benchmark needs only a part of what the tests share")]
mod support;

use std::io::Write;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::World;

const LATENCY: Duration = Duration::from_millis(40);
const RUNS: usize = 5;

fn main() {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(
        out,
        "{:>9} {:>5} {:>7} {:>11} {:>18} {:>16}",
        "services", "dead", "calls", "wall (ms)", "calls in sequence", "peak memory (MiB)"
    );
    for (services, dead_every) in [(0, 0), (20, 0), (200, 0), (200, 20)] {
        let name = format!("bench-{services}-{dead_every}");
        let Some(world) = World::open(&name) else { return };
        let uniform = world.step(json!({"do": "uniform", "services": services, "dead_every": dead_every}));
        let live: Vec<&Value> = uniform["live"].as_array().into_iter().flatten().collect();
        let state = world.state(&live);
        world.latency(LATENCY);
        let mut walls: Vec<Duration> = Vec::new();
        let (mut calls, mut memory) = (0, 0);
        for _ in 0..RUNS {
            let began = Instant::now();
            let (run, peak) = world.run_measured(&["audit", "-d", &state, "-f", "json"]);
            walls.push(began.elapsed());
            assert!(run.code == 0 || run.code == 2, "exit {}: {}", run.code, run.err);
            (calls, memory) = (world.calls().len(), peak);
        }
        world.latency(Duration::ZERO);
        walls.sort();
        let wall = walls[RUNS / 2];
        let dead = uniform["dead"].as_array().map_or(0, Vec::len);
        let in_sequence = wall.as_secs_f64() / LATENCY.as_secs_f64();
        let mebibytes = f64::from(u32::try_from(memory).unwrap_or(u32::MAX)) / 1024.0;
        let row = (services, dead, calls, wall.as_millis(), in_sequence, mebibytes);
        let _ = writeln!(out, "{:>9} {:>5} {:>7} {:>11} {:>18.1} {:>16.1}", row.0, row.1, row.2, row.3, row.4, row.5);
    }
}
