# syntax=docker/dockerfile:1
# One image for the API, the migrations and the mirror job: the command chooses.
ARG NODE_IMAGE=node:26.10.0-trixie-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs26-debian13:nonroot

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY tsconfig.json tsup.config.ts ./
COPY functions functions
COPY shared shared
COPY web web
COPY scripts/bundle scripts/bundle
COPY fake-kaggle fake-kaggle
RUN npm run build \
 && mkdir product data coreutils \
 && (cd dist && xargs cp -t ../product < product-files.txt) \
 && mv dist/web web-assets \
 && mv dist/native native \
 # The notice of the program taken from there (GPL-3.0-or-later); some slimmed images carry none.
 && find /usr/share/doc -path '*/coreutils/copyright' -exec cp {} coreutils/ ';' \
 # What mkfifo is linked with, and the runtime image has not; with their notices.
 && mkdir libraries notices \
 && cp -L /usr/lib/*-linux-gnu/libselinux.so.1 /usr/lib/*-linux-gnu/libpcre2-8.so.0 libraries/ \
 && (cd /usr/share/doc && find . '(' -path './libselinux1*' -o -path './libpcre2-8-0*' ')' -name copyright -exec cp --parents -t /src/notices {} +)

# The base image and the query engine without symbols that only native debuggers read: docs/performance/image.md. The base
# is copied whole, because a layer above it would add the smaller Node and keep the bigger one. With folders of one date
# that layer is the same wherever it is made.
FROM ${RUNTIME_IMAGE} AS base
FROM ${NODE_IMAGE} AS stripped
RUN apt-get update \
 && apt-get install --yes --no-install-recommends binutils
COPY --from=base / /runtime/
RUN strip --strip-unneeded --preserve-dates /runtime/nodejs/bin/node \
 && find /runtime -type d -exec touch --date=@0 {} +
COPY --from=build /src/native /native
RUN strip --strip-unneeded /native/*

FROM scratch AS runtime
COPY --from=stripped /runtime/ /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt

# What a start from zero would otherwise compile again each time. The path, the Node and the user must be those of
# the final image, or V8 does not take the cache.
FROM runtime AS compile-cache
WORKDIR /app
COPY --from=build --chmod=444 /src/product dist
COPY --from=stripped --chmod=755 /native dist/native
COPY --chmod=444 docker/warm-compile-cache.mjs /warm/
USER 65532:65532
RUN ["/nodejs/bin/node", "/warm/warm-compile-cache.mjs", "/tmp/compile-cache"]

# A stand-in for Kaggle, for compose and cluster tests; no part of the product.
FROM runtime AS fake-kaggle
WORKDIR /app
COPY --from=build --chmod=444 /src/dist/test/THIRD_PARTY_LICENSES.txt ./
COPY --from=build --chmod=444 /src/dist/test/fake-kaggle.mjs dist/fake-kaggle.mjs
COPY --chmod=755 samples /samples
USER 65532:65532
EXPOSE 7777
ENTRYPOINT ["/nodejs/bin/node"]
CMD ["dist/fake-kaggle.mjs", "--host", "0.0.0.0", "--port", "7777", "--root", "/samples"]

# Kaggle's clients, for cluster tests; no part of the product.
FROM debian:trixie-slim AS kaggle-clients
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates curl python3-venv \
 && python3 -m venv /clients \
 && /clients/bin/pip install --no-cache-dir kaggle==2.2.5 six kagglehub==1.0.3
ENV PATH=/clients/bin:$PATH
USER 65532:65532
CMD ["sleep", "infinity"]

FROM runtime AS product
LABEL org.opencontainers.image.title="kaggle-data-api" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --chmod=444 LICENSE ./
# What seldom changes comes first: a new version moves only the layers after it.
# A new volume takes over the owner of the folder it is mounted on.
COPY --from=build --chown=65532:65532 /src/data /data
# Of the same Debian release: how the mirror job reaches syncfs(2), and the API mkfifo(3). Without the first each file is
# flushed by itself; without the second rows are not streamed.
COPY --from=build /usr/bin/sync /usr/bin/mkfifo /usr/bin/
COPY --from=build --chmod=755 /src/libraries /usr/lib/
COPY --from=build --chmod=755 /src/coreutils /usr/share/doc/coreutils
COPY --from=build --chmod=755 /src/notices /usr/share/doc/
# The engine that tables are made and read by.
COPY --from=stripped --chmod=755 /native dist/native
COPY --from=build --chmod=444 /src/dist/THIRD_PARTY_LICENSES.txt ./
COPY --chmod=755 migrations/committed migrations/committed
# The pages' scripts and styles, compressed as well.
COPY --from=build --chmod=755 /src/web-assets dist/web
COPY --from=build --chmod=444 /src/product dist
COPY --from=compile-cache /tmp/compile-cache compile-cache
# The young generation grows to 24 MB instead of 48: docs/performance/api.md. With more than two arenas glibc keeps what
# the job's threads have freed: docs/performance/mirror.md.
ENV NODE_COMPILE_CACHE=/app/compile-cache NODE_OPTIONS=--max-semi-space-size=8 MALLOC_ARENA_MAX=2
USER 65532:65532
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["/nodejs/bin/node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/nodejs/bin/node"]
CMD ["dist/server.mjs"]
