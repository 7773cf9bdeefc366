"""What somebody types: kept on the server until it is saved, saved once, and never over a newer version."""
