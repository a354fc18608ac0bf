//! What was measured of a tool.

use std::collections::BTreeMap;
use std::time::Duration;

use super::kinds::Counts;
use super::server::Server;
use super::tool::Tool;

/// One run.
pub(crate) struct Sample {
    pub(crate) wall: Duration,
    pub(crate) peak_kib: u32,
    /// By operation, throttled ones included.
    pub(crate) calls: BTreeMap<String, usize>,
    pub(crate) throttles: usize,
}

/// All runs of a tool: at least one.
pub(crate) struct Measured {
    pub(crate) tool: Tool,
    pub(crate) samples: Vec<Sample>,
}

impl Measured {
    /// Runs a tool as often as is due, each time against full buckets.
    pub(crate) fn of(tool: Tool, server: &Server, latency: Duration, held: &Counts) -> Self {
        let sample = |_| {
            server.begin(latency);
            let run = tool.run(&server.url, held);
            let (calls, throttles) = server.calls();
            Sample { wall: run.wall, peak_kib: run.peak_kib, calls, throttles }
        };
        Self { tool, samples: (0..tool.runs()).map(sample).collect() }
    }

    /// The median of a figure; of an even number of runs, the mean of the two in the middle.
    pub(crate) fn median(&self, figure: impl Fn(&Sample) -> f64) -> f64 {
        let mut values: Vec<f64> = self.samples.iter().map(figure).collect();
        values.sort_by(f64::total_cmp);
        f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2])
    }
}
