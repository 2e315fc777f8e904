# shellcheck shell=bash
# The kind cluster itself.

have_kind_cluster() {
  # Without -q: kind would end by the closed pipe, and that would count as "no".
  kind get clusters 2>/dev/null | grep -x "$KIND_NAME" >/dev/null
}

kind_nodes() {
  local nodes
  nodes=$(kind get nodes --name "$KIND_NAME" 2>/dev/null) && [ -n "$nodes" ] || return 1
  printf '%s\n' "$nodes"
}

make_kind_cluster() {
  local config log
  mkdir -p "$STATE"
  if have_kind_cluster; then
    take_kind_cluster && return
    say "the cluster $KIND_NAME is incomplete, because an earlier run was interrupted. Making it again"
    log=$(kind delete cluster --name "$KIND_NAME" --kubeconfig "$KUBECONFIG" 2>&1) ||
      die "the cluster $KIND_NAME is half made and cannot be removed: ${log##*$'\n'}" "make -C knative clean deploy"
  fi
  say "making the kind cluster $KIND_NAME from $(pinned_image "$KIND_IMAGE")"
  rm -f "$KUBECONFIG"
  config=$(mktemp)
  kind_config >"$config"
  if ! log=$(kind create cluster --name "$KIND_NAME" --kubeconfig "$KUBECONFIG" --image "$(pinned_image "$KIND_IMAGE")" \
    --config "$config" --wait "${DEADLINE}s" 2>&1); then
    rm "$config"
    printf '%s\n' "$log" >&2
    refuse_kind "$log"
  fi
  rm "$config"
}

# take_kind_cluster: uses the one that is there; fails when it was never finished. kind writes the kubeconfig last, so
# where that is the cluster was whole once and may hold data: such a one is not removed.
take_kind_cluster() {
  local patience=$DEADLINE
  [ -s "$KUBECONFIG" ] || [ "$DEADLINE" -le 30 ] || patience=30
  # A restart of Docker leaves them stopped.
  kind_nodes | xargs docker start >/dev/null 2>&1 || true
  if wait_for "$patience" "the cluster $KIND_NAME" kind_cluster_is_whole; then
    mv "$KUBECONFIG.part" "$KUBECONFIG"
    return
  fi
  rm -f "$KUBECONFIG.part"
  [ ! -s "$KUBECONFIG" ] || die "the kind cluster $KIND_NAME does not respond after $patience s" \
    "docker ps --all --filter label=io.x-k8s.kind.cluster=$KIND_NAME; or give it up with its data: make -C knative clean deploy"
  return 1
}

# An interrupted 'kind create' may leave a node whose API server answers, but without a network or a storage class.
kind_cluster_is_whole() {
  kind export kubeconfig --name "$KIND_NAME" --kubeconfig "$KUBECONFIG.part" &&
    kubectl --kubeconfig "$KUBECONFIG.part" get --raw=/readyz &&
    kubectl --kubeconfig "$KUBECONFIG.part" get storageclass standard &&
    kubectl --kubeconfig "$KUBECONFIG.part" wait --for=condition=Ready node --all --timeout=1s
}

# kind_config: prints the cluster's configuration; with ENCRYPT_SECRETS=yes makes the key that it names.
kind_config() {
  local file=$KNATIVE/kind.yaml
  case $ENCRYPT_SECRETS in
    no) ;;
    yes) file=$KNATIVE/kind-encrypted.yaml; make_encryption_key ;;
    *) die "ENCRYPT_SECRETS=$ENCRYPT_SECRETS is neither yes nor no" "make -C knative ENCRYPT_SECRETS=yes deploy" ;;
  esac
  sed -e "s/hostPort: 8080/hostPort: $INGRESS_PORT/" -e "s|hostPath: FOLDER|hostPath: $ENCRYPTION|" "$file"
}

# A key that is there stays: without it nobody reads what it has written.
make_encryption_key() {
  [ ! -s "$ENCRYPTION/config.yaml" ] || return 0
  (
    umask 077
    mkdir -p "$ENCRYPTION"
    sed "s|KEY$|$(head -c 32 /dev/urandom | base64)|" "$KNATIVE/config/encryption.yaml" | sed '/^#/d' >"$ENCRYPTION/config.part"
    mv "$ENCRYPTION/config.part" "$ENCRYPTION/config.yaml"
  )
}

refuse_kind() {
  case $1 in
    *'failed to pull image'*) die "the node image cannot be pulled" "docker pull $(pinned_image "$KIND_IMAGE")" ;;
    *'port is already allocated'* | *'address already in use'*)
      die "port $INGRESS_PORT of this machine is taken" "make -C knative INGRESS_PORT=$((INGRESS_PORT + 1)) deploy app" ;;
  esac
  die "kind did not make the cluster" "make -C knative clean deploy"
}
