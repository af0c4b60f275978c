//! Memory stays flat. By hand: `cargo test -p postroom-sync --test archives -- --ignored --nocapture` makes 2 GB in 30,000 letters, of
//! which half are held already, and prints the time and the most memory the process ever had.

use crate::{archive, import, office::offices, sums};
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    time::Instant,
};

fn write(file: &Path, numbers: impl Iterator<Item = usize>, size: usize) {
    let mut out = BufWriter::new(File::create(file).unwrap());
    let mut dice = postroom_lab::random::Dice::new(1);
    for n in numbers {
        write!(out, "From a@b.example Sat Mar 14 09:12:00 2026\nFrom: a@b.example\nSubject: {n}\nMessage-ID: <{n}@b.example>\n\n").unwrap();
        let mut left = size;
        while left > 0 {
            let line = format!("{:x}{:x}{:x}{:x}\n", dice.next_u64(), dice.next_u64(), dice.next_u64(), dice.next_u64());
            out.write_all(line.as_bytes()).unwrap();
            left = left.saturating_sub(line.len());
        }
        writeln!(out).unwrap();
    }
    out.flush().unwrap();
}

/// The most memory this process ever had, MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
    line.split_whitespace().next().and_then(|number| number.parse::<u64>().ok()).unwrap_or(0) / 1024
}

// One letter of 150 MB is never held whole.
#[tokio::test]
async fn one_large_letter_needs_no_large_memory() {
    let office = offices().await.remove(0);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.mbox");
    write(&file, 0..1, 150 << 20);
    let account = archive(&office, "Archive").await;
    assert_eq!(import(&office, account, &file).await.ledger, sums(1, 1, 0, 0, 0));
    println!("one letter of 150 MB: {} MB of memory at most", peak());
}

#[tokio::test]
#[ignore = "a measurement: writes 3 GB, takes minutes and prints time and memory; the README has its figures"]
async fn two_gigabytes_of_which_half_are_held() {
    const LETTERS: usize = 30_000;
    let office = offices().await.remove(0);
    let folder = tempfile::tempdir().unwrap();
    let (half, whole) = (folder.path().join("half.mbox"), folder.path().join("whole.mbox"));
    write(&half, 0..LETTERS / 2, 70 << 10);
    write(&whole, 0..LETTERS, 70 << 10);
    let account = archive(&office, "Archive").await;
    for (file, expected) in [(half, sums(15_000, 15_000, 0, 0, 0)), (whole, sums(30_000, 15_000, 15_000, 0, 0))] {
        let (began, octets) = (Instant::now(), file.metadata().unwrap().len());
        assert_eq!(import(&office, account, &file).await.ledger, expected);
        println!("{} MB in {:.1} s, {} MB of memory at most", octets >> 20, began.elapsed().as_secs_f64(), peak());
    }
}
