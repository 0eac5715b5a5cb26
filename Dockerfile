ARG BASE=docker.io/library/python:3.13-slim

# Stage one: the virtual environment, without what its packages carry to test themselves and what the page never asks
# Streamlit for: tables, charts and maps (tests/test_load.py holds it to that), and without the symbols of XLA, a third
# of it. Byte code that is never checked against its source stays valid in an image whose files were given other times.
FROM $BASE AS build
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends binutils >/dev/null
COPY requirements.txt /tmp/
RUN python -m venv /opt/venv \
 && /opt/venv/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check --no-compile \
      --require-hashes --only-binary=:all: -r /tmp/requirements.txt \
 && /opt/venv/bin/python -m pip uninstall --quiet --yes altair pandas pyarrow pydeck pip \
 && find /opt/venv -type d -name tests -prune -exec rm -rf {} + \
 && find /opt/venv -name libjax_common.so -exec strip --strip-unneeded {} + \
 && python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/venv/lib

FROM $BASE
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONUNBUFFERED=1 \
    DESCENT_LAB_CACHE=/opt/descent-lab/cache \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501 \
    STREAMLIT_SERVER_FILE_WATCHER_TYPE=none
WORKDIR /opt/descent-lab
COPY . .
# The engine's programs, compiled now: a start then loads each in a tenth of a second. On a CPU of another kind the
# start compiles them itself, in about a second each. The lessons are measured now too: they open at once.
RUN python -m compileall -q --invalidation-mode unchecked-hash app.py optimizers landscapes visualizer \
 && python -c "from visualizer import simulate; from visualizer.networks.warm import warm; simulate.warm(); warm()" \
 && python -m visualizer.lessons prepare \
 && chmod -R a+rX /opt/descent-lab

ENV PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
EXPOSE 8501
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-c", "\
import os, urllib.request; \
port, base = os.environ['STREAMLIT_SERVER_PORT'], os.environ.get('STREAMLIT_SERVER_BASE_URL_PATH', '').strip('/'); \
urllib.request.urlopen(f'http://127.0.0.1:{port}/{base}/_stcore/health'.replace('//_', '/_'), timeout=4)"]
ENTRYPOINT ["streamlit", "run", "app.py"]
