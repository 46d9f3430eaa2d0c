//! What services do by themselves: it ends when it is told to, in its own good time, and goes on through its faults.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kit_bus::MemoryBus;
use kit_runtime::Task;
use kit_web::Built;
use tokio::sync::{Notify, mpsc};

use crate::common::{Process, doing, soon};

async fn start(task: Task) -> Process {
    Process::start(vec![doing(task)], Built::default(), Arc::new(MemoryBus::default())).await
}

#[tokio::test]
async fn a_task_runs_until_it_is_told_to_stop() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let process = start(Task::new("waits", |stop| async move {
        tell.send("begun").unwrap();
        stop.cancelled().await;
        tell.send("ended").unwrap();
    }))
    .await;
    assert_eq!(soon(told.recv()).await, Some("begun"));
    tokio::task::yield_now().await;
    assert!(told.try_recv().is_err(), "nobody has told it yet");
    process.end().await;
    assert_eq!(told.try_recv(), Ok("ended"), "the process waits for it");
}

#[tokio::test]
async fn rounds_follow_each_other_and_one_that_has_begun_is_finished() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (rounds, finished) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let (tell, wait, begins, ends) = (begun.clone(), go_on.clone(), rounds.clone(), finished.clone());
    let task = Task::every("rounds", Duration::from_millis(1), move || {
        let (tell, wait, begins, ends) = (tell.clone(), wait.clone(), begins.clone(), ends.clone());
        async move {
            begins.fetch_add(1, Ordering::SeqCst);
            tell.notify_one();
            wait.notified().await;
            ends.fetch_add(1, Ordering::SeqCst);
        }
    });
    let process = start(task).await;
    for _ in 0..3 {
        soon(begun.notified()).await;
        go_on.notify_one();
    }
    soon(begun.notified()).await;
    process.stop.cancel();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!process.running.is_finished(), "the fourth round is still at work");
    go_on.notify_one();
    process.end().await;
    assert_eq!((rounds.load(Ordering::SeqCst), finished.load(Ordering::SeqCst)), (4, 4));
}

#[tokio::test]
async fn a_round_that_panics_is_not_the_last() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let process = start(Task::every("explodes", Duration::from_millis(1), move || {
        let tell = tell.clone();
        async move {
            tell.send(()).unwrap();
            panic!("a bug in a round");
        }
    }))
    .await;
    for _ in 0..3 {
        assert_eq!(soon(told.recv()).await, Some(()));
    }
    process.end().await;
}

#[tokio::test]
async fn a_task_that_does_not_listen_does_not_hold_up_the_end() {
    let deaf = Task::new("deaf", |_| std::future::pending());
    let process = Process::start_with(vec![doing(deaf)], Duration::from_millis(50)).await;
    process.end().await;
}
