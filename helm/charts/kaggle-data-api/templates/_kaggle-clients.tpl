{{- /* The variables that `npm run kaggle:env` prints, for envFrom of other pods. */ -}}
{{- define "kaggle-data-api.kaggleClients" -}}
{{- $url := dig "url" "" (.Values.kaggleClients | default dict) }}
{{- if $url }}
{{- $values := include "kda-common.values" (dict "root" . "defaults" (list "kda-common.defaults")) | fromYaml }}
{{- $ctx := set (omit . "Values") "Values" (set $values "component" "kaggle-clients") }}
{{ include "kda-common.object" (dict "ctx" $ctx "is" "v1 ConfigMap" "name" (printf "%s-kaggle-clients" (include "kda-common.fullname" $ctx))) }}
data:
  KAGGLE_API_ENVIRONMENT: LOCALHOST
  http_proxy: {{ $url | quote }}
  no_proxy: ""
  KAGGLE_USERNAME: mirror
  KAGGLE_KEY: none
{{- end }}
{{- end -}}
