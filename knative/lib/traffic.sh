# shellcheck shell=bash
# Which revision gets which share, and the way back.

# traffic_for NAME PERCENT: the chart's workloads.api.knative.traffic as JSON; the revision that serves most now keeps the rest.
traffic_for() {
  local stable
  if [ -z "$2" ]; then echo '[]'; return; fi
  stable=$(kubectl -n "$NAMESPACE" get ksvc "$1" \
    -o 'jsonpath={range .status.traffic[*]}{.percent} {.revisionName}{"\n"}{end}' 2>/dev/null | sort -rn | awk 'NR == 1 { print $2 }')
  [ -n "$stable" ] || die "nothing serves as $1 yet, so there is no traffic to share" "kn service deploy $1"
  printf '[{"latestRevision":true,"percent":%d},{"latestRevision":false,"revisionName":"%s","percent":%d}]\n' \
    "$2" "$stable" $((100 - $2))
}

# serving_revision NAME: the newest that was ever ready; nothing where none was.
serving_revision() {
  kubectl -n "$NAMESPACE" get ksvc "$1" -o 'jsonpath={.status.latestReadyRevisionName}' 2>/dev/null || true
}

# roll_back NAME: to the release that was deployed before; a failed one does not count, nor a return that was interrupted.
roll_back() {
  local to
  to=$(helm history "$1" --namespace "$NAMESPACE" 2>/dev/null | awk -F'\t' '
    { gsub(/ /, "", $1); gsub(/ /, "", $3) }
    $3 == "pending-rollback" { next }
    $3 == "superseded" { before = $1 }
    $3 == "deployed" { deployed = $1 }
    { last = $1; status = $3 }
    END { if (deployed != "" && deployed != last) print deployed; else if (status == "deployed" || before != last) print before }')
  [ -n "$to" ] || die "$1 has no earlier release to return to" "helm history $1 --namespace $NAMESPACE"
  heal_release "$1"
  say "returning to release $to of $1"
  helm rollback "$1" "$to" --namespace "$NAMESPACE" --wait --timeout "${DEADLINE}s" >/dev/null || explain "$1"
  print_service "$1"
}

print_service() {
  print_curl "$1" / >&2
  service_url "$1"
  echo
}
