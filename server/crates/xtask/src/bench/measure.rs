//! What a program costs: wall time, its processor time, its largest memory, the server's and everybody else's processor time meanwhile.
//! Python reads the operating system's account of it, since the standard library does not.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::process::{Command, Stdio};

const WRAPPER: &str = include_str!("measure.py");

/// One run of a program.
#[derive(Debug, Clone, Default)]
pub struct Cost {
    /// Seconds.
    pub wall: f64,
    /// Seconds, in the program and in the kernel on its behalf.
    pub cpu: f64,
    /// Megabytes at most.
    pub memory: f64,
    /// Processor seconds of the server.
    pub server: f64,
    /// Processor seconds of everybody else on this machine: how far the figures can be trusted.
    pub others: f64,
    /// Seconds until 50 and 500 letters were there.
    pub first: [f64; 2],
    /// Processor seconds by name of thread.
    pub threads: Vec<(String, f64)>,
}

/// Runs a program to its end; `watched` is a SQLite file in which letters are counted meanwhile.
pub fn cost(name: &str, server: &str, watched: Option<&str>, words: &[String]) -> Result<Cost> {
    let mut command = Command::new("python3");
    command.args(["-c", WRAPPER, server, watched.unwrap_or("-")]).args(words).stderr(Stdio::inherit());
    let output = command.output().context("Starting python3")?;
    let said: Value = serde_json::from_slice(&output.stdout).with_context(|| format!("{name} could not be measured"))?;
    if said["status"] != 0 {
        bail!("{name} failed: {said}");
    }
    let figure = |field: &str| said[field].as_f64().unwrap_or(f64::NAN);
    let threads = said["threads"].as_array().into_iter().flatten();
    Ok(Cost {
        wall: figure("wall"),
        cpu: figure("cpu"),
        memory: figure("memory"),
        server: figure("server"),
        others: figure("others"),
        first: [0, 1].map(|at| said["first"][at].as_f64().unwrap_or(f64::NAN)),
        threads: threads.filter_map(|one| Some((one[0].as_str()?.to_owned(), one[1].as_f64()?))).collect(),
    })
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
