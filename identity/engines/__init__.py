"""Face engines: plain Python behind the protocols of `ports`, chosen in settings by dotted path."""
