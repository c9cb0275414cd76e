//! Reads what users have already: Jenkins Configuration-as-Code with the Amazon ECS plugin's block, and `footman.yaml`.
