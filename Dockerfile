# The service: proofline serve, on SQLite in /srv/proofline or on PostgreSQL.
FROM python:3.11-slim-bookworm AS built
WORKDIR /build
COPY requirements/run.txt requirements/serve.txt requirements/
RUN python -m venv /opt/proofline && /opt/proofline/bin/pip install --no-cache-dir -r requirements/serve.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN /opt/proofline/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home proofline && install -d -o proofline -m 700 /srv/proofline /srv/backups
COPY --from=built /opt/proofline /opt/proofline
USER proofline
WORKDIR /srv/proofline
ENV PATH=/opt/proofline/bin:$PATH PROOFLINE_HOME=/srv/proofline PYTHONUNBUFFERED=1
VOLUME /srv/proofline /srv/backups
EXPOSE 8000
STOPSIGNAL SIGTERM
# Kept only by images in Docker's form (buildah and podman: --format docker); compose.yaml asks by itself.
HEALTHCHECK CMD ["/opt/proofline/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz')"]
ENTRYPOINT ["/opt/proofline/bin/proofline"]
CMD ["serve", "--bind", "0.0.0.0:8000"]
