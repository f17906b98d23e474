use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::Exit;
use crate::export;

/// On an interrupt or a request to end, removes what is half-written and ends with the code of the signal. A second signal
/// while that goes on ends at once.
pub fn end_on_signals() {
    // Where handlers cannot be set the default of the system ends the program, and the next run clears up.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    std::thread::spawn(move || {
        let Some(signal) = signals.forever().next() else { return };
        let exit = if signal == SIGINT { Exit::Interrupted } else { Exit::Terminated };
        std::thread::spawn(move || {
            if signals.forever().next().is_some() {
                std::process::exit(exit.code().into());
            }
        });
        export::discard_unfinished();
        std::process::exit(exit.code().into());
    });
}
