use std::cell::RefCell;
use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressStyle};

use super::arguments::Global;
use crate::ingest::Progress;

/// Draws progress on stderr, when that is a terminal and nobody asked for silence.
#[derive(Debug)]
pub(super) struct Bar {
    shown: bool,
    bar: RefCell<Option<ProgressBar>>,
}

impl Bar {
    pub(super) fn new(global: &Global) -> Self {
        let shown = std::io::stderr().is_terminal() && !global.quiet && !global.no_progress;
        Self { shown, bar: RefCell::new(None) }
    }
}

impl Progress for Bar {
    fn begin(&self, what: &str, bytes: u64) {
        if self.shown {
            let bar = ProgressBar::new(bytes).with_message(super::log::plain(what));
            let style = ProgressStyle::with_template("{msg:40!} {bar:30} {bytes}/{total_bytes} {eta}");
            self.bar.replace(Some(style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))));
        }
    }

    fn advance(&self, bytes: u64) {
        if let Some(bar) = &*self.bar.borrow() {
            bar.inc(bytes);
        }
    }

    fn end(&self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
