use std::num::NonZero;
use std::thread;

/// `of(0)`, `of(1)` … in order, computed on as many threads as there are processors.
///
/// # Panics
/// Where `of` does.
pub fn in_parallel<T: Send>(count: usize, of: impl Fn(usize) -> T + Sync) -> Vec<T> {
    on_threads(thread::available_parallelism().map_or(1, NonZero::get), count, of)
}

/// The same on so many threads, at least one. Each index is computed by itself, so that their number changes no result.
///
/// # Panics
/// Where `of` does.
pub fn on_threads<T: Send>(threads: usize, count: usize, of: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = threads.min(count).max(1);
    if threads == 1 {
        return (0..count).map(of).collect();
    }
    let of = &of;
    let mut shares: Vec<_> = thread::scope(|scope| {
        let start = |thread: usize| scope.spawn(move || (thread..count).step_by(threads).map(of).collect::<Vec<T>>());
        let running: Vec<_> = (0..threads).map(start).collect();
        let joined = running.into_iter().map(|share| share.join().expect("a share of the work does not panic"));
        joined.map(Vec::into_iter).collect()
    });
    (0..count).filter_map(|index| shares[index % threads].next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_indices_whatever_the_threads() {
        for (threads, count) in [(0, 3), (1, 3), (2, 7), (8, 3), (3, 0)] {
            let squares: Vec<usize> = (0..count).map(|index| index * index).collect();
            assert_eq!(on_threads(threads, count, |index| index * index), squares, "{threads} threads");
        }
        assert_eq!(in_parallel(4, |index| index), [0, 1, 2, 3]);
    }
}
