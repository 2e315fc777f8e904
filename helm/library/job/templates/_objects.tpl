{{- /* What a workload of this library needs, beside what every workload has. */ -}}
{{- define "kda-job.objects" -}}
{{- range list "cronjob" "scaledjob" "job" }}
{{- include (printf "kda-job.%s" .) $ }}
{{- end }}
{{- end -}}

{{- define "kda-job.networkpolicy" }}{{ include "kda-common.networkpolicy" (dict "ctx" .) }}{{ end -}}
