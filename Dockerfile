# The bot alone in a container: no playground, no tests, no compiler, no root.
# The base is pinned by tag, not by digest: no container registry could be asked where this was written, and a tag brings
# Python's security releases with each build. Who needs the same bytes every time adds @sha256:... of the image they tried.
FROM python:3.13-slim-trixie AS build
WORKDIR /app
# --build-arg LOCK=requirements-export.lock adds the packages for leaflets (PDF), 39 MB.
ARG LOCK=requirements.lock
COPY requirements.lock requirements-export.lock ./
# Wheels only: nothing is compiled and no package's own code runs while it is installed. The environment has no pip in it.
RUN python -m venv --without-pip /venv \
 && pip --python /venv/bin/python install --no-cache-dir --no-compile --disable-pip-version-check \
    --require-hashes --only-binary :all: -r "$LOCK" \
# The file system is read-only when it runs, so the bytecode is made now; it trusts its source instead of comparing times. It
# is without docstrings and assertions (-o 2, and PYTHONOPTIMIZE below): the libraries' docstrings take 4 MB of memory.
 && /venv/bin/python -m compileall -q -o 2 --invalidation-mode unchecked-hash -x '/tests/' /venv/lib
COPY bot bot
COPY content content
COPY storage storage
RUN /venv/bin/python -m compileall -q -o 2 --invalidation-mode unchecked-hash bot content storage
# The shipped campaign is loaded and trained now, not at each start. The bot reads a cache only if nobody but its own user can
# write it, hence the owner and the mode below; read_only keeps even the bot from writing it.
RUN XDG_CACHE_HOME=/cache /venv/bin/python -m bot ask < /dev/null \
 && test -n "$(ls -A /cache/declaration-bot)"

FROM python:3.13-slim-trixie
# FriBiDi orders Dari and Pashto in charts: Pillow's wheels load it from the system. Its version is that of the base's Debian,
# which is not pinned either.
# The base comes without bytecode of Python's own library: each start, and each question for health, would compile it again.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libfribidi0 \
 && rm -rf /var/lib/apt/lists/* \
 && pip uninstall --yes --quiet --root-user-action ignore pip \
 && python -m compileall -q -o 2 --invalidation-mode unchecked-hash /usr/local/lib/python3.* \
 && groupadd --gid 10001 bot \
 && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin bot \
 && install --directory --owner 10001 --group 10001 --mode 0700 /data /keys
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=build --chown=10001:10001 /cache /cache
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONOPTIMIZE=2 \
    XDG_CACHE_HOME=/cache \
    DATABASE_URL=sqlite:////data/bot.db \
    SEAL_KEY_FILE=/keys/seal.key
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
