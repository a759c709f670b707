"""Who is a unique living human, and what another app may learn of it."""
