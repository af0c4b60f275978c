//! Who holds a lease: a process on a machine. A dead process of this machine is recognised, so that after a kill nobody waits for
//! the lease to run out.

/// This process: "pid@machine".
pub(crate) fn this_process() -> String {
    format!("{}@{}", std::process::id(), machine())
}

/// Whether the holder was a process of this machine that is gone.
pub(crate) fn is_gone(holder: &str) -> bool {
    match holder.split_once('@') {
        Some((pid, place)) => place == machine() && cfg!(target_os = "linux") && !std::path::Path::new("/proc").join(pid).exists(),
        None => false,
    }
}

/// Name and boot of this machine; containers differ by name.
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default().trim().to_owned();
    format!("{}/{}", read("/proc/sys/kernel/hostname"), read("/proc/sys/kernel/random/boot_id"))
}
