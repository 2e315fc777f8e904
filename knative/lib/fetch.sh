# shellcheck shell=bash
# Released files of the pinned versions: where they are published, and their checksums.

platform() {
  local machine
  machine=$(uname -m)
  case $machine in x86_64) machine=amd64 ;; aarch64) machine=arm64 ;; esac
  printf '%s %s\n' "$(uname -s | tr '[:upper:]' '[:lower:]')" "$machine"
}

# release_url NAME OS ARCH: where the publisher keeps it.
release_url() {
  local github=https://github.com serving kourier
  serving=$github/knative/serving/releases/download/knative-v$(version knative-serving)
  kourier=$github/knative-extensions/net-kourier/releases/download/knative-v$(version knative-kourier)
  case $1 in
    kind) echo "https://kind.sigs.k8s.io/dl/v$(version tools.kind)/kind-$2-$3" ;;
    kubectl) echo "https://dl.k8s.io/release/v$(version tools.kubectl)/bin/$2/$3/kubectl" ;;
    helm) echo "https://get.helm.sh/helm-v$(version tools.helm)-$2-$3.tar.gz" ;;
    kn) echo "$github/knative/client/releases/download/knative-v$(version tools.kn)/kn-$2-$3" ;;
    serving-crds | serving-core) echo "$serving/$1.yaml" ;;
    kourier) echo "$kourier/kourier.yaml" ;;
  esac
}

# published_checksum URL: the sha256 that the publisher keeps beside the file.
published_checksum() {
  case $1 in
    *dl.k8s.io*) curl -fsSL --retry 3 "$1.sha256" ;;
    *get.helm.sh* | *kind.sigs.k8s.io*) curl -fsSL --retry 3 "$1.sha256sum" | cut -d' ' -f1 ;;
    *) curl -fsSL --retry 3 "${1%/*}/checksums.txt" | awk -v file="${1##*/}" '$2 == file || $2 == "*" file { print $1 }' ;;
  esac
}

# fetch NAME OS ARCH FILE: downloads and verifies. The checksum is the one in checksums.txt; where none is
# recorded yet, the publisher's own.
fetch() {
  local url wanted got
  url=$(release_url "$1" "$2" "$3")
  wanted=$(awk -v url="$url" '$2 == url { print $1 }' "$KNATIVE/checksums.txt")
  if [ -z "$wanted" ]; then
    say "no checksum of $url is recorded: taking its publisher's ('make -C knative pin' records it)"
    wanted=$(published_checksum "$url") || wanted=
    [[ $wanted =~ ^[0-9a-f]{64}$ ]] || die "the checksum of $url cannot be had" "check the network, then run the same command again"
  fi
  if [ ! -s "$4" ] || [ "$(sha256 "$4")" != "$wanted" ]; then
    mkdir -p "$(dirname "$4")"
    curl -fsSL --retry 3 -o "$4.part" "$url" || die "$url cannot be downloaded" "check the network, then run the same command again"
    got=$(sha256 "$4.part")
    if [ "$got" != "$wanted" ]; then
      rm -f "$4.part"
      die "$url has the checksum $got, not $wanted" "do not use it; compare with the publisher's release page"
    fi
    mv "$4.part" "$4"
  fi
}

sha256() { { sha256sum "$1" 2>/dev/null || shasum -a 256 "$1"; } | cut -d' ' -f1; }
