//! The one integration target: the binary and the house, seen from outside.

mod architecture;
mod damage;
mod exits;
mod golden;
mod sameness;
mod stage;
mod truth;
