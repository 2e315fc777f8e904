# shellcheck shell=bash
# What a step needs of the cluster, each with the sentence for its absence.

need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || die "$tool is not installed" "make -C knative setup CLUSTER=$CLUSTER"
  done
}

need_cluster() {
  case $CLUSTER in
    kind | existing) ;;
    *) die "CLUSTER=$CLUSTER is neither kind nor existing" "make -C knative help" ;;
  esac
  need kubectl helm
  if [ "$CLUSTER" = kind ] && [ ! -s "$KUBECONFIG" ]; then
    die "there is no kind cluster named $KIND_NAME" "make -C knative deploy"
  fi
  local answer
  answer=$(kubectl version --request-timeout=10s 2>&1) && return
  if [ "$CLUSTER" = kind ]; then
    die "the kind cluster $KIND_NAME does not respond: ${answer##*$'\n'}" "make -C knative deploy"
  fi
  die "KUBECONFIG=${KUBECONFIG:-(unset)} leads to no cluster that responds: ${answer##*$'\n'}" \
    "set KUBECONFIG to a file with which 'kubectl get nodes' works"
}

need_knative() {
  kubectl get crd services.serving.knative.dev >/dev/null 2>&1 ||
    die "this cluster has no Knative Serving" "make -C knative deploy CLUSTER=$CLUSTER INSTALL_KNATIVE=yes"
  local flag
  flag=$(kubectl -n knative-serving get configmap config-features \
    -o 'jsonpath={.data.kubernetes\.podspec-persistent-volume-claim}' 2>/dev/null || true)
  [ "$flag" = enabled ] ||
    die "Knative's flag kubernetes.podspec-persistent-volume-claim is not enabled, so the API cannot mount its files" \
      "kubectl apply --server-side --force-conflicts --field-manager=kaggle-data -f $KNATIVE/config/config-features.yaml"
}

# service_url NAME: the address of a Knative Service as Knative prints it.
service_url() {
  kubectl -n "$NAMESPACE" get ksvc "$1" -o 'jsonpath={.status.url}' 2>/dev/null || true
}

# print_curl NAME PATH: how to ask it from here.
print_curl() {
  local host
  host=$(service_url "$1")
  host=${host#*//}
  if [ -n "$INGRESS_URL" ]; then
    printf 'curl -H "Host: %s" %s%s\n' "$host" "$INGRESS_URL" "$2"
  else
    printf 'kubectl -n kourier-system port-forward service/kourier 8080:80 &\ncurl -H "Host: %s" http://127.0.0.1:8080%s\n' "$host" "$2"
  fi
}
