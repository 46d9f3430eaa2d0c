//! The load, in a process of its own: connections that each ask again and again, as soon as they are answered. It does as
//! little as it can beside that, so that what is measured is the server.

use std::io::Read as _;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::wire::{Answer, Shape};

/// Threads that ask; the connections are shared out among them.
const THREADS: usize = 2;

/// What one connection saw within the time that counts.
type Times = Vec<Duration>;

/// `ADDRESS PID CONNECTIONS WARM_MILLIS MILLIS`, and the request on the standard input. At the end it says how many were
/// answered, the mean, the median and the 99th percentile of their times in nanoseconds, and how many microseconds of
/// processor time the process of that id used meanwhile.
pub fn load(words: &[String]) -> Result<(), String> {
    let [address, pid, connections, warm, length] = words else {
        return Err("expected ADDRESS PID CONNECTIONS WARM_MILLIS MILLIS".to_owned());
    };
    let number = |word: &String| word.parse::<u64>().map_err(|error| format!("{word:?}: {error}"));
    let (connections, warm, length) = (number(connections)? as usize, number(warm)?, number(length)?);
    let mut request = Vec::new();
    std::io::stdin().read_to_end(&mut request).map_err(|error| error.to_string())?;
    let begin = Instant::now() + Duration::from_millis(warm);
    let end = begin + Duration::from_millis(length);
    let threads = THREADS.min(connections);
    let share = |thread| connections / threads + usize::from(thread < connections % threads);
    let job = |thread| Job { address, request: &request, connections: share(thread), begin, end };
    let (mut times, mut micros) = (Times::new(), 0);
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|thread| scope.spawn(move || job(thread).run())).collect();
        micros = used_within(pid, begin, end);
        for thread in running {
            times.extend(thread.join().map_err(|_| "a thread of the load panicked".to_owned())??);
        }
        Ok::<_, String>(())
    })?;
    told(times, micros)
}

fn told(mut times: Times, micros: u64) -> Result<(), String> {
    times.sort_unstable();
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default().as_nanos();
    let all: Duration = times.iter().sum();
    let mean = all.as_nanos().checked_div(times.len() as u128).ok_or("nothing was answered")?;
    println!("{} {mean} {} {} {micros}", times.len(), at(50), at(99));
    Ok(())
}

/// Waits until the end and tells how many microseconds of processor time the process used since the beginning; none
/// where that cannot be known.
fn used_within(pid: &str, begin: Instant, end: Instant) -> u64 {
    let at = |moment: Instant| {
        while let Some(left) = moment.checked_duration_since(Instant::now()) {
            std::thread::park_timeout(left);
        }
        used(pid)
    };
    let before = at(begin);
    at(end).zip(before).map_or(0, |(after, before)| after.saturating_sub(before))
}

/// User and system time, which Linux tells in hundredths of a second (proc(5), `/proc/pid/stat`, fields 14 and 15).
pub(super) fn used(pid: &str) -> Option<u64> {
    let line = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name of the program stands in parentheses and may hold anything.
    let (_, rest) = line.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some((ticks()? + ticks()?) * 10_000)
}

/// What one thread does.
struct Job<'a> {
    address: &'a str,
    request: &'a [u8],
    connections: usize,
    begin: Instant,
    end: Instant,
}

impl Job<'_> {
    fn run(self) -> Result<Times, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let tasks = tokio::task::LocalSet::new();
        tasks.block_on(&runtime, async {
            let running: Vec<_> = (0..self.connections)
                .map(|_| {
                    let (address, request) = (self.address.to_owned(), self.request.to_vec());
                    tokio::task::spawn_local(asks(address, request, self.begin, self.end))
                })
                .collect();
            let mut all = Times::new();
            for connection in running {
                all.extend(connection.await.map_err(|error| error.to_string())??);
            }
            Ok(all)
        })
    }
}

/// One connection. A server that ends it after an answer is called anew.
async fn asks(address: String, request: Vec<u8>, begin: Instant, end: Instant) -> Result<Times, String> {
    let mut times = Times::new();
    let mut shape = Shape::default();
    let mut into = vec![0; 1 << 20];
    let mut stream = connect(&address).await?;
    loop {
        let asked = Instant::now();
        if asked >= end {
            return Ok(times);
        }
        let answer = exchange(&mut stream, &request, &mut into, &mut shape).await?;
        if answer.closes {
            stream = connect(&address).await?;
        }
        let answered = Instant::now();
        if !answer.is_good() {
            return Err(format!("the server answered {}", answer.status));
        }
        // What lies across the edges of the time is counted at its end, and not at its beginning.
        if answered >= begin && answered < end {
            times.push(answered - asked);
        }
    }
}

async fn connect(address: &str) -> Result<TcpStream, String> {
    let stream = TcpStream::connect(address).await.map_err(|error| format!("{address}: {error}"))?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    Ok(stream)
}

async fn exchange(
    stream: &mut TcpStream,
    request: &[u8],
    into: &mut [u8],
    shape: &mut Shape,
) -> Result<Answer, String> {
    stream.write_all(request).await.map_err(|error| error.to_string())?;
    let mut filled = 0;
    loop {
        let room = into.get_mut(filled..).filter(|room| !room.is_empty()).ok_or("an answer is too long")?;
        match stream.read(room).await.map_err(|error| error.to_string())? {
            0 => return Err("the server broke off".to_owned()),
            more => filled += more,
        }
        if let Some(answer) = shape.read(into.get(..filled).unwrap_or_default())? {
            return Ok(answer);
        }
    }
}
