# shellcheck shell=bash
# Knative Serving and Kourier from their release manifests.

apply() { kubectl apply --server-side --force-conflicts "$@" >/dev/null; }

install_knative() {
  local folder manifest
  folder=$STATE/manifests/$(version knative-serving)-$(version knative-kourier)
  for manifest in serving-crds serving-core kourier; do fetch $manifest - - "$folder/$manifest.yaml"; done
  say "applying Knative Serving $(version knative-serving) and Kourier $(version knative-kourier)"
  apply -f "$folder/serving-crds.yaml"
  kubectl wait --for=condition=Established --timeout="${DEADLINE}s" crd -l knative.dev/crd-install=true >/dev/null ||
    die "Knative's resource types are not established after $DEADLINE s" "kubectl get crd -l knative.dev/crd-install=true"
  apply -f "$folder/serving-core.yaml"
  # The release names a tag that moves.
  sed -E "s#docker.io/envoyproxy/envoy:[^\" ]+#$(pinned_image envoy)#" "$folder/kourier.yaml" | apply -f -
  roll_out knative-serving
  roll_out kourier-system
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
