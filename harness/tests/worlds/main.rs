//! The world as a whole: stories that scenarios tell, and laws that every world keeps.

mod bursts;
mod common_random;
mod gates;
mod laws;
mod pipelines;
mod placement;
mod stories;
