{{- /* Everything a service needs, from the chart's values: the one line of an application chart. */ -}}
{{- define "service.all" -}}
{{- $ctx := set (omit . "Values") "Values" (include "service.values" . | fromYaml) -}}
{{- include "service.validate" $ctx -}}
{{- range list "serviceaccount" "configmap" "secret" "externalsecret" "networkpolicy" "knative" "domainmapping"
  "deployment" "service" "ingress" "hpa" "pdb" "servicemonitor" "smoketest" }}
{{- include (printf "service.%s" .) $ctx }}
{{- end }}
{{- end -}}

{{- define "service.values" -}}
{{- include "common.values" (dict "root" . "defaults" (list "common.defaults" "service.defaults")) -}}
{{- end -}}

{{- define "service.serviceaccount" }}{{ include "common.serviceaccount" . }}{{ end -}}
{{- define "service.configmap" }}{{ include "common.configmap" . }}{{ end -}}
{{- define "service.secret" }}{{ include "common.secret" . }}{{ end -}}
{{- define "service.externalsecret" }}{{ include "common.externalsecret" . }}{{ end -}}
