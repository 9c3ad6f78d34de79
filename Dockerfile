# The API and its page. Build: docker build -t vasari . ; see docker-compose.yml for the whole.
FROM python:3.11.14-slim-bookworm

RUN useradd --create-home --uid 1000 vasari && mkdir /data && chown vasari /data
WORKDIR /opt/vasari
COPY --chown=vasari . .
# The lock file binds the versions; only what the extras name is installed.
RUN pip install --no-cache-dir -c requirements.lock -e '.[cpu,postgres,s3,qdrant]'

USER vasari
ENV VASARI_HOME=/data \
    VASARI_HOST=0.0.0.0 \
    VASARI_PORT=8000
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["vasari", "serve"]
