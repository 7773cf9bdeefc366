"""The drill: lose the database, come back twice, measure what was lost and how long it took."""
