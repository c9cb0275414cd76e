//! What the description of a node of ours says, so that a restarted daemon knows it again.
