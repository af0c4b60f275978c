//! What a program costs: wall time, its processor time, its largest memory. Python reads the operating system's account of a finished
//! child, since the standard library does not.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::process::{Command, Stdio};

const WRAPPER: &str = "import json, resource, subprocess, sys, time
start = time.monotonic()
status = subprocess.call(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
wall, usage = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([status, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000]))";

/// One run of a program.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Seconds.
    pub wall: f64,
    /// Seconds, in the program and in the kernel on its behalf.
    pub cpu: f64,
    /// Megabytes at most.
    pub memory: f64,
}

/// Runs a program to its end.
pub fn cost(name: &str, words: &[String]) -> Result<Cost> {
    let mut command = Command::new("python3");
    command.arg("-c").arg(WRAPPER).args(words).stderr(Stdio::inherit());
    let output = command.output().context("Starting python3")?;
    let figures: Vec<f64> = serde_json::from_slice(&output.stdout).with_context(|| format!("{name} could not be measured"))?;
    match figures[..] {
        [0.0, wall, cpu, memory] => Ok(Cost { wall, cpu, memory }),
        _ => bail!("{name} failed: {figures:?}"),
    }
}

/// The one in the middle.
pub fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A field of the lab's line.
pub fn text(line: &Value, field: &str) -> Result<String> {
    match &line[field] {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => bail!("the lab did not say its {field}"),
    }
}
