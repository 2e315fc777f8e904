# shellcheck shell=bash
# Knative Serving and Kourier from their release manifests.

# apply FILE: where an earlier run was interrupted, Knative's webhooks are asked before their pods answer.
apply() {
  local log end=$((SECONDS + DEADLINE))
  until log=$(kubectl apply --server-side --force-conflicts -f "$1" 2>&1 >/dev/null); do
    if [[ $log != *'failed calling webhook'* ]] || [ $SECONDS -ge $end ]; then
      printf '%s\n' "$log" >&2
      die "${1##*/} is not applied, see above" "kubectl apply --server-side --force-conflicts -f $1"
    fi
    sleep 1
  done
}

install_knative() {
  local folder manifest
  folder=$STATE/manifests/$(version knative-serving)-$(version knative-kourier)
  for manifest in serving-crds serving-core kourier; do fetch $manifest - - "$folder/$manifest.yaml"; done
  say "applying Knative Serving $(version knative-serving) and Kourier $(version knative-kourier)"
  with_pinned_envoy "$folder/kourier.yaml" >"$folder/kourier-pinned.yaml"
  apply "$folder/serving-crds.yaml"
  kubectl wait --for=condition=Established --timeout="${DEADLINE}s" crd -l knative.dev/crd-install=true >/dev/null ||
    die "Knative's resource types are not established after $DEADLINE s" "kubectl get crd -l knative.dev/crd-install=true"
  apply "$folder/serving-core.yaml"
  apply "$folder/kourier-pinned.yaml"
  roll_out knative-serving
  roll_out kourier-system
}

# The release names a tag of Envoy that moves.
with_pinned_envoy() {
  sed -E "s#(docker\.io/)?envoyproxy/envoy:[^\"' ]+#$(pinned_image envoy)#" "$1" | awk -v image="$(pinned_image envoy)" '
    index($0, image) { found = 1 }
    { print }
    END { exit !found }' || die "$1 names no image of Envoy to pin" "compare it with images.envoy of helm/versions.yaml"
}

roll_out() {
  say "waiting for the deployments of $1"
  kubectl -n "$1" wait --for=condition=Available --timeout="${DEADLINE}s" deployment --all >/dev/null && return
  NAMESPACE=$1 state_of '' >&2
  die "$1 is not available after $DEADLINE s" "kubectl -n $1 get pods"
}

# A field manager of its own, so that applying the release again takes nothing away. The webhook that checks these may
# not answer for a moment after its pod is ready.
configure_knative() {
  wait_for "$DEADLINE" "Knative's webhook to take its configuration" \
    kubectl apply --server-side --force-conflicts --field-manager=kaggle-data \
    -f "$KNATIVE/config/config-network.yaml" -f "$KNATIVE/config/config-domain.yaml" -f "$KNATIVE/config/config-features.yaml" ||
    die "Knative's configuration is refused" "kubectl apply --server-side --force-conflicts --field-manager=kaggle-data -f $KNATIVE/config/config-network.yaml"
}
