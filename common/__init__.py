"""What every app uses and no app owns: ids, problems, pagination, idempotency, the event log, the engine loader."""
