# One image for web, worker, beat and the migration step; docker-compose.yml says which command each runs.
FROM python:3.11-slim-bookworm AS dependencies
WORKDIR /app
COPY requirements/runtime.txt requirements/runtime.txt
# --no-deps: the lock was resolved with dlib-bin in dlib's place, and must not be resolved again.
RUN python -m venv /app/.venv \
    && /app/.venv/bin/pip install --no-cache-dir --no-deps --require-hashes --requirement requirements/runtime.txt

FROM python:3.11-slim-bookworm
# Converts film and sound; without it uploads of these are refused.
RUN apt-get update && apt-get install --yes --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --create-home humankind
WORKDIR /app
COPY --from=dependencies /app/.venv /app/.venv
COPY manage.py ./
COPY config config
COPY common common
COPY identity identity
COPY feed feed
COPY moderation moderation
COPY exports exports
COPY seeds seeds
RUN mkdir var && chown humankind:humankind var
USER humankind
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=config.settings
EXPOSE 8000
CMD ["python", "-m", "config.serve"]
