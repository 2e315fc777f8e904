# shellcheck shell=bash
# Helm releases of the charts in helm/charts.

# What Helm waits for, by its own names.
WAIT=watcher

# install_chart NAME [HELM ARGUMENTS...]: the chart of that name, or CHART, with the values of the environment VALUES,
# unless the arguments say that a release keeps its own.
install_chart() {
  heal_release "$1"
  finish_removal "$1"
  say "installing $1, waiting up to $DEADLINE s"
  local log
  log=$(mktemp)
  if ! with_chart "$@" --wait="$WAIT" --timeout "${DEADLINE}s" >/dev/null 2>"$log"; then
    cat "$log" >&2
    explain "$1" "$(cat "$log")"
  fi
  rm "$log"
}

# render_chart NAME [HELM ARGUMENTS...]: what install_chart would apply, as the API server would take it.
render_chart() {
  with_chart "$@" --dry-run=server --hide-notes
}

with_chart() {
  local name=$1 chart values=() status=0
  shift
  chart=$(stage_chart "${CHART:-$name}") || exit 1
  [[ " $* " == *' --reset-then-reuse-values '* ]] || values=(--values "$chart/values-${VALUES:-local}.yaml")
  helm upgrade --install "$name" "$chart" --namespace "$NAMESPACE" "${values[@]}" "$@" || status=$?
  rm -r "${chart%/charts/*}"
  return $status
}

# stage_chart CHART: prints a copy with its libraries packed from this tree, so that runs beside each other do not meet.
stage_chart() {
  local stage log
  stage=$(mktemp -d)
  mkdir "$stage/charts"
  cp -R "$ROOT/helm/library" "$stage/"
  cp -R "$ROOT/helm/charts/$1" "$stage/charts/"
  log=$(helm dependency build --skip-refresh "$stage/charts/$1" 2>&1) ||
    die "the libraries of $1 cannot be packed: ${log##*$'\n'}" "helm dependency update helm/charts/$1"
  printf '%s\n' "$stage/charts/$1"
}

# A Helm that was killed leaves its release locked ("another operation is in progress"). What it applied is marked as the
# release's own, so the next installation takes it over.
heal_release() {
  [[ $(release_status "$1") == pending-* ]] || return 0
  say "an earlier installation of $1 was interrupted: going on from there"
  kubectl -n "$NAMESPACE" delete secret -l "owner=helm,name=$1,status in (pending-install,pending-upgrade,pending-rollback)" >/dev/null
}

# One that was killed while it uninstalled leaves a release that can be neither upgraded nor installed.
finish_removal() {
  [ "$(release_status "$1")" = uninstalling ] || return 0
  say "an earlier removal of $1 was interrupted: completing it"
  helm uninstall "$1" --namespace "$NAMESPACE" --wait --timeout "${DEADLINE}s" >/dev/null ||
    die "the release $1 is half removed and does not go" "kubectl -n $NAMESPACE get all -l app.kubernetes.io/instance=$1"
}

release_status() {
  helm status "$1" --namespace "$NAMESPACE" 2>/dev/null | sed -n 's/^STATUS: //p'
}
