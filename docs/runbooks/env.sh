# shellcheck shell=bash
# Sourced, for the commands of the runbooks; bash and zsh.
#   . docs/runbooks/env.sh                                        npm start or docker compose on this machine
#   export NAMESPACE=kaggle-data; . docs/runbooks/env.sh          the cluster that KUBECONFIG points to
# TOKEN is sent where it is set. API may be set, such as https://kaggle-data.example.com

if [ -n "${NAMESPACE:-}" ]; then
  # So that knative/ and kn take the current cluster instead of making one.
  [ -n "${CLUSTER:-}" ] || [ -z "${KUBECONFIG:-}" ] || export CLUSTER=existing
  eval "$(make -s -C knative env)"
  [ -n "${API:-}" ] || API=$(kubectl -n "$NAMESPACE" get ksvc kaggle-data-api -o 'jsonpath={.status.url}')
fi
export API=${API:-http://localhost:${PORT:-3000}}

# api PATH [CURL ARGUMENTS...]: prints the answer; fails where the API does.
api() { curl -sS --fail-with-body --max-time 60 -w '\n' ${TOKEN:+-H "authorization: Bearer $TOKEN"} "$API$1" "${@:2}"; }
# status PATH [CURL ARGUMENTS...]: prints the status alone.
status() { curl -s -o /dev/null --max-time 60 -w '%{http_code}\n' ${TOKEN:+-H "authorization: Bearer $TOKEN"} "$API$1" "${@:2}"; }
# k ARGUMENTS...: kubectl in the namespace.
k() { kubectl -n "$NAMESPACE" "$@"; }
