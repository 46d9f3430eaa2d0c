//! What every measurement needs: many tasks at the same work, rounds that alternate between what is compared, medians,
//! and a table that ends in the ratio.

use std::future::Future;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What the command line asks for.
pub struct Options {
    /// Only show that it runs.
    pub short: bool,
    /// Where data is written.
    pub dir: PathBuf,
    /// A PostgreSQL server, if there is one.
    pub database: Option<String>,
}

impl Options {
    /// How many rounds each has.
    pub fn rounds(&self) -> usize {
        if self.short { 1 } else { 5 }
    }

    /// How long one round lasts.
    pub fn length(&self) -> Duration {
        Duration::from_millis(if self.short { 100 } else { 2000 })
    }
}

/// What one round showed.
#[derive(Clone, Copy)]
pub struct Round {
    /// Pieces of work done in a second.
    pub rate: f64,
    /// How long half of them took at most.
    pub p50: Duration,
    /// How long all but one in a hundred took at most.
    pub p99: Duration,
}

/// One of two that are compared: its name, and what runs one round of it.
pub struct Contender<'a> {
    pub name: &'a str,
    pub round: &'a dyn Fn() -> Result<Round, String>,
}

/// Runs both in turn, so that what else the machine does meets both alike, and prints medians and their ratio.
pub fn compare(
    options: &Options,
    title: &str,
    plain: &Contender<'_>,
    ours: &Contender<'_>,
    target: Option<f64>,
) -> Result<(), String> {
    println!("{title}");
    let told = |name: &str, error| format!("{name}: {error}");
    let (mut of_plain, mut of_ours) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds() {
        of_plain.push((plain.round)().map_err(|error| told(plain.name, error))?);
        of_ours.push((ours.round)().map_err(|error| told(ours.name, error))?);
    }
    println!("{:<44}{:>10}{:>20}{:>11}{:>11}", "", "median/s", "lowest..highest/s", "p50", "p99");
    let ratio = row(ours.name, &of_ours) / row(plain.name, &of_plain);
    let aim = target.map(|target| format!("; to reach: at least {target}")).unwrap_or_default();
    println!("ratio: {ratio:.1} (rounds each: {}{aim})\n", of_ours.len());
    Ok(())
}

/// Prints the line of one contender; returns its median rate.
fn row(name: &str, rounds: &[Round]) -> f64 {
    let rates = sorted(rounds.iter().map(|round| round.rate));
    let millis = |part: fn(&Round) -> Duration| {
        let median = median(&sorted(rounds.iter().map(|round| part(round).as_secs_f64())));
        format!("{:.2} ms", median * 1000.0)
    };
    let least_and_most = (rates.first().copied(), rates.last().copied());
    let range = format!(
        "{}..{}",
        thousands(least_and_most.0.unwrap_or(0.0)),
        thousands(least_and_most.1.unwrap_or(0.0))
    );
    let rate = median(&rates);
    let (p50, p99) = (millis(|round| round.p50), millis(|round| round.p99));
    println!("{name:<44}{:>10}{range:>20}{p50:>11}{p99:>11}", thousands(rate));
    rate
}

/// Does `work` at least once, and then again and again, from many tasks, until the time is up or one of them fails. `work` gets the
/// number of its task and how often that task has done it before. Returns how often each task did it, too.
pub async fn hammer<W, F>(tasks: usize, length: Duration, work: W) -> Result<(Round, Vec<u64>), String>
where
    W: Fn(usize, u64) -> F + Clone + Send + 'static,
    F: Future<Output = Result<(), String>> + Send,
{
    let begun = Instant::now();
    let running: Vec<_> = (0..tasks)
        .map(|task| {
            let work = work.clone();
            tokio::spawn(async move {
                let mut times = Vec::new();
                loop {
                    let started = Instant::now();
                    work(task, times.len() as u64).await?;
                    times.push(started.elapsed());
                    if begun.elapsed() >= length {
                        return Ok::<_, String>(times);
                    }
                }
            })
        })
        .collect();
    let (mut all, mut done) = (Vec::new(), Vec::new());
    for task in running {
        let times = task.await.map_err(|error| error.to_string())??;
        done.push(times.len() as u64);
        all.extend(times);
    }
    let rate = all.len() as f64 / begun.elapsed().as_secs_f64();
    all.sort_unstable();
    let at = |part: usize| all.get(all.len() * part / 100).copied().unwrap_or_default();
    Ok((Round { rate, p50: at(50), p99: at(99) }, done))
}

/// In rising order.
pub fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The middle of an odd number of sorted values.
pub fn median(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// `12345.6` as `12,346`.
pub fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable_and_medians_are_in_the_middle() {
        assert_eq!([0.4, 999.0, 1000.0, 1_234_567.4].map(thousands), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(median(&sorted([3.0, 1.0, 2.0].into_iter())), 2.0);
    }

    #[tokio::test]
    async fn hammering_counts_what_was_done_and_ends_with_a_failure() {
        let (round, done) = hammer(3, Duration::ZERO, |_, _| async { Ok(()) }).await.unwrap();
        assert!(round.rate > 0.0 && round.p50 <= round.p99);
        assert_eq!(done, [1, 1, 1]);
        let failed = hammer(2, Duration::MAX, |_, nth| async move {
            tokio::task::yield_now().await;
            if nth == 100 { Err("lost".to_owned()) } else { Ok(()) }
        });
        assert_eq!(failed.await.err(), Some("lost".to_owned()));
    }
}
