{{- /* Everything a job needs, from the chart's values: the one line of an application chart. */ -}}
{{- define "job.all" -}}
{{- $ctx := set (omit . "Values") "Values" (include "job.values" . | fromYaml) -}}
{{- include "job.validate" $ctx -}}
{{- range list "serviceaccount" "configmap" "secret" "externalsecret" "networkpolicy" "cronjob" "job" }}
{{- include (printf "job.%s" .) $ctx }}
{{- end }}
{{- end -}}

{{- define "job.values" -}}
{{- include "common.values" (dict "root" . "defaults" (list "common.defaults" "job.defaults")) -}}
{{- end -}}

{{- define "job.serviceaccount" }}{{ include "common.serviceaccount" . }}{{ end -}}
{{- define "job.configmap" }}{{ include "common.configmap" . }}{{ end -}}
{{- define "job.secret" }}{{ include "common.secret" . }}{{ end -}}
{{- define "job.externalsecret" }}{{ include "common.externalsecret" . }}{{ end -}}
{{- define "job.networkpolicy" }}{{ include "common.networkpolicy" (dict "ctx" .) }}{{ end -}}
