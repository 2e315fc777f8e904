# shellcheck shell=bash
# Why a release did not come up: what the cluster says, then one sentence with the cause and the next command.

# explain RELEASE [WHAT HELM SAID]
explain() {
  local selector="app.kubernetes.io/instance=$1" state before
  case ${2:-} in
    *"don't meet the specifications of the schema"* | *'execution error at'*)
      die "values of $1 are refused, see above; nothing was changed" "read helm/charts/${CHART:-$1}/README.md" ;;
  esac
  state=$(state_of "$selector")
  before=$(happened_to "$1" "$selector")
  printf '\n%s\n%s\n' "$state" "$before" >&2
  # What is the case now says more than what was once.
  judge "$1" "$state"
  judge "$1" "$before"
  die "$1 was not ready after $DEADLINE s" "kubectl -n $NAMESPACE describe pods -l $selector"
}

# judge RELEASE TEXT: ends the step when the text names a cause.
judge() {
  local selector="app.kubernetes.io/instance=$1" claims
  case $2 in
    *'exceeded quota'*)
      die "the namespace's ResourceQuota leaves no room for $1" "kubectl -n $NAMESPACE describe resourcequota" ;;
    *ErrImage* | *ImagePullBackOff* | *InvalidImageName* | *'Unable to fetch image'*)
      die "the image of $1 is neither on the node nor in a registry the cluster reaches" \
        "make -C knative CLUSTER=$CLUSTER app (loads it), or push it and give REGISTRY=" ;;
    *'password authentication failed'*)
      die "PostgreSQL refuses the password in the Secret; its data keep the password they were made with" \
        "install with that password, or give up the data: make -C knative CLUSTER=$CLUSTER DATA=delete clean" ;;
    *'database '*' does not exist'*)
      die "PostgreSQL's data hold no database: their first start was interrupted before it was made" \
        "make -C knative CLUSTER=$CLUSTER DATA=delete clean, then app" ;;
    *'unbound immediate PersistentVolumeClaims'* | *'persistentvolumeclaim '*' not found'* | *' is not bound'*)
      claims=$(unbound_claims)
      # A claim keeps the class it was made with.
      die "a claim of $1 is not bound to a volume${claims:+: $claims}" \
        "kubectl -n $NAMESPACE describe pvc $claims; for another class: kubectl -n $NAMESPACE delete pvc kaggle-data-pvc && make -C knative CLUSTER=$CLUSTER STORAGE_CLASS=name init-data" ;;
    *'Insufficient cpu'* | *'Insufficient memory'*)
      die "no node has room for a pod of $1" "kubectl describe nodes | grep -A8 'Allocated resources'" ;;
    *'violates PodSecurity'*)
      die "Pod Security refuses a pod of $1" "kubectl -n $NAMESPACE get events" ;;
    *CrashLoopBackOff* | *'exit code '[1-9]* | *'Container failed with'*)
      die "the container of $1 ends right after it started, see its last lines above" \
        "kubectl -n $NAMESPACE logs -l $selector --all-containers --tail=50" ;;
  esac
}

unbound_claims() {
  kubectl -n "$NAMESPACE" get pvc -o 'jsonpath={.items[?(@.status.phase!="Bound")].metadata.name}' 2>/dev/null || true
}

# Jobs of hooks that have failed are judged by their logs, so these come with the pods.
state_of() {
  echo "Knative Services:"
  kubectl -n "$NAMESPACE" get ksvc -l "$1" -o 'jsonpath={range .items[*].status.conditions[?(@.status!="True")]}{"  "}{.type}: {.message}{"\n"}{end}' 2>/dev/null || true
  echo "Claims:"
  kubectl -n "$NAMESPACE" get pvc -l "$1" -o 'jsonpath={range .items[?(@.status.phase!="Bound")]}{"  "}{.metadata.name} is not bound{"\n"}{end}' 2>/dev/null || true
  echo "Pods:"
  kubectl -n "$NAMESPACE" get pods -l "$1" -o go-template-file="$KNATIVE/lib/pods.gotmpl" 2>/dev/null || true
  # The queue-proxy only tells that the container beside it does not answer, over and over.
  echo "Last lines:"
  kubectl -n "$NAMESPACE" logs -l "$1" --all-containers --prefix --tail=10 --ignore-errors 2>/dev/null |
    grep -vE '/queue-proxy\]|"(level|severity)":"(info|INFO)"' | cut -c1-400 | tail -n 40 || true
}

happened_to() {
  echo "Warnings:"
  kubectl -n "$NAMESPACE" get events --field-selector type=Warning --sort-by=.lastTimestamp \
    -o 'jsonpath={range .items[*]}{"  "}{.involvedObject.kind}/{.involvedObject.name}: {.message}{"\n"}{end}' 2>/dev/null |
    awk -v release="/(data-)?$1(-[^:]*)?:" '$0 ~ release && !/unbound immediate/' | tail -n 12 || true
}
