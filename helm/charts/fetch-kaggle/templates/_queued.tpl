{{- /* A second CronJob, for syncs asked for through the API: the same pod with other arguments, on its own schedule. */ -}}
{{- define "fetch-kaggle.queued" -}}
{{- if .Values.queued.enabled }}
{{- $ctx := omit . "Values" }}
{{- $_ := set $ctx "Values" (mustMergeOverwrite (include "job.values" . | fromYaml) (deepCopy (omit .Values.queued "enabled"))) }}
{{- $_ := set $ctx "Component" "queued" }}
{{- include "job.validate" $ctx }}
{{- include "job.networkpolicy" $ctx }}
{{- include "job.cronjob" $ctx }}
{{- end }}
{{- end -}}
