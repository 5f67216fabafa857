# One image for the four services: SERVICE=product|user|cart|order says which one a container is. docs/containers.md
#
# The base is an argument so that a release can name it by its digest.
ARG BASE=docker.io/library/python:3.13-slim-bookworm

FROM ${BASE} AS build
# The same sources give the same bytes: no order of a hash table, and no clock, gets into a file.
ENV PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1
ARG COMPILE="python -m compileall -q --invalidation-mode unchecked-hash"

COPY requirements/run.txt /requirements.txt
# Wheels alone, each by its hash; the lock names all there is. The scripts that come along are for nobody here.
RUN --mount=type=cache,target=/var/cache/pip \
    python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --cache-dir /var/cache/pip \
        --no-compile --only-binary=:all: --no-deps --require-hashes --prefix /made/usr/local -r /requirements.txt \
    && rm -r /made/usr/local/bin \
    && ${COMPILE} -s /made -p / /made && chmod -R u=rwX,go=rX /made
# The official image has its standard library uncompiled. Nothing can be written when a container runs, so each start
# would compile what it imports anew.
RUN touch /began \
    && ${COMPILE} -x '/(site-packages|ensurepip|idlelib|lib2to3|pydoc_data|test|tkinter|turtledemo)/' \
        "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" \
    && find /usr/local/lib -name '*.pyc' -newer /began -exec cp --parents -t /made {} +

COPY core /made/app/core
COPY adapters /made/app/adapters
# Whatever the umask of the checkout was: root owns it, and everyone may read it.
RUN ${COMPILE} -s /made -p / /made/app && chmod -R u=rwX,go=rX /made/app

FROM ${BASE}
# Nothing is installed into a container.
RUN rm -rf /usr/local/bin/pip* /usr/local/lib/python3.*/ensurepip /usr/local/lib/python3.*/site-packages/pip*
# What changes seldom is a layer of its own.
COPY --from=build /made/usr/local /usr/local
COPY --from=build /made/app /app
WORKDIR /app
ENV HOST=0.0.0.0 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
EXPOSE 3001 3002 3003 3004
# A number: Kubernetes can see that it is not root's.
USER 10001:10001
# The process itself is told to stop, and ends with 0; there is no shell between. Probes are Kubernetes' business.
ENTRYPOINT ["python", "-m", "adapters.bootstrap"]

ARG BASE
# Version, commit and time are given to the build as labels: podman's cache takes an argument of another value for the same.
LABEL org.opencontainers.image.title="Portico" \
      org.opencontainers.image.description="A shop's services: product, user, cart and order." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="${BASE}"
