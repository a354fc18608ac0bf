//! SIGINT and SIGTERM while AWS is asked: the first stops the scan, and what was read is still written; a second ends the program at once.

use std::sync::OnceLock;

use ecs_express_audit::model::ExitCode;

/// The first signal that came. Signals are the whole process's.
static RECEIVED: OnceLock<ExitCode> = OnceLock::new();

/// The exit code that the first signal demands, if one came since [`stop_on_first`].
pub(crate) fn received() -> Option<ExitCode> {
    RECEIVED.get().copied()
}

/// Triggers the token at the first signal, and ends the program at the second, until the program ends.
#[cfg(feature = "aws")]
pub(crate) fn stop_on_first(stop: ecs_express_audit::collect::Stop) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let mut signals = runtime.block_on(async { Signals::new() })?;
    let listen = async move {
        let first = signals.next().await;
        let _ = RECEIVED.set(first); // nobody else sets it
        stop.trigger();
        signals.next().await;
        end_at_once(first);
    };
    // A thread of its own: the report is written after the runtime of the scan has gone.
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || runtime.block_on(listen))?;
    Ok(())
}

#[cfg(feature = "aws")]
#[expect(
    clippy::exit,
    reason = "whoever asks twice does not want to wait for what is being written; files are replaced whole or not at all"
)]
fn end_at_once(code: ExitCode) {
    std::process::exit(code as i32);
}

/// The signals that ask a program to end.
#[cfg(all(feature = "aws", unix))]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(all(feature = "aws", unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) -> ExitCode {
        tokio::select! {
            _ = self.interrupt.recv() => ExitCode::Interrupted,
            _ = self.terminate.recv() => ExitCode::Terminated,
        }
    }
}

/// The signals that ask a program to end.
#[cfg(all(feature = "aws", windows))]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(all(feature = "aws", windows))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) -> ExitCode {
        self.0.recv().await;
        ExitCode::Interrupted
    }
}
