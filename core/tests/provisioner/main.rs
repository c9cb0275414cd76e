//! The decision core held to its rules: scenarios, and laws, in a small world of its own.

#[cfg(test)]
mod capacity;
#[cfg(test)]
mod deadlines;
#[cfg(test)]
mod ends;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod gates;
#[cfg(test)]
mod habits;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod nodes;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod reference_model;
#[cfg(test)]
mod reopened;
#[cfg(test)]
mod replies;
#[cfg(test)]
mod retained;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod session_ends;
#[cfg(test)]
mod session_laws;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod stale_views;
#[cfg(test)]
mod twins;
#[cfg(test)]
mod warm;
