# PolyStatus as one static program in an image that holds nothing else: no shell, no packages, nobody to be but 65532.
#
#   docker build --build-arg VERSION=0.1.0 --build-arg BUILD_TIMESTAMP="$(date -u +%FT%TZ)" -t polystatus .
#   docker run -p 127.0.0.1:8000:8000 -v polystatus:/data --read-only --cap-drop=ALL polystatus
#
# On amd64 and arm64: it is built for the machine that builds. No secret is ever an argument of the build; what is
# secret is given when it runs. What runs is told again in deploy/Dockerfile.runtime, and checked to be the same.

FROM docker.io/library/rust:1.95.0-bookworm AS build
WORKDIR /src
COPY . .
ARG VERSION=
ARG BUILD_TIMESTAMP=
# The C library is linked in: since glibc 2.34 a static program finds names by itself, from /etc/hosts and by DNS. The
# target is named so that the flag is for the program, and not for what runs while it is built. The image's own
# toolchain is the one that rust-toolchain.toml asks for, without the parts that only developers need.
RUN set -eu; \
    triple="$(rustc --print host-tuple)"; \
    RUSTUP_TOOLCHAIN="$RUST_VERSION" POLYSTATUS_VERSION="$VERSION" RUSTFLAGS='-C target-feature=+crt-static' \
      cargo build --release --locked --package polystatus --target "$triple"; \
    install -D "target/$triple/release/polystatus" /image/polystatus; \
    install -D -m 0644 /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ca-certificates.crt; \
    install -d -m 0755 /image/etc/polystatus; \
    install -d -m 1777 /image/data

FROM scratch
# /data is open to whoever runs it: some platforms run every image as a user of their own choice.
COPY --from=build /image/ /
ARG VERSION=
ARG BUILD_TIMESTAMP=
LABEL org.opencontainers.image.title="PolyStatus" \
      org.opencontainers.image.description="Status pages and incidents: what is down, why, and since when" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.created="$BUILD_TIMESTAMP"
ENV PORT=8000 DATA_DIR=/data
# polystatus.toml is looked for here.
WORKDIR /etc/polystatus
USER 65532:65532
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["/polystatus", "healthcheck"]
ENTRYPOINT ["/polystatus"]
CMD ["serve"]
