"""What a worker does; every job is safe to run twice."""
