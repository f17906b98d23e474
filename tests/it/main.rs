//! The one integration target: the binary and the house, seen from outside.
