# Everything is in one static program: no shell, no package manager, no root.
# syntax=docker/dockerfile:1
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# An image with a protocol that lint finds fault with, or that is not what was
# published, is not built.
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /out/umbral ./server \
 && /out/umbral protocol lint \
 && mkdir -m 0700 /out/data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build /out/umbral /umbral
COPY LICENSE /LICENSE
# The root file system may be read-only: only /data is written to.
ENV UMBRAL_DATA=/data
VOLUME /data
EXPOSE 8080
USER 65532:65532
# health asks by the socket in /data: it needs no address and no certificate.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s CMD ["/umbral", "health"]
ENTRYPOINT ["/umbral"]
# There is no default that would be safe for everybody: give the address with
# --tls-cert and --tls-key, or with --behind-proxy and --proxy-header.
CMD ["serve"]
