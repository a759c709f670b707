"""The part of Mastodon's admin API that moderators' clients use; what it lacks is done in the console."""
