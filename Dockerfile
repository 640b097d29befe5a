# The service in an image, for amd64 and arm64 alike. It carries no Postgres: DATABASE_URL says where one is.
# docs/deployment.md tells how to build and run it.

FROM rust:1.95-slim-bookworm AS builder
RUN apt-get update \
    && apt-get install -y --no-install-recommends libssl-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
# Set by the builder; a cache of its own for each platform, because a program of one does not run on another.
ARG TARGETPLATFORM
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,id=reciprocity-target-${TARGETPLATFORM},target=/build/target,sharing=locked \
    cargo build --release --locked --features tls \
    && install -D target/release/reciprocity /out/reciprocity

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="reciprocity" \
      org.opencontainers.image.description="Reciprocity assessments for apps about relationships" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libssl3 \
    && rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/*.log /var/log/apt \
    && groupadd --gid 10001 reciprocity \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin --no-log-init reciprocity
COPY --from=builder /out/reciprocity /usr/local/bin/reciprocity
ENV RECIPROCITY_MODE=production \
    RECIPROCITY_BIND=0.0.0.0 \
    RECIPROCITY_PORT=8080 \
    RECIPROCITY_LOG=json
# By number, so that an orchestrator can tell without looking inside that it is not root.
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 CMD ["reciprocity", "healthcheck"]
ENTRYPOINT ["reciprocity"]
CMD ["serve"]
