//! Threads that read letters. They come after everything else that wants the processor: a page that somebody waits for must not stand
//! behind the letters of an import. Must never: wait for a network, a lock or the database, for they are as few as there are processors.

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::LazyLock;
use tokio::sync::oneshot;

/// How far they stand back (nice(2)): a share of a tenth or so where both want the processor.
const BEHIND: i32 = 10;

/// None: the system gave no threads; the runtime's own do it then.
static READERS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    ThreadPoolBuilder::new()
        .thread_name(|n| format!("reader-{n}"))
        .start_handler(|_| {
            // Of this thread alone on Linux; where that is refused they are as quick as all others, which costs no letter.
            let _ = rustix::process::nice(BEHIND);
        })
        // Whoever waits sees that no answer comes, and says so; the hook has written what happened.
        .panic_handler(|_| {})
        .build()
        .map_err(|error| tracing::warn!(%error, "No threads to read letters on: {error}"))
        .ok()
});

/// The work was cut off: it panicked.
#[derive(Debug)]
pub(crate) struct CutOff;

/// Does heavy work without waits on one of the threads, and answers what it brought.
pub(crate) async fn on_reader<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, CutOff> {
    let Some(readers) = &*READERS else {
        return tokio::task::spawn_blocking(work).await.map_err(|_| CutOff);
    };
    let (done, outcome) = oneshot::channel();
    readers.spawn(move || {
        // Nobody waits any more: then it is of no use either.
        let _ = done.send(work());
    });
    outcome.await.map_err(|_| CutOff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn readers_stand_behind_everything_else_and_outlive_a_panic() {
        let usual = rustix::process::getpriority_process(None).unwrap();
        let theirs = || on_reader(|| rustix::process::getpriority_process(None).unwrap());
        assert_eq!(theirs().await.unwrap(), (usual + BEHIND).min(19));
        assert!(on_reader(|| assert!(usual_is_no_reader(), "a letter that nobody can read")).await.is_err());
        assert_eq!(theirs().await.unwrap(), (usual + BEHIND).min(19), "and it goes on");
        assert_eq!(rustix::process::getpriority_process(None).unwrap(), usual, "this thread is as it was");
    }

    fn usual_is_no_reader() -> bool {
        std::thread::current().name().is_none_or(|name| !name.starts_with("reader-"))
    }
}
