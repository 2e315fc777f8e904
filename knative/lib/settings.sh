# shellcheck shell=bash disable=SC2034
# Sourced by every step. Each variable may be set in the environment or on make's command line.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
KNATIVE=$ROOT/knative
STATE=${XDG_CACHE_HOME:-$HOME/.cache}/kaggle-data-api

CLUSTER=${CLUSTER:-kind}
KIND_NAME=${KIND_NAME:-kaggle-data}
KIND_IMAGE=${KIND_IMAGE:-kind-node} # a key of images in helm/versions.yaml
INGRESS_PORT=${INGRESS_PORT:-8080}
ENCRYPT_SECRETS=${ENCRYPT_SECRETS:-no} # yes: a new kind cluster encrypts Secrets in etcd
NAMESPACE=${NAMESPACE:-kaggle-data}
DEADLINE=${DEADLINE:-180} # seconds each step waits
DATA_PATH=${DATA_PATH:-/var/lib/kaggle-data}
STORAGE_CLASS=${STORAGE_CLASS:-} # CLUSTER=existing: the cluster's default when empty
REGISTRY=${REGISTRY:-}
IMAGE_LOADER=${IMAGE_LOADER:-}
IMAGE=${IMAGE:-}           # taken as it is instead of building one
# Files of further values for the charts.
API_VALUES=${API_VALUES:-}
JOB_VALUES=${JOB_VALUES:-}
POSTGRES_VALUES=${POSTGRES_VALUES:-}

ENCRYPTION=$STATE/$KIND_NAME.encryption # the key, for this user alone
PATH=$STATE/bin:$PATH
if [ "$CLUSTER" = kind ]; then
  export KUBECONFIG=$STATE/$KIND_NAME.kubeconfig
  INGRESS_URL=${INGRESS_URL:-http://127.0.0.1:$INGRESS_PORT}
fi
INGRESS_URL=${INGRESS_URL:-}

say() { printf '==> %s\n' "$*" >&2; }

# die CAUSE NEXT: what went wrong, and the next command.
die() {
  printf '\nerror: %s\n  next: %s\n' "$1" "$2" >&2
  exit 1
}

# version KEY.KEY: a value of helm/versions.yaml.
version() {
  awk -v path="$1" '
    /^ *(#|$)/ { next }
    { depth = (match($0, /[^ ]/) - 1) / 2; line = substr($0, depth * 2 + 1)
      key[depth] = substr(line, 1, index(line, ":") - 1); at = key[0]
      for (i = 1; i <= depth; i++) at = at "." key[i]
      if (at == path) { sub(/^[^:]*: */, "", line); gsub(/"/, "", line); print line; exit } }
  ' "$ROOT/helm/versions.yaml"
}

# pinned_image NAME: repository:tag[@digest] of helm/versions.yaml.
pinned_image() {
  local digest
  digest=$(version "images.$1.digest")
  printf '%s:%s%s\n' "$(version "images.$1.repository")" "$(version "images.$1.tag")" "${digest:+@$digest}"
}

# wait_for SECONDS WHAT COMMAND...: runs it each second until it succeeds.
wait_for() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  "$@" >/dev/null 2>&1 && return
  say "waiting for $what"
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 1
  done
}
