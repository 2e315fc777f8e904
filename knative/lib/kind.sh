# shellcheck shell=bash
# The kind cluster itself.

have_kind_cluster() {
  kind get clusters 2>/dev/null | grep -qx "$KIND_NAME"
}

make_kind_cluster() {
  local config log
  if have_kind_cluster; then
    kind export kubeconfig --name "$KIND_NAME" --kubeconfig "$KUBECONFIG" >/dev/null 2>&1 || true
    wait_for 30 "the cluster $KIND_NAME" kubectl get --raw=/readyz && return
    say "the cluster $KIND_NAME does not answer, an earlier run was interrupted perhaps: making it anew"
    kind delete cluster --name "$KIND_NAME" --kubeconfig "$KUBECONFIG" >/dev/null 2>&1
  fi
  say "making the kind cluster $KIND_NAME from $(pinned_image "$KIND_IMAGE")"
  mkdir -p "$STATE"
  config=$(mktemp)
  log=$(mktemp)
  kind_config >"$config"
  if ! kind create cluster --name "$KIND_NAME" --kubeconfig "$KUBECONFIG" --image "$(pinned_image "$KIND_IMAGE")" \
    --config "$config" --wait "${DEADLINE}s" >"$log" 2>&1; then
    cat "$log" >&2
    refuse_kind "$(cat "$log")"
  fi
  rm "$config" "$log"
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
      die "port $INGRESS_PORT of this machine is taken" "make -C knative INGRESS_PORT=8081 deploy" ;;
  esac
  die "kind did not make the cluster" "make -C knative clean deploy"
}
